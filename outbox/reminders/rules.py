"""Rules for a schedule that an administrator sets (EL-60): plain data in, findings out. No database, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from findings import Finding, Severity
from outbox.reminders.schedule import Schedule

MOST_STEPS = 12
FARTHEST_MONTHS, FARTHEST_DAYS, LONGEST_REPEAT, MOST_TIMES = 24, 366, 366, 99


@dataclass(frozen=True)
class Fault:
    """A finding, with the index of the step it is about (from 0, or None) and the name of the field, if there is one."""

    finding: Finding
    step: int | None = None
    field: str = ""


def schedule_faults(schedule: Schedule, audiences: Collection[str]) -> Iterator[Finding]:
    """Check that each step has its own day and recipients, and that every step can be reached."""
    for fault in faults_in(schedule, audiences, range(1, len(schedule.steps) + 1)):
        finding = fault.finding
        params = {"number": (fault.step or 0) + 1, "what": finding.message}
        yield finding if fault.step is None else replace(finding, message=_("Step %(number)d: %(what)s") % params)


def faults_in(schedule: Schedule, audiences: Collection[str], numbers: Sequence[int]) -> Iterator[Fault]:
    """Yield the same faults, each with its step and field; `numbers` are the step numbers that people see."""
    if len(schedule.steps) > MOST_STEPS:
        yield Fault(_fault("schedule-too-far", _("There are too many steps."), _("Use at most %(steps)d.") % {"steps": MOST_STEPS}))
    first: dict[tuple[int, int], int] = {}
    for place, step in enumerate(schedule.steps):
        other = first.setdefault((step.months, step.days), place)
        if other != place:
            message = _("It’s on the same day as step %(number)d.") % {"number": numbers[other]}
            yield Fault(_fault("schedule-step-twice", message, _("Keep only one of them, for everyone.")), place, "count")
        if abs(step.months) > FARTHEST_MONTHS or abs(step.days) > FARTHEST_DAYS:
            remedy = _("Choose at most %(months)d months or %(days)d days.") % {"months": FARTHEST_MONTHS, "days": FARTHEST_DAYS}
            yield Fault(_fault("schedule-too-far", _("It’s too far away."), remedy), place, "count")
        if not step.to or not set(step.to) <= set(audiences):
            yield Fault(_fault("schedule-to-nobody", _("It has no recipients."), _("Choose who it is for.")), place, "to")
    yield from _faults_of_the_whole(schedule)


def _faults_of_the_whole(schedule: Schedule) -> Iterator[Fault]:
    steps, most = len(schedule.steps), schedule.most
    if schedule.every_days > LONGEST_REPEAT:
        remedy = _("Repeat after at most %(days)d days.") % {"days": LONGEST_REPEAT}
        yield Fault(_fault("schedule-repeats", _("That’s too long."), remedy), field="every_days")
    if most > MOST_TIMES:
        yield Fault(
            _fault("schedule-repeats", _("That’s too many reminders."), _("Allow at most %(times)d.") % {"times": MOST_TIMES}), field="most"
        )
    if most and most < steps:
        message = _("There are %(steps)d steps, but at most %(most)d reminders.") % {"steps": steps, "most": most}
        yield Fault(_fault("schedule-most", message, _("Remove steps, or allow as many reminders as there are steps.")), field="most")
    if not schedule.every_days and most > steps:
        message = _("The limit is higher than the number of steps, but no step repeats.")
        remedy = _("Enter the days between repeats, or leave the limit empty.")
        yield Fault(_fault("schedule-no-repeat", message, remedy), field="every_days")


def turn_faults(valid_from: datetime.date, today: datetime.date) -> Iterator[Finding]:
    """Check that a schedule doesn't start in the past."""
    if valid_from < today:
        yield _fault("schedule-past", _("That date has passed."), _("Choose today or a later date."))


def _fault(code: str, message: str, remedy: str) -> Finding:
    return Finding(code, Severity.BLOCKS, message, remedy)
