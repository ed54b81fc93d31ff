"""Which days sprints and reviews fall on (EL-50)."""

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dates.working_days import holiday, is_working_day
from teams.choices import Came
from teams.sprints.rules import (
    Attended,
    ReviewFacts,
    Span,
    cadence_faults,
    missed_in_row,
    moved_span,
    order_faults,
    review_day,
    review_faults,
    span_ending,
    spans,
)

DAY = datetime.timedelta(days=1)
days = st.dates(datetime.date(2015, 1, 1), datetime.date(2040, 12, 31))
weeks = st.integers(1, 4)


def day(text):
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01",
        "2026-02-16",
        "2026-04-03",
        "2026-05-18",
        "2026-07-01",
        "2026-08-03",
        "2026-09-07",
        "2026-09-30",
        "2026-10-12",
        "2026-11-11",
        "2026-12-25",
    ],
)
def test_the_statutory_holidays_of_british_columbia_are_no_working_days(text):
    """EL-50: the eleven of 2026, as the province lists them."""
    assert holiday(day(text))
    assert not is_working_day(day(text))


@pytest.mark.parametrize("text", ["2026-04-06", "2026-12-24", "2026-02-17"])
def test_what_is_no_statutory_holiday_is_a_working_day(text):
    assert is_working_day(day(text))


def test_a_review_on_a_holiday_is_held_the_working_day_before():
    """EL-50: Christmas 2026 is a Friday."""
    assert span_ending(day("2026-12-25"), 2) == Span(day("2026-12-12"), day("2026-12-25"), day("2026-12-24"))


def test_a_sprint_without_a_working_day_is_reviewed_right_after_it():
    assert review_day(day("2026-12-25"), day("2026-12-27")) == day("2026-12-28")


@given(days, weeks)
def test_a_review_is_always_on_a_working_day_of_its_sprint(ends_on, weeks):
    """EL-50"""
    span = span_ending(ends_on, weeks)
    assert is_working_day(span.review_on)
    assert span.starts_on <= span.review_on <= span.ends_on
    assert (span.ends_on - span.starts_on).days + 1 == weeks * 7
    assert all(not is_working_day(span.review_on + DAY * n) for n in range(1, (span.ends_on - span.review_on).days + 1))


@given(days, weeks, st.integers(0, 400))
def test_sprints_follow_one_another_without_a_gap(first_end, weeks, ahead):
    """EL-50"""
    until = first_end + datetime.timedelta(days=ahead)
    planned = list(spans(first_end, weeks, until=until))
    assert planned[0].ends_on == first_end
    assert all(after.starts_on == before.ends_on + DAY for before, after in pairwise(planned))
    assert all(after.review_on > before.review_on for before, after in pairwise(planned))
    assert until - datetime.timedelta(weeks=weeks) < planned[-1].ends_on <= until


@given(days, weeks, st.integers(-60, 60))
def test_a_sprint_that_moves_keeps_its_length_and_a_working_day(ends_on, weeks, by):
    before = span_ending(ends_on, weeks)
    after = moved_span(before, datetime.timedelta(days=by))
    assert after.ends_on - after.starts_on == before.ends_on - before.starts_on
    assert is_working_day(after.review_on)


def codes(findings):
    return {finding.code for finding in findings}


def test_a_review_is_in_the_day_on_a_working_day_and_of_some_length():
    """EL-50: everything wrong is said at once."""
    night = ReviewFacts(day("2026-12-25"), datetime.time(22), minutes=5)
    assert codes(review_faults(night)) == {"review-not-working-day", "review-hours", "review-minutes"}
    assert "Christmas Day" in next(review_faults(night)).message
    assert codes(review_faults(ReviewFacts(day("2026-12-24"), datetime.time(14)))) == set()


@pytest.mark.parametrize(
    ("at", "minutes", "expected"),
    [
        (datetime.time(7), 60, set()),
        (datetime.time(6, 59), 60, {"review-hours"}),
        (datetime.time(20), 60, set()),
        (datetime.time(20, 1), 60, {"review-hours"}),
        (datetime.time(14), 15, set()),
        (datetime.time(14), 14, {"review-minutes"}),
        (datetime.time(14), 480, set()),
        (datetime.time(14), 481, {"review-minutes"}),
    ],
)
def test_a_review_begins_from_seven_to_eight_and_takes_a_quarter_of_an_hour_to_eight_hours(at, minutes, expected):
    """EL-50"""
    assert codes(review_faults(ReviewFacts(day("2026-12-24"), at, minutes))) == expected


def test_a_weekend_is_no_working_day_and_no_holiday():
    (finding,) = review_faults(ReviewFacts(day("2026-12-05"), datetime.time(14)))
    assert "isn’t a working day" in finding.message


@pytest.mark.parametrize(("weeks", "expected"), [(0, {"cadence-weeks"}), (1, set()), (4, set()), (5, {"cadence-weeks"})])
def test_a_sprint_takes_one_to_four_weeks(weeks, expected):
    """EL-50"""
    assert codes(cadence_faults(weeks, ReviewFacts(day("2026-12-24"), datetime.time(14)), day("2026-12-01"))) == expected


def test_the_first_review_is_not_over():
    assert codes(cadence_faults(2, ReviewFacts(day("2026-12-01"), datetime.time(14)), day("2026-12-02"))) == {"review-past"}


def test_the_first_review_may_be_today():
    assert codes(cadence_faults(2, ReviewFacts(day("2026-12-02"), datetime.time(14)), day("2026-12-02"))) == set()


def test_what_is_wrong_with_the_first_review_is_said_with_the_cadence():
    assert codes(cadence_faults(5, ReviewFacts(day("2026-12-02"), datetime.time(22)), day("2026-12-02"))) == {
        "cadence-weeks",
        "review-hours",
    }


@pytest.mark.parametrize(
    ("after", "before", "part"),
    [
        ("2026-12-01", "2026-12-15", "before and after it are on 1 December 2026 and 15 December 2026"),
        ("2026-12-20", None, "before it is on 20 December 2026"),
        (None, "2026-12-05", "after it is on 5 December 2026"),
    ],
)
def test_a_review_out_of_order_says_which_reviews_it_must_stay_between(after, before, part):
    days = {"after": day(after) if after else None, "before": day(before) if before else None}
    (finding,) = order_faults(day("2026-12-20"), **days)
    assert part in finding.message.replace("Dec. ", "December ")


def test_a_review_stays_between_its_neighbours():
    before, after = day("2026-12-01"), day("2026-12-15")
    assert codes(order_faults(before, after=before, before=after)) == {"review-out-of-order"}
    assert codes(order_faults(after, after=before, before=after)) == {"review-out-of-order"}
    assert codes(order_faults(day("2026-12-02"), after=before, before=after)) == set()
    assert codes(order_faults(day("2027-12-02"), after=before, before=None)) == set()
    assert codes(order_faults(day("2020-12-02"), after=None, before=after)) == set()
    assert codes(order_faults(before, after=None, before=None)) == set()


@given(st.lists(st.sampled_from(["", *Came.values]), max_size=6))
def test_misses_in_a_row_count_from_the_newest_review_back(came):
    """EL-51: somebody who came for them ends the row; having nothing noted does not."""
    present = [value in (Came.CAME, Came.DELEGATE) for value in came]
    assert missed_in_row(Attended(day("2026-12-01"), value) for value in came) == (present.index(True) if True in present else len(came))
