"""The programme's rules as sentences: plain facts in, findings or dates out. No database, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dates.months import months_after
from findings import Finding, Severity, blocking
from oversight.checklists.rules import DONE, NOT_APPLICABLE, OPEN, RequiredTask

MET, NOT_MET, MORE_NEEDED = "met", "not_met", "more_needed"
EARLIER_WORDING = "earlier_wording"  # decided, but on words that have changed since: it counts no longer
CONDITIONS = range(1, 7)
LONG_EXTENSION_MONTHS = 12


def graduation_due(live_on: datetime.date, months: int) -> datetime.date:
    """When a team that went live on `live_on` is due home, so many months later (EL-80, EL-08)."""
    return months_after(live_on, months)


def made_it(due_on: datetime.date, ended_on: datetime.date | None, *, graduated: bool) -> tuple[bool, datetime.date] | None:
    """Return whether a residency graduated by the date it was due, and the day on which that was known (EL-80, EL-94).

    None for one that ended another way before it was due: it counts neither way.
    """
    if ended_on and ended_on <= due_on:
        return (True, ended_on) if graduated else None
    return False, due_on


def extension_faults(due_on: datetime.date, to_on: datetime.date, first_due: datetime.date, *, acknowledged: bool) -> Iterator[Finding]:
    """Graduation moves to another day, never before the one that going live set, and by more than a year only if `acknowledged` (EL-83)."""
    if to_on == due_on or to_on < min(due_on, first_due):
        params = {"due": date_format(due_on), "first": date_format(first_due)}
        yield blocking(
            "not-later",
            _("The new date must be after the current one, %(due)s. To correct a mistake, you can use any date from %(first)s.") % params,
            _("Choose another date."),
        )
    elif not acknowledged and to_on > months_after(due_on, LONG_EXTENSION_MONTHS):
        params = {"due": date_format(due_on), "to": date_format(to_on)}
        yield blocking(
            "long-extension",
            _("This moves graduation from %(due)s to %(to)s, by more than twelve months.") % params,
            _("Check the year, or tick that the extension is intentional."),
        )


def due_after_correction(due_on: datetime.date, before: datetime.date, after: datetime.date) -> datetime.date:
    """Return when graduation is due once the final release has another date, which moves the first due date from `before` to `after`.

    A date that leadership set stays, unless it would be before the first one (EL-80, EL-83).
    """
    return after if due_on == before else max(due_on, after)


def days_left(due_on: datetime.date, today: datetime.date) -> int:
    """Days until graduation is due; negative when it is late (EL-83)."""
    return (due_on - today).days


VERDICT_SENTENCES = {
    NOT_MET: gettext_lazy("The lab found that condition %(number)d (%(name)s) is not met."),
    MORE_NEEDED: gettext_lazy("The lab needs more from the program area on condition %(number)d (%(name)s)."),
    EARLIER_WORDING: gettext_lazy("The finding on condition %(number)d (%(name)s) was based on an earlier wording. Review it again."),
}
UNDECIDED = gettext_lazy("Condition %(number)d (%(name)s) has not been decided yet.")
CONDITION_NAMES = (
    gettext_lazy("a real problem"),
    gettext_lazy("a priority"),
    gettext_lazy("complex"),
    gettext_lazy("digital"),
    gettext_lazy("broadly valued"),
    gettext_lazy("continuous"),
)


def unmet_conditions(verdicts: Mapping[int, str]) -> Iterator[Finding]:
    """One finding for each of the six conditions that isn't met as its case stands now (EL-12, EL-13).

    `verdicts` are by the condition's number; `EARLIER_WORDING` where the case changed after the decision.
    """
    for number in CONDITIONS:
        verdict = verdicts.get(number)
        if verdict == MET:
            continue
        message = str(VERDICT_SENTENCES.get(verdict or "", UNDECIDED))
        yield blocking(
            f"condition-{number}-unmet",
            message % {"number": number, "name": condition_name(number)},
            _("Decide it in the review."),
            "review",
        )


def condition_name(number: int) -> str:
    """What condition `number` is called: real problem, priority, complex, digital, broadly valued, continuous."""
    return str(CONDITION_NAMES[number - 1])


ASSESSMENTS = {
    "pia": (
        gettext_lazy("The privacy impact assessment is not done."),
        gettext_lazy("The privacy impact assessment has no evidence."),
    ),
    "stra": (
        gettext_lazy("The security threat and risk assessment is not done."),
        gettext_lazy("The security threat and risk assessment has no evidence."),
    ),
}


def undone_assessments(tasks: Iterable[RequiredTask], on: datetime.date) -> Iterator[Finding]:
    """Yield a finding for each assessment that isn't done, or has no evidence, before going live (EL-72). A missing task counts as not done."""
    by_code = {task.code: task for task in tasks}
    for code, (undone, unproved) in ASSESSMENTS.items():
        task = by_code.get(code)
        if task is None or not task.is_settled(on):
            lacks_evidence = task is not None and task.lacks_evidence
            remedy = _("Add the assessment, or a link to it.") if lacks_evidence else _("Mark the task as done, with evidence.")
            yield Finding(f"no-{code}", Severity.BLOCKS_LIVE, str(unproved if lacks_evidence else undone), remedy, "tasks")


