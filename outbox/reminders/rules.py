"""What an administrator may let a schedule be (EL-60): plain data in, findings out. No database, no clock."""

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
    """What is wrong, and with what: a step by its place among them, from 0, or none; and the name of what was filled in, if it is one."""

    finding: Finding
    step: int | None = None
    field: str = ""


def schedule_faults(schedule: Schedule, audiences: Collection[str]) -> Iterator[Finding]:
    """Why reminders can't be due like this: each step has its day and whom it is for, and all of them can come."""
    for fault in faults_in(schedule, audiences, range(1, len(schedule.steps) + 1)):
        finding = fault.finding
        params = {"number": (fault.step or 0) + 1, "what": finding.message}
        yield finding if fault.step is None else replace(finding, message=_("Step %(number)d: %(what)s") % params)


def faults_in(schedule: Schedule, audiences: Collection[str], numbers: Sequence[int]) -> Iterator[Fault]:
    """The same, each with what it is about; `numbers` are what people call the steps."""
    if len(schedule.steps) > MOST_STEPS:
        yield Fault(_fault("schedule-too-far", _("There are too many steps."), _("Plan at most %(steps)d.") % {"steps": MOST_STEPS}))
    first: dict[tuple[int, int], int] = {}
    for place, step in enumerate(schedule.steps):
        other = first.setdefault((step.months, step.days), place)
        if other != place:
            message = _("It is on the same day as step %(number)d.") % {"number": numbers[other]}
            yield Fault(_fault("schedule-step-twice", message, _("Keep one of them, for everyone.")), place, "count")
        if abs(step.months) > FARTHEST_MONTHS or abs(step.days) > FARTHEST_DAYS:
            remedy = _("Choose at most %(months)d months or %(days)d days.") % {"months": FARTHEST_MONTHS, "days": FARTHEST_DAYS}
            yield Fault(_fault("schedule-too-far", _("It is too far away."), remedy), place, "count")
        if not step.to or not set(step.to) <= set(audiences):
            yield Fault(_fault("schedule-to-nobody", _("It has no recipients."), _("Choose who it is for.")), place, "to")
    yield from _faults_of_the_whole(schedule)


def _faults_of_the_whole(schedule: Schedule) -> Iterator[Fault]:
    steps, most = len(schedule.steps), schedule.most
    if schedule.every_days > LONGEST_REPEAT:
        remedy = _("Repeat after at most %(days)d days.") % {"days": LONGEST_REPEAT}
        yield Fault(_fault("schedule-repeats", _("That is too long."), remedy), field="every_days")
    if most > MOST_TIMES:
        yield Fault(
            _fault("schedule-repeats", _("That is too often."), _("Allow at most %(times)d.") % {"times": MOST_TIMES}), field="most"
        )
    if most and most < steps:
        message = _("There are %(steps)d steps, but at most %(most)d reminders.") % {"steps": steps, "most": most}
        yield Fault(_fault("schedule-most", message, _("Take steps out, or allow as many reminders as there are steps.")), field="most")
    if not schedule.every_days and most > steps:
        message = _("More reminders are allowed than there are steps, and none repeats.")
        remedy = _("Say after how many days the last one repeats, or leave the limit empty.")
        yield Fault(_fault("schedule-no-repeat", message, remedy), field="every_days")


def turn_faults(valid_from: datetime.date, today: datetime.date) -> Iterator[Finding]:
    """Why a schedule can't begin then: days that have passed stay as they were."""
    if valid_from < today:
        yield _fault("schedule-past", _("That day is over."), _("Let the schedule hold from today on or later."))


def _fault(code: str, message: str, remedy: str) -> Finding:
    return Finding(code, Severity.BLOCKS, message, remedy)
