"""Reminders to the owners of tasks that are due or overdue (EL-60, EL-72)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from dates.database import LocalDate
from outbox.catalogue.messages import MailParams, address_of
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, read_on, to_tell
from outbox.reminders.schedule import Schedule, Step
from oversight.checklists import mail
from oversight.models import ChecklistItem

STREAM = "checklist__stream"


def due(*, after_end: bool = False) -> QuerySet[ChecklistItem]:
    """Return open tasks with an owner and a due date: those on lists for after an end, or all others."""
    return ChecklistItem.objects.under_way().filter(due_on__isnull=False, owner__isnull=False, checklist__after_end=after_end)


def to_owner(*, after_end: bool = False) -> QuerySet[Any]:
    """Select the owners of tasks. Steps due before the list was made are skipped."""
    part = Concat(Value("task:"), Cast("pk", CharField()), Value(":"))
    facts = JSONObject(task=F("pk"))
    return to_tell(
        due(after_end=after_end),
        stream=STREAM,
        part=part,
        anchor="due_on",
        since=LocalDate("checklist__made_at"),
        person="owner",
        facts=facts,
    )


def task_letter(message: Message) -> MailParams:
    """Return the task, its due date, and the link for marking it as done."""
    item = ChecklistItem.objects.select_related("owner", "checklist__stream").get(pk=message.facts["task"])
    assert item.due_on is not None  # noqa: S101 - what is reminded of has a day
    has_account = item.owner is not None and item.owner.user_id is not None
    params = {
        "task": item.text,
        "day": date_format(item.due_on, "j F Y"),
        "required": f"{item.get_blocks_display()}." if item.blocks else "",
        "link": address_of("task", item.subject.reference, item.pk) if has_account else "",
    }
    return MailParams(params, "late" if item.due_on < read_on(message) else "ahead")


def counted(*, after_end: bool = False) -> QuerySet[Any]:
    return counted_from(due(after_end=after_end), stream=STREAM, anchor="due_on")


SCHEDULE = Schedule(steps=(Step(days=-5), Step(), Step(days=7)), every_days=14, most=8)
TASK_DUE = Reminder(
    mail.TASK_DUE,
    schedule=SCHEDULE,
    counted=counted,
    concerned=[to_owner],
    letter=task_letter,
    counts_from=gettext_lazy("the day the task is due"),
)
TRANSITION_DUE = Reminder(
    mail.TRANSITION_DUE,
    schedule=SCHEDULE,
    counted=partial(counted, after_end=True),
    concerned=[partial(to_owner, after_end=True)],
    letter=task_letter,
    counts_from=gettext_lazy("the day the task is due"),
    after_end=True,
)
