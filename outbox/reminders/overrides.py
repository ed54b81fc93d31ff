"""Which schedule an occasion's reminders follow: what an administrator set, else the default that its app declares (EL-60)."""

from __future__ import annotations

import datetime
from dataclasses import replace

from django.utils.dateparse import parse_date

from outbox.models import Timetable
from outbox.reminders.declare import REMINDERS, Reminder
from outbox.reminders.schedule import Schedule, Turns, from_data


def all_turns() -> dict[str, Turns]:
    """The schedules of every occasion that was ever changed, in one query."""
    rows = Timetable.objects.filter(occasion__in=list(REMINDERS))
    return {row.occasion: turns_of(REMINDERS[row.occasion], row) for row in rows}


def turns(reminder: Reminder) -> Turns:
    """The schedules of one occasion; one query."""
    row = Timetable.objects.filter(occasion=reminder.occasion).first()
    return turns_of(reminder, row) if row else Turns(reminder.schedule)


def turns_of(reminder: Reminder, row: Timetable) -> Turns:
    """The schedules that `row` tells of, the default in the place of None; each counts down if the default does."""
    then = ((parse_date(turn["from"]), from_data(turn["plan"]) if turn["plan"] else reminder.schedule) for turn in row.turns)
    down = reminder.schedule.counts_down
    return Turns(reminder.schedule, tuple((day, replace(schedule, counts_down=down)) for day, schedule in then if day))


def with_turn(turns: Turns, schedule: Schedule, valid_from: datetime.date) -> Turns:
    """The same with `schedule` from a day on; what was to come after that day goes."""
    return Turns(turns.first, (*((day, earlier) for day, earlier in turns.then if day < valid_from), (valid_from, schedule)))


def timetable_of(reminder: Reminder) -> Timetable:
    """The row of an occasion, or one that is not kept yet."""
    return Timetable.objects.filter(occasion=reminder.occasion).first() or Timetable(occasion=reminder.occasion)
