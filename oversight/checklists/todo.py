"""Home lines for overdue tasks, and calendar dates for tasks due or done (EL-72)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from oversight.checklists.library import ticked_lists
from oversight.models import ChecklistItem, TaskState
from oversight.models.checklists import UNDER_WAY
from people.lab import is_lab_staff
from people.todo import MOST, NOBODY, OPS, TODO, DateKind, DateState, Entry, Line, Scope, about, dates_of, with_leads


@TODO.add
def late_tasks(today: datetime.date) -> list[Line]:
    """Return lines for overdue tasks, the longest overdue first. If the owner isn't at the lab, the line is waiting for them. One query."""
    rows = ChecklistItem.objects.under_way().filter(due_on__lt=today).annotate(owner_at_lab=is_lab_staff("owner__user"))
    rows = rows.select_related("owner__user", *with_leads("checklist__stream")).order_by("due_on", "pk")
    return [_line(item) for item in rows[:MOST]]


def _line(item: ChecklistItem) -> Line:
    subject, owner = item.subject, item.owner
    at_lab = bool(item.owner_at_lab)  # type: ignore[attr-defined]  # annotated
    assert item.due_on is not None  # noqa: S101 - asked for by its day
    return Line(
        key=f"task/{item.pk}",
        title=item.text,
        note=item.get_blocks_display() if item.blocks else "",
        verb=_("Open the task"),
        url=reverse("task", args=[subject.reference, item.pk]),
        since=item.due_on,
        due_on=item.due_on,
        roles=OPS,
        waits=owner is not None and not at_lab,
        about=about(subject),
        assignee=owner.user_id if owner and at_lab else None,
        assignee_name=owner.name if owner else "",
    )


@dates_of(DateKind.TASK)
def dated_tasks(start: datetime.date, end: datetime.date, scope: Scope) -> Iterator[Entry]:
    """Yield tasks on the day they are due or were done; one query."""
    due = UNDER_WAY & Q(due_on__range=(start, end))  # not a subquery, so that the indexes of both dates are read
    rows = ChecklistItem.objects.filter(due | Q(done_on__range=(start, end))).exclude(checklist__code__in=ticked_lists())
    rows = rows.select_related("owner", *with_leads("checklist__stream"))
    # A task is assigned to its owner, or to the lab lead if the owner has no account.
    assigned = Q(pk__in=scope.of(rows.filter(owner__user=None), "checklist__stream").order_by().values("pk"))
    if scope.owner not in (None, NOBODY):
        assigned |= Q(owner__user=scope.owner)
    wanted = scope.of(rows, "checklist__stream", assigned=assigned)
    for item in wanted.order_by(F("done_on").asc(nulls_first=True), "due_on", "pk")[: scope.most]:
        done = item.state == TaskState.DONE
        on = item.done_on if done else item.due_on
        assert on is not None  # noqa: S101 - asked for by its day
        title = (_("Done: %(task)s") if done else _("Due: %(task)s")) % {"task": item.text}
        yield Entry(
            key=f"task-{item.pk}",
            kind=DateKind.TASK.value,
            on=on,
            title=title,
            url=reverse("task", args=[item.subject.reference, item.pk]),
            state=(DateState.DONE if done else DateState.DUE).value,
            about=about(item.subject),
            assignee=item.owner.user_id if item.owner else None,
            assignee_name=item.owner.name if item.owner else "",
        )
