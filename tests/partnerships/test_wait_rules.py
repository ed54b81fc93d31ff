"""Waits and interviews against plain arithmetic on random data (SP-07, PB-45, PB-47)."""

import datetime
import math
import statistics
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from partnerships.sites.waits.rules import DayFacts, Tally, TicketFacts, counted, median, nine_in_ten, standard_on, tallied, whole_minutes

DAY = datetime.timedelta(days=1)
FIRST = datetime.date(2026, 3, 2)
MORNING = datetime.datetime(2026, 3, 2, 16, tzinfo=datetime.UTC)
minutes = st.lists(st.integers(-60, 240), max_size=40)
seconds = st.integers(0, 3 * 3600).map(lambda number: datetime.timedelta(seconds=number))


@st.composite
def tickets(draw):
    on = FIRST + draw(st.integers(0, 20)) * DAY
    arrived = MORNING + (on - FIRST)
    began = arrived + draw(seconds) if draw(st.booleans()) else None
    ended = began + draw(seconds) if began and draw(st.booleans()) else None
    return TicketFacts(draw(st.sampled_from([1, 2])), on, arrived, began, ended, draw(st.sampled_from([True, False, None])))


@given(minutes)
def test_the_median_and_the_90th_percentile_are_those_of_the_sorted_values(values):
    counts = Counter(values)
    if len(values) < 5:
        assert median(counts) is nine_in_ten(counts) is None
    else:
        assert median(counts) == statistics.median(values)
        assert nine_in_ten(counts) == sorted(values)[math.ceil(len(values) * 9 / 10) - 1]


@given(seconds)
def test_half_a_minute_counts_as_one(length):
    assert whole_minutes(length) == int(length.total_seconds() + 30) // 60


@given(st.lists(tickets(), max_size=60), st.integers(1, 30), st.integers(1, 30), st.integers(0, 20))
def test_figures_over_any_days_equal_plain_arithmetic_over_the_tickets(rows, before, after, changes_on):
    """PB-45: the standard is the one of the interview's day."""
    change = FIRST + changes_on * DAY
    standards = {1: [(FIRST - DAY, before), (change, after)]}
    tally = tallied(counted(rows).values(), standards, key=lambda day: None).get(None, Tally())
    figures = tally.figures

    in_minutes = lambda length: int(length.total_seconds() + 30) // 60
    waits = [in_minutes(row.began_at - row.arrived_at) for row in rows if row.began_at]
    interviews = [(row, in_minutes(row.ended_at - row.began_at)) for row in rows if row.ended_at]
    against = [length - (before if row.on < change else after) for row, length in interviews if row.service == 1]
    answers = [row.right_organization for row in rows if row.right_organization is not None]
    enough = lambda values, figure: figure(values) if len(values) >= 5 else None
    assert figures.clients == enough(rows, len)
    assert figures.wait == enough(waits, statistics.median)
    assert figures.wait_90 == enough(waits, lambda values: sorted(values)[math.ceil(len(values) * 9 / 10) - 1])
    assert figures.length == enough([length for _row, length in interviews], statistics.median)
    assert figures.difference == enough(against, statistics.median)
    assert figures.right_rate == enough(answers, lambda values: 100 * sum(values) / len(values))
    assert figures.left_rate == enough(rows, lambda values: 100 * sum(row.began_at is None for row in values) / len(values))


@given(st.lists(tickets(), max_size=60))
def test_days_and_services_add_up_to_the_whole(rows):
    days = counted(rows).values()
    whole = tallied(days, {}, key=lambda day: None).get(None, Tally())
    for by in (lambda day: day.on, lambda day: day.service):
        parts = tallied(days, {}, key=by).values()
        assert sum(part.clients for part in parts) == whole.clients == len(rows)
        assert sum((part.waits for part in parts), Counter()) == whole.waits


def test_a_service_has_no_standard_before_its_first():
    standards = {1: [(FIRST, 10), (FIRST + 5 * DAY, 8)]}
    assert [standard_on(standards, 1, FIRST + n * DAY) for n in (-1, 0, 4, 5)] == [None, 10, 10, 8]
    assert standard_on(standards, 2, FIRST) is None


def test_twelve_minutes_are_two_over_a_standard_of_ten_and_eight_are_two_under():
    """PB-45"""
    for length, difference in ((12, 2), (8, -2)):
        day = DayFacts(1, FIRST, 5, 0, 0, 0, {}, {length: 5})
        assert tallied([day], {1: [(FIRST, 10)]}, key=lambda day: None)[None].figures.difference == difference


def test_twenty_clients_of_whom_three_are_wrong_make_85_percent():
    """PB-47"""
    day = DayFacts(1, FIRST, 20, 0, 17, 3, {}, {})
    assert tallied([day], {}, key=lambda day: None)[None].figures.right_rate == 85
