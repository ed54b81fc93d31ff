"""When reminders are due: plain data in, days out."""

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbox.schedules import LONGEST_USEFUL_DAYS, Schedule, Step

days = st.dates(datetime.date(2020, 1, 1), datetime.date(2035, 12, 31))
steps = st.lists(st.builds(Step, months=st.integers(-6, 6), days=st.integers(-20, 20)), min_size=1, max_size=6).map(tuple)
schedules = st.builds(
    Schedule, steps=steps, every_days=st.integers(0, 30), most=st.integers(0, 12), useful_days=st.integers(1, LONGEST_USEFUL_DAYS)
)


def after(day: datetime.date, number: int) -> datetime.date:
    return day + datetime.timedelta(days=number)


@given(schedules, days, st.integers(-200, 400), st.integers(0, 90))
def test_looking_day_by_day_finds_what_looking_at_once_finds(schedule, anchor, start, length):
    """EL-65: a quiet day and a missed day are the same."""
    first = after(anchor, start)
    at_once = schedule.between(anchor, first, after(first, length))
    by_day = [due for number in range(length + 1) for due in schedule.between(anchor, after(first, number), after(first, number))]
    assert at_once == by_day


@given(schedules, days)
def test_each_day_comes_once_in_order_and_is_of_use_until_the_next_at_most(schedule, anchor):
    """EL-60"""
    found = schedule.between(anchor, after(anchor, -400), after(anchor, 400))
    on = [due.on for due in found]
    assert on == sorted(set(on))
    assert all(due.on < due.useful_until <= after(due.on, schedule.useful_days) for due in found)
    assert all(due.useful_until <= later.on for due, later in pairwise(found))


@given(schedules, days)
def test_there_are_never_more_than_the_most(schedule, anchor):
    if schedule.most:
        assert len(schedule.between(anchor, after(anchor, -400), after(anchor, 4000))) <= schedule.most


def test_first_after_some_days_then_again_and_again_up_to_a_cap():
    """EL-60: unsigned agreements, after three, seven, fourteen days."""
    schedule = Schedule(steps=(Step(days=3), Step(days=7), Step(days=14)), every_days=14, most=5)
    start = datetime.date(2026, 3, 1)
    found = schedule.between(start, start, after(start, 365))
    assert [(due.on - start).days for due in found] == [3, 7, 14, 28, 42]


def test_two_steps_that_fall_on_one_day_are_one_reminder_to_both():
    schedule = Schedule(steps=(Step(months=-1, to=("team",)), Step(days=-28, to=("lead",))))
    (due,) = schedule.between(datetime.date(2026, 3, 28), datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))
    assert (due.on, due.to) == (datetime.date(2026, 2, 28), ("team", "lead"))


@pytest.mark.parametrize("wrong", [{"steps": ()}, {"useful_days": 0}, {"useful_days": 32}, {"every_days": -1}])
def test_a_schedule_that_says_nothing_is_refused(wrong):
    with pytest.raises(ValueError, match="schedule"):
        Schedule(**({"steps": (Step(),)} | wrong))
