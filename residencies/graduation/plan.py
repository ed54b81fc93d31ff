"""The graduation plan: a checklist whose parts have words, an owner, a due date and evidence (EL-81)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext as _

from oversight.checklists.queries import ListOfTasks, TaskRow, item_or_404, list_of
from oversight.models import ChecklistItem
from people.models import User
from residencies.lifecycle import rules
from residencies.lifecycle.checklists import GRADUATION_PLAN
from residencies.lifecycle.rules import PlanPart, Readiness
from residencies.models import Residency


@dataclass(frozen=True)
class Plan:
    """A residency's plan as its page shows it."""

    rows: list[TaskRow]
    readiness: Readiness


def plan_of(residency: Residency, today: datetime.date) -> Plan | None:
    """Return the plan with its parts; None before the residency has started. One query."""
    tasks = list_of(residency, GRADUATION_PLAN.code, today)
    return Plan(tasks.rows, rules.readiness(_parts(tasks), today)) if tasks else None


def _parts(tasks: ListOfTasks) -> list[PlanPart]:
    return [
        PlanPart(item.code, item.text, bool(item.note.strip()), item.owner_id is not None, item.state, item.done_on)
        for item in (row.item for row in tasks.rows)
    ]


def plan_part_or_404(user: User, reference: str, task: int) -> ChecklistItem:
    """Return a part of a residency's plan. Raises `Http404` for a task on another list, and if `user` can't see the residency."""
    item = item_or_404(user, reference, task)
    if item.checklist.code != GRADUATION_PLAN.code:
        raise Http404(_("The graduation plan doesn’t have this part."))
    return item