PLAN_SENTENCES = {
    "home": gettext_lazy("The graduation plan does not say where the team goes in its ministry."),
    "people": gettext_lazy("The graduation plan does not say who stays after graduation."),
    "vendor-handover": gettext_lazy("The graduation plan does not say who takes over from vendors."),
    "funding": gettext_lazy("The graduation plan does not say how the product is funded afterwards."),
    "product-ownership": gettext_lazy("The graduation plan does not say who owns the product afterwards."),
    "upkeep": gettext_lazy("The graduation plan does not say who hosts the product and keeps it secure."),
    "next-products": gettext_lazy("The graduation plan does not say which products come next."),
    "risks": gettext_lazy("The graduation plan does not say what could disrupt the service."),
}
PLAN_PARTS = tuple(PLAN_SENTENCES)


@dataclass(frozen=True)
class PlanPart:
    """A part of a graduation plan. One that is not applicable needs no words and no owner, and counts as done."""

    code: str
    text: str
    is_written: bool = False
    has_owner: bool = False
    state: str = OPEN
    done_on: datetime.date | None = None

    @property
    def applies(self) -> bool:
        return self.state != NOT_APPLICABLE

    @property
    def is_ready(self) -> bool:
        """Return whether it has words and an owner, as going live requires."""
        return not self.applies or (self.is_written and self.has_owner)

    def is_done(self, on: datetime.date) -> bool:
        return not self.applies or (self.state == DONE and self.done_on is not None and self.done_on <= on)


@dataclass(frozen=True)
class Readiness:
    """How far a graduation plan is: parts with words and an owner, parts done, and the names of the parts that still need something."""

    ready: int
    done: int
    total: int
    not_ready: tuple[str, ...] = ()
    not_done: tuple[str, ...] = ()

    @property
    def percent(self) -> int:
        """Return the share of parts that are done, rounded down, so that only a plan that is done shows 100 %."""
        return 100 * self.done // self.total if self.total else 0


def readiness(parts: Iterable[PlanPart], on: datetime.date) -> Readiness:
    """Return how far a plan is on a day (EL-81)."""
    parts = list(parts)
    not_ready = tuple(part.text for part in parts if not part.is_ready)
    not_done = tuple(part.text for part in parts if not part.is_done(on))
    return Readiness(len(parts) - len(not_ready), len(parts) - len(not_done), len(parts), not_ready, not_done)


def missing_plan_parts(parts: Iterable[PlanPart]) -> Iterator[Finding]:
    """Yield a finding for each part of a graduation plan without words or without an owner (EL-81)."""
    for part in parts:
        if part.is_ready:
            continue
        if not part.is_written:
            message = str(PLAN_SENTENCES.get(part.code) or _("A part of the graduation plan is empty: %(part)s.") % {"part": part.text})
            code = f"plan-no-{part.code}" if part.code in PLAN_SENTENCES else "plan-no-words"
            yield Finding(code, Severity.BLOCKS_LIVE, message, _("Complete the graduation plan."), "graduation")
        else:
            message = _("No one owns this part of the graduation plan: %(part)s.") % {"part": part.text}
            yield Finding("plan-no-owner", Severity.BLOCKS_LIVE, message, _("Choose an owner in the graduation plan."), "graduation")


def undone_plan_parts(parts: Iterable[PlanPart], on: datetime.date) -> Iterator[Finding]:
    """Yield a finding for each part of a graduation plan that isn't done on the date `on` (EL-81, EL-82)."""
    for part in parts:
        if not part.is_done(on):
            message = _("This part of the graduation plan isn’t done: %(part)s.") % {"part": part.text}
            yield blocking("plan-not-done", message, _("Carry it out, then mark it as done in the graduation plan."), "graduation")


MOST_DAYS_AHEAD = 183


def effective_day(day: datetime.date, today: datetime.date) -> Iterator[Finding]:
    """Check that a pivot takes effect on the day it is decided, or within half a year of it (EL-85)."""
    latest = today + datetime.timedelta(days=MOST_DAYS_AHEAD)
    if not today <= day <= latest:
        params = {"today": date_format(today, "j F Y"), "latest": date_format(latest, "j F Y")}
        remedy = _("Use a date from today, %(today)s, to %(latest)s.") % params
        yield blocking("effective-date", _("A pivot can’t take effect on that date."), remedy)
