"""Working days in British Columbia and elsewhere, against tables written by hand."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dates import working_days
from dates.working_days import LONGEST_PAUSE, REGIONS, is_working_day, on_or_after, on_or_before, waiting_since, working_days_after

DAY = datetime.timedelta(days=1)
# The statutory holidays by hand, so that no fault of the package is copied; three that fall on a weekend are observed on the Monday.
OFF = {
    datetime.date.fromisoformat(f"{year}-{day}")
    for year, days_off in {
        2026: "01-01 02-16 04-03 05-18 07-01 08-03 09-07 09-30 10-12 11-11 12-25",
        2027: "01-01 02-15 03-26 05-24 07-01 08-02 09-06 09-30 10-11 11-11 12-25 12-27",
        2028: "01-01 01-03 02-21 04-14 05-22 07-01 08-07 09-04 09-30 10-02 10-09 11-11 12-25",
    }.items()
    for day in days_off.split(" ")
}
days = st.dates(datetime.date(2026, 1, 10), datetime.date(2028, 8, 31))


def works(day):
    return day.isoweekday() not in (6, 7) and day not in OFF


def test_every_day_of_three_years_is_a_working_day_or_not_as_the_province_says():
    day, wrong = datetime.date(2026, 1, 1), []
    while day < datetime.date(2029, 1, 1):
        if is_working_day(day) != works(day):
            wrong.append(day)
        day += DAY
    assert wrong == []


@given(days)
def test_the_next_and_the_last_working_day_are_the_nearest(day):
    after, before = on_or_after(day), on_or_before(day)
    assert works(after)
    assert works(before)
    assert not any(works(day + DAY * n) for n in range((after - day).days))
    assert not any(works(day - DAY * n) for n in range((day - before).days))
    assert after - before < LONGEST_PAUSE


@given(days, st.integers(1, 60))
def test_working_days_are_counted_without_weekends_and_holidays(day, count):
    """EL-84"""
    end = working_days_after(day, count)
    assert works(end)
    assert sum(works(day + DAY * n) for n in range(1, (end - day).days + 1)) == count


@given(days)
def test_what_waits_for_a_day_is_every_day_off_right_before_it(day):
    since = waiting_since(day)
    assert works(since - DAY)
    assert not any(works(since + DAY * n) for n in range((day - since).days))


def test_a_day_off_that_is_added_as_data_counts_everywhere(monkeypatch):
    day = datetime.date(2027, 6, 16)
    assert is_working_day(day)
    monkeypatch.setattr(working_days, "extra_days_off", lambda: {day: "A day of mourning"})
    assert working_days.holiday(day) == "A day of mourning"
    assert on_or_after(day) == working_days_after(day - DAY, 1) == day + DAY


@given(days.filter(lambda day: day.month > 2), st.integers(0, 30))  # the table begins with 2026
def test_so_many_working_days_before_a_day_undo_so_many_after_it(day, count):
    first = on_or_after(day)
    assert working_days.working_days_before(working_days_after(first, count), count) == first
    before = working_days.working_days_before(day, count)
    assert sum(works(before + n * DAY) for n in range((day - before).days)) == count


@given(days, st.integers(-5, 40))
def test_working_days_from_one_day_through_another_are_counted_with_both(first, length):
    last = first + length * DAY
    counted = sum(works(first + n * DAY) for n in range(400) if first + n * DAY <= last)
    assert working_days.working_days_from(first, last) == counted


@given(days)
def test_work_waits_from_the_first_day_of_the_run_of_days_off_just_before(day):
    since = waiting_since(day)
    assert works(since - DAY)
    assert not any(works(since + n * DAY) for n in range((day - since).days))


# ── Elsewhere ──

# What differs from British Columbia's in 2026, by hand: Ottawa isn't Victoria.
ELSEWHERE = {
    "ON": ("02-16 04-03 05-18 07-01 09-07 10-12 12-25 12-28", "08-03 09-30 11-11"),
    "NB": ("02-16 04-03 07-01 08-03 09-07 11-11 12-25", "05-18 09-30 10-12"),
    "CA": ("04-03 05-18 07-01 09-07 09-30 10-12 11-11 12-25 12-28", "02-16 08-03"),
}


@pytest.mark.parametrize("region", ELSEWHERE)
def test_other_regions_have_holidays_of_their_own(region):
    """SP-05, PB-35."""
    closed, at_work = ([datetime.date.fromisoformat(f"2026-{day}") for day in days.split()] for days in ELSEWHERE[region])
    assert [day for day in closed if is_working_day(day, region)] == []
    assert [day for day in at_work if not is_working_day(day, region)] == []


def test_a_day_off_of_our_public_service_is_none_elsewhere(monkeypatch):
    day = datetime.date(2027, 6, 16)
    monkeypatch.setattr(working_days, "extra_days_off", lambda: {day: "A day of mourning"})
    assert not is_working_day(day)
    assert is_working_day(day, "ON")


@pytest.mark.parametrize("region", REGIONS)
def test_nowhere_a_run_of_days_off_is_longer_than_the_longest_pause(region):
    days = [datetime.date(2026, 1, 1) + n * DAY for n in range(3653)]
    assert max(on_or_after(day, region) - waiting_since(on_or_after(day, region), region) for day in days) < LONGEST_PAUSE
