"""The clock from the final live release to graduation."""

import calendar
import datetime

from hypothesis import given
from hypothesis import strategies as st

from dates.months import months_after
from residencies.lifecycle.rules import graduation_due

days = st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31))


@given(days)
def test_graduation_is_due_six_calendar_months_after_going_live(live_on):
    """EL-80: the same day six months on, or that month's last day."""
    due = graduation_due(live_on, 6)
    assert (due.year * 12 + due.month) - (live_on.year * 12 + live_on.month) == 6
    assert due.day == min(live_on.day, calendar.monthrange(due.year, due.month)[1])


def test_the_last_day_of_august_is_due_on_the_last_day_of_february():
    """EL-80"""
    assert graduation_due(datetime.date(2025, 8, 31), 6) == datetime.date(2026, 2, 28)
    assert graduation_due(datetime.date(2027, 8, 31), 6) == datetime.date(2028, 2, 29)


@given(days, st.integers(0, 48))
def test_later_starts_are_never_due_earlier(day, months):
    assert months_after(day, months) <= months_after(day + datetime.timedelta(days=1), months)
