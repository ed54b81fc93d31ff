"""What an administrator may let a schedule be (EL-60): plain data in, findings out. No database, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from findings import Finding, Severity
from outbox.schedules import LONGEST_USEFUL_DAYS, Schedule

MOST_STEPS = 12
FARTHEST_MONTHS, FARTHEST_DAYS, LONGEST_REPEAT, MOST_TIMES = 24, 366, 366, 99


def schedule_faults(schedule: Schedule, audiences: Collection[str]) -> Iterator[Finding]:
    """Why reminders can't be due like this: each step has its day and whom it is for, and all of them can come."""
    days = [(step.months, step.days) for step in schedule.steps]
    if len(set(days)) < len(days):
        yield _fault("schedule-step-twice", _("Two steps are on the same day."), _("Make one of them, for everybody."))
    if len(days) > MOST_STEPS or any(abs(months) > FARTHEST_MONTHS or abs(number) > FARTHEST_DAYS for months, number in days):
        said = {"steps": MOST_STEPS, "months": FARTHEST_MONTHS, "days": FARTHEST_DAYS}
        remedy = _("Plan at most %(steps)d steps, none more than %(months)d months or %(days)d days away.") % said
        yield _fault("schedule-too-far", _("There are too many steps, or one is too far away."), remedy)
    if any(not step.to or not set(step.to) <= set(audiences) for step in schedule.steps):
        yield _fault("schedule-to-nobody", _("A step is for nobody."), _("Choose for each step whom it is for."))
    if schedule.every_days > LONGEST_REPEAT or schedule.most > MOST_TIMES:
        said = {"days": LONGEST_REPEAT, "times": MOST_TIMES}
        remedy = _("Repeat after at most %(days)d days, and at most %(times)d times in all.") % said
        yield _fault("schedule-repeats", _("That is too long, or too often."), remedy)
    if schedule.most and schedule.most < len(days):
        said = {"steps": len(days), "most": schedule.most}
        message = _("There are %(steps)d steps, but at most %(most)d reminders.") % said
        yield _fault("schedule-most", message, _("Take steps out, or allow as many reminders as there are steps."))
    if not schedule.every_days and schedule.most > len(days):
        message = _("More reminders are allowed than there are steps, and none repeats.")
        yield _fault("schedule-no-repeat", message, _("Say after how many days the last one repeats, or leave the limit empty."))


def turn_faults(valid_from: datetime.date, today: datetime.date) -> Iterator[Finding]:
    """Why a schedule can't begin then: days that have passed stay as they were."""
    if valid_from < today:
        yield _fault("schedule-past", _("That day is over."), _("Let the schedule hold from today on or later."))


def useful_fault(useful_days: int) -> Finding:
    message = _("%(days)d days is no time for a reminder to be of use.") % {"days": useful_days}
    return _fault("schedule-useful", message, _("Choose from 1 to %(most)d days.") % {"most": LONGEST_USEFUL_DAYS})


def _fault(code: str, message: str, remedy: str) -> Finding:
    return Finding(code, Severity.BLOCKS, message, remedy)
