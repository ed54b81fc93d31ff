"""Queries for the pages of a subject's tasks."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.http import Http404

from acts.act import Actor
from ledger.subjects import Subject, subject_or_404
from oversight.checklists import rules
from oversight.checklists.library import LIBRARY, ChecklistTemplate, TemplateItem, item_of, offset_of, template_item
from oversight.checklists.rules import Progress
from oversight.models import Checklist, ChecklistItem, TaskEvidence, TaskState
from oversight.models.checklists import ChecklistItemQuerySet
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
    """Return a subject's lists with their tasks, complete lists last, without those that have a page of their own; two queries."""
    codes = [template.code for template in LIBRARY.values() if not template.page]
    rows = Checklist.objects.filter(stream=subject.stream, code__in=codes).prefetch_related(Prefetch("items", queryset=_items()))
    lists = [_shown(checklist, checklist.items.all(), today) for checklist in rows]
    return sorted(lists, key=lambda shown: (shown.progress.is_complete, -shown.checklist.pk))


def list_of(subject: Subject, code: str, today: datetime.date) -> ListOfTasks | None:
    """Return the subject's list with this code and its tasks, if it has been made; one query."""
    items = list(_items().filter(checklist__stream=subject.stream, checklist__code=code).select_related("checklist", "owner"))
    return _shown(items[0].checklist, items, today) if items else None


def _items() -> ChecklistItemQuerySet:
    return ChecklistItem.objects.select_related("owner").with_evidence().order_by("position", "pk")


def _shown(checklist: Checklist, items: Iterable[ChecklistItem], today: datetime.date) -> ListOfTasks:
    template = LIBRARY[checklist.code]
    rows = [row_of(item, today) for item in items]
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


# ── Lists to tick ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class TickRow:
    """An item of a ticked list: in the words it was ticked under, or in its template's words while it isn't ticked.

    `evidence` is filled if the list asks for links.
    """

    item: ChecklistItem
    is_entry: bool
    asks_for_evidence: bool
    evidence: list[TaskEvidence]

    @property
    def list_code(self) -> str:
        return self.item.checklist.code

    @property
    def is_ticked(self) -> bool:
        return self.item.state == TaskState.DONE


@dataclass(frozen=True)
class ListOfTicks:
    """A ticked list as its page shows it."""

    template: ChecklistTemplate
    rows: list[TickRow]

    @property
    def ticked(self) -> list[TickRow]:
        return [row for row in self.rows if row.is_ticked]


def ticks_of(subject: Subject, *templates: ChecklistTemplate) -> dict[str, ListOfTicks]:
    """Return a subject's ticked lists, by their codes; one query, or two for lists that ask for links.

    An item that was ticked stays on the list even if the template no longer has it.
    """
    rows = ChecklistItem.objects.filter(checklist__stream=subject.stream_id, checklist__code__in=[template.code for template in templates])
    rows = rows.select_related("checklist", "done_by")
    if any(item.sites for template in templates for item in template.items):
        rows = rows.prefetch_related(Prefetch("evidence", queryset=TaskEvidence.objects.filter(withdrawn_at=None), to_attr="shown_by"))
    saved: dict[str, dict[str, ChecklistItem]] = {template.code: {} for template in templates}
    for row in rows:
        saved[row.checklist.code][row.code] = row
    return {template.code: _ticks(subject, template, saved[template.code]) for template in templates}


def _ticks(subject: Subject, template: ChecklistTemplate, saved: dict[str, ChecklistItem]) -> ListOfTicks:
    checklist = Checklist(stream=subject.stream, code=template.code)
    items = {item.code: item for item in template.items_for(subject)}
    rows = [_tick(checklist, item, saved.get(item.code)) for item in items.values()]
    rows += [TickRow(row, False, False, getattr(row, "shown_by", [])) for code, row in saved.items() if code not in items and row.done_on]
    return ListOfTicks(template, rows)


def _tick(checklist: Checklist, known: TemplateItem, row: ChecklistItem | None) -> TickRow:
    item = row or item_of(checklist, known)
    if not item.done_on:
        item.text = str(known.text)
    return TickRow(item, known.is_entry, bool(known.sites), getattr(row, "shown_by", []))


def may_tick(user: Actor, subject: Subject, template: ChecklistTemplate) -> bool:
    """Return whether an account can tick the items of a list now."""
    goes_on = template.after_end or subject.is_under_way
    return goes_on and user.has_perm("oversight.keep_task", Checklist(stream=subject.stream, code=template.code))


def item_to_tick(subject: Subject, template: ChecklistTemplate, code: str) -> ChecklistItem | None:
    """Return an item of a ticked list, not saved if it has never been ticked; None if there is no such item."""
    rows = ChecklistItem.objects.filter(checklist__stream=subject.stream_id, checklist__code=template.code, code=code)
    item = rows.select_related("checklist").with_evidence().first()
    if item is None:
        checklist = Checklist(stream=subject.stream, code=template.code)
        known = template_item(checklist, code)
        return item_of(checklist, known) if known else None
    item.checklist.stream = subject.stream
    return item


def tick_or_404(user: User, reference: str, checklist: str, code: str) -> ChecklistItem:
    """Return an item of a ticked list, ticked or not. Raises `Http404` if `user` can't see its subject."""
    subject = subject_or_404(user, reference)
    template = LIBRARY.get(checklist)
    item = item_to_tick(subject, template, code) if template and template.ticked else None
    if item is None:
        raise Http404(code)
    return item


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


def task_or_404(user: User, reference: str, task: int) -> ChecklistItem:
    """Return a task that can be planned, dismissed or completed: not an item of a ticked list. Raises `Http404` as `item_or_404` does."""
    item = item_or_404(user, reference, task)
    if LIBRARY[item.checklist.code].ticked:
        raise Http404(task)
    return item


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
