"""Checklists for tests, as rows."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from ledger.subjects import Subject
from oversight.checklists.actions import complete_task
from oversight.checklists.library import ADMINISTRATION, LIBRARY, ChecklistTemplate, items_of
from oversight.checklists.queries import item_to_tick
from oversight.models import Checklist, ChecklistItem, TaskEvidence, TaskState
from people.models import Person
from residencies.lifecycle.checklists import GRADUATION_PLAN
from tests.factories import person

LINK = "https://example.org/assessments/pia.pdf"


def checklist(subject: Subject, code: str = ADMINISTRATION.code) -> Checklist:
    """Return a subject's list, made from its template if it doesn't exist."""
    row, is_new = Checklist.objects.get_or_create(stream=subject.stream, code=code, defaults={"after_end": LIBRARY[code].after_end})
    if is_new:
        ChecklistItem.objects.bulk_create(items_of(row, subject.anchors()))
    return row


def task(subject: Subject, code: str = "team-hr", *, of: str = ADMINISTRATION.code, **fields: Any) -> ChecklistItem:
    """Return a task of a subject's list, with `fields` set."""
    rows = ChecklistItem.objects.filter(checklist=checklist(subject, of), code=code)
    if fields:
        rows.update(**fields)
    return rows.select_related("checklist__stream", "owner").get()


def assess(subject: Subject, done_on: datetime.date | None = None) -> None:
    """Mark both assessments as done, each with a link."""
    rows = ChecklistItem.objects.filter(checklist=checklist(subject), code__in=("pia", "stra"))
    rows.update(state=TaskState.DONE, done_on=done_on or timezone.localdate())
    for item in rows.filter(evidence=None):
        TaskEvidence.objects.create(item=item, url=LINK)


def unassess(subject: Subject) -> None:
    """Reopen both assessments."""
    ChecklistItem.objects.filter(checklist=checklist(subject), code__in=("pia", "stra")).update(state=TaskState.OPEN, done_on=None)


def to_tick(subject: Subject, template: ChecklistTemplate, code: str) -> ChecklistItem:
    """Return an item of a ticked list, ticked or not."""
    item = item_to_tick(subject, template, code)
    assert item is not None
    return item


def tick(subject: Subject, template: ChecklistTemplate, code: str, **fields: Any) -> ChecklistItem:
    """Tick an item of a list through the act."""
    item = to_tick(subject, template, code)
    return complete_task(item, **{"done_on": timezone.localdate(), "shown_revision": item.revision, **fields})


# ── The graduation plan ──────────────────────────────────────────────────────────────────────


def plan_part(subject: Subject, code: str = "home", **fields: Any) -> ChecklistItem:
    """Return a part of a subject's graduation plan, with `fields` set."""
    return task(subject, code, of=GRADUATION_PLAN.code, **fields)


def write_plan(subject: Subject, *, owner: Person | None = None) -> None:
    """Give every part of a subject's graduation plan words and an owner."""
    parts = ChecklistItem.objects.filter(checklist=checklist(subject, GRADUATION_PLAN.code))
    parts.update(note="The digital branch.", owner=owner or person())


def carry_out_plan(subject: Subject, done_on: datetime.date | None = None) -> None:
    """Mark every part of a subject's graduation plan as done."""
    parts = ChecklistItem.objects.filter(checklist=checklist(subject, GRADUATION_PLAN.code))
    parts.update(state=TaskState.DONE, done_on=done_on or timezone.localdate())
