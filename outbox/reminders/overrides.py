"""Which schedule an occasion's reminders follow: what an administrator set, else the default that its app declares (EL-60)."""

from __future__ import annotations

import datetime
from dataclasses import replace

from django.utils.dateparse import parse_date

from outbox.models import ScheduleOverride
from outbox.reminders.declare import REMINDERS, Reminder
from outbox.reminders.schedule import EffectiveSchedules, Schedule, from_data


def all_turns() -> dict[str, EffectiveSchedules]:
    """The schedules of every occasion that was ever changed, in one query."""
    rows = ScheduleOverride.objects.filter(occasion__in=list(REMINDERS))
    return {row.occasion: turns_of(REMINDERS[row.occasion], row) for row in rows}


def turns(reminder: Reminder) -> EffectiveSchedules:
    """The schedules of one occasion; one query."""
    row = ScheduleOverride.objects.filter(occasion=reminder.occasion).first()
    return turns_of(reminder, row) if row else EffectiveSchedules(reminder.schedule)


def turns_of(reminder: Reminder, row: ScheduleOverride) -> EffectiveSchedules:
    """The schedules that `row` tells of, the default in the place of None; each counts down if the default does."""
    then = ((parse_date(turn["from"]), from_data(turn["plan"]) if turn["plan"] else reminder.schedule) for turn in row.turns)
    down = reminder.schedule.counts_down
    return EffectiveSchedules(reminder.schedule, tuple((day, replace(schedule, counts_down=down)) for day, schedule in then if day))


def with_turn(turns: EffectiveSchedules, schedule: Schedule, valid_from: datetime.date) -> EffectiveSchedules:
    """The same with `schedule` from a day on; what was to come after that day goes."""
    return EffectiveSchedules(turns.first, (*((day, earlier) for day, earlier in turns.then if day < valid_from), (valid_from, schedule)))


def override_of(reminder: Reminder) -> ScheduleOverride:
    """The row of an occasion, or one that is not kept yet."""
    return ScheduleOverride.objects.filter(occasion=reminder.occasion).first() or ScheduleOverride(occasion=reminder.occasion)
