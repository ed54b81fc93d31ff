"""Checklists for tests, as rows."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from ledger.subjects import Subject
from oversight.checklists.library import ADMINISTRATION, LIBRARY, items_of
from oversight.models import Checklist, ChecklistItem, TaskEvidence, TaskState

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
