"""A schedule that counts down to a day has nothing to say once it is over (EL-52, EL-65)."""

import datetime
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from outbox.reminders.schedule import DAY, Schedule, Step
from tests.outbox.test_schedules import after, days, schedules


@given(schedules, days, st.integers(-200, 60), st.integers(0, 90))
def test_nothing_is_due_or_of_use_after_the_day_and_all_else_stays_as_it_was(schedule, anchor, start, length):
    counting = replace(schedule, counts_down=True)
    window = (after(anchor, start), after(anchor, start + length))
    due_days = counting.between(anchor, *window)
    assert [due.on for due in due_days] == [due.on for due in schedule.between(anchor, *window) if due.on <= anchor]
    assert all(due.on < due.useful_until <= anchor + DAY for due in due_days)
    assert all((due.on - anchor).days <= (counting.reach[1] or 0) <= 0 for due in due_days)


def test_the_last_step_is_of_use_through_the_day_that_is_counted_to():
    schedule = Schedule((Step(days=-7), Step(days=-1)), counts_down=True)
    due_days = schedule.between(datetime.date(2026, 9, 14), datetime.date(2026, 9, 1), datetime.date(2026, 9, 30))
    assert [(due.on.day, due.useful_until.day) for due in due_days] == [(7, 13), (13, 15)]
