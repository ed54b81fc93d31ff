"""Queries for the pages of a subject's tasks."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.http import Http404

from ledger.subjects import Subject, subject_or_404
from oversight.checklists import rules
from oversight.checklists.library import LIBRARY, offset_of
from oversight.checklists.rules import Progress
from oversight.models import Checklist, ChecklistItem, TaskEvidence
from people.models import User


@dataclass(frozen=True)
class TaskRow:
    """A task as a list shows it. `due` says what the due date waits for, if there is no date yet."""

    item: ChecklistItem
    is_late: bool
    due: str

    @property
    def lacks_evidence(self) -> bool:
        """Return whether the task was recorded as done before evidence was required, and has none."""
        item: Any = self.item
        return bool(item.evidence_needed and item.done_on and not item.has_evidence)


@dataclass(frozen=True)
class ListOfTasks:
    """A checklist with its title, tasks and progress."""

    checklist: Checklist
    title: Any
    intro: Any
    rows: list[TaskRow]
    progress: Progress


def lists_of(subject: Subject, today: datetime.date) -> list[ListOfTasks]:
    """Return every list of a subject with its tasks, complete lists last; two queries."""
    items = Prefetch("items", queryset=ChecklistItem.objects.select_related("owner").with_evidence().order_by("position", "pk"))
    lists = [_shown(checklist, today) for checklist in Checklist.objects.filter(stream=subject.stream).prefetch_related(items)]
    return sorted(lists, key=lambda shown: (shown.progress.is_complete, -shown.checklist.pk))


def _shown(checklist: Checklist, today: datetime.date) -> ListOfTasks:
    template = LIBRARY[checklist.code]
    rows = [row_of(item, today) for item in checklist.items.all()]
    return ListOfTasks(checklist, template.title, template.intro, rows, rules.progress(row.item.state for row in rows))


def row_of(item: ChecklistItem, today: datetime.date) -> TaskRow:
    """Return a task and whether it is overdue. After its subject has ended, only tasks on lists for after the end can be."""
    is_late = item.is_left and not item.closed and item.due_on is not None and item.due_on < today
    return TaskRow(item, is_late, "" if item.due_on else str(rules.UNKNOWN[item.anchor]))


def due_in_words(item: ChecklistItem) -> str:
    """Return the due date in words, such as "3 months after the start"; empty if it isn't counted from anything."""
    return rules.offset_in_words(offset_of(item))


def tasks_that_follow(subject: Subject, anchor: str) -> int:
    """Return how many tasks move if the day of `anchor` moves; one query."""
    return ChecklistItem.objects.filter(checklist__stream=subject.stream, anchor=anchor, due_by_hand=False).left().count()


# ── Lookups ────────────────────────────────────────────────────────────


def item_or_404(user: User, reference: str, task: int) -> ChecklistItem:
    """Return a task. Raises `Http404` if `user` can't see its subject."""
    subject = subject_or_404(user, reference)
    rows = ChecklistItem.objects.select_related("checklist", "owner", "done_by").with_evidence()
    row = rows.filter(checklist__stream=subject.stream, pk=task).first()
    if row is None:
        raise Http404(task)
    row.checklist.stream = subject.stream
    return row


def checklist_or_404(user: User, reference: str, checklist: int) -> Checklist:
    """Return a list. Raises `Http404` if `user` can't see its subject."""
    subject = subject_or_404(user, reference)
    row = Checklist.objects.filter(stream=subject.stream, pk=checklist).first()
    if row is None:
        raise Http404(checklist)
    row.stream = subject.stream
    return row


def evidence_or_404(user: User, reference: str, task: int, evidence: int) -> TaskEvidence:
    """Return a task's evidence. Raises `Http404` if `user` can't see its subject."""
    item = item_or_404(user, reference, task)
    row = item.evidence.filter(pk=evidence).first()
    if row is None:
        raise Http404(evidence)
    row.item = item
    return row
