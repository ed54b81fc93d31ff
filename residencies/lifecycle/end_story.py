"""What the overview tells of an end: a pivot's effective date, letter and transition, and applications before and after it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from oversight.checklists.library import TRANSITION
from oversight.checklists.rules import Progress, progress
from oversight.documents.queries import documents_of
from oversight.models import ChecklistItem, Document
from people.models import User
from residencies.lifecycle.document_kinds import LETTER
from residencies.models import Pivot, Residency
from residencies.models.states import State


@dataclass(frozen=True)
class EndStory:
    """An end as the overview tells it; `letter` and `transition` are a pivot's, `later` the applications that followed."""

    later: list[Residency]
    pivot: Pivot | None = None
    is_ahead: bool = False
    letter: Document | None = None
    transition: Progress | None = None


def end_story(residency: Residency, user: User, today: datetime.date) -> EndStory | None:
    """Return how a residency ended and what `user` can see of what came after; None while it is under way. At most four queries."""
    if residency.is_under_way:
        return None
    later = list(Residency.objects.visible_to(user).filter(reapplication__earlier=residency).order_by("pk"))
    if residency.state != State.PIVOTED:
        return EndStory(later)
    pivot = Pivot.objects.filter(residency=residency).first()
    tasks = ChecklistItem.objects.filter(checklist__stream=residency.stream_id, checklist__code=TRANSITION.code)
    states = list(tasks.values_list("state", flat=True))
    return EndStory(
        later,
        pivot=pivot,
        is_ahead=bool(pivot and pivot.is_ahead(today)),
        letter=documents_of(residency.stream, LETTER).first(),
        transition=progress(states) if states else None,
    )


def earlier_application(residency: Residency, user: User) -> Residency | None:
    """Return the residency whose facts this one started with, if there is one and `user` can see it; one query then."""
    if not hasattr(residency, "reapplication"):
        return None
    return Residency.objects.visible_to(user).filter(reapplications__residency=residency).first()
