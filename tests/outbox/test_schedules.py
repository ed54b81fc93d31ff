"""When reminders are due: plain data in, days out."""

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbox.reminders.declare import with_turn
from outbox.reminders.schedule import LONGEST_USEFUL_DAYS, EffectiveSchedules, Schedule, Step, as_data, from_data

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
    due_days = schedule.between(anchor, after(anchor, -400), after(anchor, 400))
    on = [due.on for due in due_days]
    assert on == sorted(set(on))
    assert all(due.on < due.useful_until <= after(due.on, schedule.useful_days) for due in due_days)
    assert all(due.useful_until <= later.on for due, later in pairwise(due_days))


@given(schedules, days)
def test_there_are_never_more_than_the_most(schedule, anchor):
    if schedule.most:
        assert len(schedule.between(anchor, after(anchor, -400), after(anchor, 4000))) <= schedule.most


def test_first_after_some_days_then_again_and_again_up_to_a_cap():
    """EL-60: unsigned agreements, after three, seven, fourteen days."""
    schedule = Schedule(steps=(Step(days=3), Step(days=7), Step(days=14)), every_days=14, most=5)
    start = datetime.date(2026, 3, 1)
    due_days = schedule.between(start, start, after(start, 365))
    assert [(due.on - start).days for due in due_days] == [3, 7, 14, 28, 42]


def test_two_steps_that_fall_on_one_day_are_one_reminder_to_both():
    schedule = Schedule(steps=(Step(months=-1, to=("team",)), Step(days=-28, to=("lead",))))
    (due,) = schedule.between(datetime.date(2026, 3, 28), datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))
    assert (due.on, due.to) == (datetime.date(2026, 2, 28), ("team", "lead"))


@pytest.mark.parametrize("wrong", [{"steps": ()}, {"useful_days": 0}, {"useful_days": 32}, {"every_days": -1}])
def test_a_schedule_that_says_nothing_is_refused(wrong):
    with pytest.raises(ValueError, match="schedule"):
        Schedule(**({"steps": (Step(),)} | wrong))


@given(schedules, days, st.integers(-200, 400), st.integers(0, 60))
def test_nothing_is_due_beyond_its_reach(schedule, anchor, start, length):
    """EL-60: the sweep asks only for subjects within it."""
    least, most = schedule.reach
    for due in schedule.between(anchor, after(anchor, start), after(anchor, start + length)):
        assert least <= (due.on - anchor).days
        assert most is None or (due.on - anchor).days <= most


# ── Schedules in turn ────────────────────────────────────────────────────────────────────────

ANCHOR = datetime.date(2027, 3, 31)
turns = st.builds(
    lambda first, then: EffectiveSchedules(first, tuple((after(ANCHOR, number), schedule) for number, schedule in sorted(then.items()))),
    schedules,
    st.dictionaries(st.integers(-90, 90), schedules, max_size=3),
)


@given(turns, st.integers(-150, 150), st.integers(0, 60))
def test_changed_or_not_looking_day_by_day_finds_what_looking_at_once_finds(turns, start, length):
    """EL-60, EL-65: a change of schedule makes a missed day no different from a quiet one."""
    first = after(ANCHOR, start)
    at_once = turns.between(ANCHOR, first, after(first, length))
    by_day = [due for number in range(length + 1) for due in turns.between(ANCHOR, after(first, number), after(first, number))]
    assert at_once == by_day
    assert all(due.useful_until <= later.on for due, later in pairwise(at_once))


def test_what_a_later_schedule_makes_up_for_ends_a_step_of_the_one_before_whatever_the_days_asked_for():
    """EL-60: found by the walk above; the change lies 32 days ahead, and what it makes up for 15 days before it."""
    later = Schedule(steps=(Step(months=-2),), every_days=2, most=9, useful_days=16)
    turns = EffectiveSchedules(Schedule(steps=(Step(months=-2, days=-1),), useful_days=18), ((datetime.date(2027, 3, 3), later),))
    due = turns.between(ANCHOR, datetime.date(2027, 1, 30), datetime.date(2027, 1, 30))
    assert [(each.on, each.useful_until) for each in due] == [(datetime.date(2027, 1, 30), datetime.date(2027, 2, 16))]


@given(schedules, schedules, st.integers(-90, 90))
def test_each_day_is_one_schedules_and_at_most_one_is_made_up_for(old, new, changed):
    """EL-60: a change neither loses nor repeats."""
    turns = EffectiveSchedules(old, ((after(ANCHOR, changed), new),))
    window = (after(ANCHOR, -200), after(ANCHOR, 200))
    due_dates = {due.on for due in turns.between(ANCHOR, *window)}
    before = {due.on for due in old.between(ANCHOR, *window) if due.on < after(ANCHOR, changed)}
    after_it = {due.on for due in new.between(ANCHOR, *window) if due.on >= after(ANCHOR, changed)}
    assert before | after_it <= due_dates
    assert len(due_dates - before - after_it) <= 1


def moved(old: int, new: int, *, on: int) -> list[int]:
    """On which days before the anchor something is due, when a step moves on a day."""
    schedules = (Schedule((Step(days=old), Step())), Schedule((Step(days=new), Step())))
    due_days = EffectiveSchedules(schedules[0], ((after(ANCHOR, on), schedules[1]),)).between(ANCHOR, after(ANCHOR, -60), ANCHOR)
    return [(due.on - ANCHOR).days for due in due_days]


def test_a_step_that_moves_past_the_day_of_the_change_is_neither_lost_nor_told_twice():
    """EL-60: from 13 to 14 days before on the thirteenth, from 14 to 13 on the tenth."""
    assert moved(-13, -14, on=-13) == [-14, 0]
    assert moved(-14, -13, on=-10) == [-14, 0]


def test_back_to_the_default_on_the_same_day_is_as_if_nothing_had_been_changed():
    default = Schedule((Step(days=-14), Step()))
    other = EffectiveSchedules(default, ((ANCHOR, Schedule((Step(days=-20),))),))
    assert with_turn(other, default, ANCHOR).between(ANCHOR, after(ANCHOR, -60), ANCHOR) == default.between(
        ANCHOR, after(ANCHOR, -60), ANCHOR
    )


@given(schedules)
def test_a_schedule_that_was_kept_is_the_same(schedule):
    assert from_data(as_data(schedule)) == schedule


def test_only_what_differs_from_what_held_until_then_is_a_change_to_come():
    """EL-60: going back to the default on the day of a change leaves nothing to tell of."""
    first, second = Schedule((Step(),)), Schedule((Step(days=3),))
    days = [after(ANCHOR, number) for number in (0, 10, 20, 30)]
    assert EffectiveSchedules(first, ((days[1], first),)).changes_after(days[0]) == []
    turns = EffectiveSchedules(first, ((days[0], second), (days[1], second), (days[2], first), (days[3], first)))
    assert turns.changes_after(days[0]) == [(days[2], first)]
    assert turns.changes_after(after(ANCHOR, -1)) == [(days[0], second), (days[2], first)]
    assert turns.changes_after(days[2]) == []
