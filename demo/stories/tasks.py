"""Tasks in the stories: assessments with evidence, and administrative tasks in every state."""

from __future__ import annotations

import datetime

from acts.act import Actor
from oversight.checklists import actions
from oversight.checklists.library import ADMINISTRATION, FIRST_WEEKS, LEAVING, TRANSITION, ChecklistTemplate
from oversight.models import ChecklistItem
from oversight.models.checklists import ChecklistItemQuerySet
from people.models import Person
from residencies.lifecycle.checklists import GRADUATION_PLAN
from residencies.models import Residency

NOTES = {
    "contract-management": "Contract CS-2291 with the vendor is kept in the ministry’s contract system.",
    "onboarding": "Two IDIR accounts came late; the service desk has the tickets.",
}
ASSESSMENTS = ("pia", "stra")
SOON, BY_HAND, LATER = ("contract-management", "onboarding"), ("paying-resources",), datetime.timedelta(days=150)
NOT_NEEDED = {"software-licences": "The team works with open source tools and the ministry’s existing licences."}


def assess(residency: Residency, *, owner: Person, on: datetime.date, by: Actor) -> None:
    """Complete both assessments, each with a link as evidence."""
    for item in items_of(residency).filter(code__in=ASSESSMENTS):
        item = _own(item, owner, by=by)
        url = f"https://example.org/assessments/{residency.reference.lower()}/{item.code}.pdf"
        actions.complete_task(item, done_on=on, url=url, shown_revision=item.revision, by=by)


def work_on(residency: Residency, *, owners: tuple[Person, ...], on: datetime.date, settled: bool, by: Actor) -> None:
    """Complete the first weeks' tasks, and give the administrative ones owners.

    Then complete some of those, start one and mark one as not applicable; with `settled`, complete all the others.
    """
    _do(items_of(residency, FIRST_WEEKS), owners, on=on, by=by)
    for number, item in enumerate(items_of(residency).exclude(code__in=ASSESSMENTS)):
        item = _own(item, owners[number % len(owners)], due_on=None if settled else _later(item, on), by=by)
        if item.code in NOT_NEEDED:
            actions.dismiss_task(item, reason=NOT_NEEDED[item.code], shown_revision=item.revision, by=by)
        elif settled or item.code in SOON:
            actions.complete_task(item, done_on=on, shown_revision=item.revision, by=by)
        elif item.code in BY_HAND:
            actions.begin_task(item, by=by)


def leave(residency: Residency, *, owners: tuple[Person, ...], on: datetime.date, by: Actor) -> None:
    """Complete most of the leaving list; the team's story and the last access are still open."""
    _do(items_of(residency, LEAVING).exclude(code__in=("story", "remove-access")), owners, on=on, by=by)


def write_plan(residency: Residency, words: dict[str, str], *, owners: tuple[Person, ...], by: Actor) -> None:
    """Write the graduation plan, each part with an owner."""
    for number, item in enumerate(items_of(residency, GRADUATION_PLAN)):
        owner, note = owners[number % len(owners)], words[item.code]
        actions.plan_task(item, owner=owner, due_on=None, note=note, shown_revision=item.revision, by=by)


def carry_out_plan(residency: Residency, *, on: datetime.date, by: Actor, but: tuple[str, ...] = ()) -> None:
    """Mark the parts of the graduation plan as done, except `but`."""
    for item in items_of(residency, GRADUATION_PLAN).exclude(code__in=but):
        actions.complete_task(item, done_on=on, shown_revision=item.revision, by=by)


def wrap_up(residency: Residency, *, owners: tuple[Person, ...], on: datetime.date, by: Actor) -> None:
    """Complete the transition list; there was no data to move."""
    for item in items_of(residency, TRANSITION).filter(code="data"):
        actions.dismiss_task(item, reason="The prototype held invented data only.", shown_revision=item.revision, by=by)
    _do(items_of(residency, TRANSITION), owners, on=on, by=by)


def _do(rows: ChecklistItemQuerySet, owners: tuple[Person, ...], *, on: datetime.date, by: Actor) -> None:
    for number, item in enumerate(rows):
        item = _own(item, owners[number % len(owners)], by=by)
        actions.complete_task(item, done_on=on, shown_revision=item.revision, by=by)


def items_of(residency: Residency, template: ChecklistTemplate = ADMINISTRATION) -> ChecklistItemQuerySet:
    """Return the open tasks on one of a residency's lists, in order."""
    return ChecklistItem.objects.filter(checklist__stream=residency.stream, checklist__code=template.code).left().order_by("position")


def _later(item: ChecklistItem, on: datetime.date) -> datetime.date | None:
    return on + LATER if item.code in BY_HAND else None


def _own(item: ChecklistItem, owner: Person, *, by: Actor, due_on: datetime.date | None = None) -> ChecklistItem:
    return actions.plan_task(item, owner=owner, due_on=due_on, note=NOTES.get(item.code, ""), shown_revision=item.revision, by=by)
