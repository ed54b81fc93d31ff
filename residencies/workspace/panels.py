"""The parts of the overview that are the same for everyone who may see it, remembered until an act changes the residency (EL-06).

How long other residencies took is part of the pace, so that line can be as old as `KEPT_SECONDS`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import NamedTuple

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from ledger.history_text import tell
from ledger.memory import remembered_html
from oversight.checklists.library import TRANSITION
from oversight.checklists.rules import Progress, progress
from oversight.documents.queries import documents_of
from oversight.models import ChecklistItem, Document
from oversight.status.queries import latest_health
from oversight.trust.queries import trust_of
from people.models import User
from residencies.graduation.plan import plan_of
from residencies.lifecycle.document_kinds import LETTER
from residencies.lifecycle.journey import frame_of, journey
from residencies.lifecycle.phases.queries import Pace, signs_ticked
from residencies.models import Pivot, Residency
from residencies.models.states import State

LATELY = 6
REPORTING = (State.IN_RESIDENCE, State.LIVE)
DATES = 3


@dataclass(frozen=True)
class Panels:
    """The journey with its pace, the latest changes, and the narrow column, as HTML."""

    journey: SafeString
    lately: SafeString
    aside: SafeString


def panels(residency: Residency, today: datetime.date, *, sets_phase: bool) -> Panels:
    """Return the panels; `sets_phase` is whether the reader can change the phase. No query if an earlier page showed them."""

    which = "overview-sets-phase" if sets_phase else "overview"
    return Panels(*remembered_html(which, residency, today, lambda: _rendered(residency, today, sets_phase)))


def _rendered(residency: Residency, today: datetime.date, sets_phase: bool) -> list[str]:
    lately = [tell(event) for event in residency.stream.events.order_by("-seq")[:LATELY]]
    aside = {
        "residency": residency,
        "today": today,
        "sets_phase": sets_phase,
        "dates": dates_ahead(residency, today)[:DATES],
        "report": latest_health(residency) if residency.state in REPORTING else None,
        "members": [membership.user for membership in residency.memberships.filter(to_at=None).select_related("user")],
        "repositories": residency.repositories.all(),
        "signs": signs_ticked(residency),
        "plan": plan_of(residency, today) if residency.is_under_way else None,
        "trust": trust_of(residency.stream, today) if residency.state in REPORTING else None,
    }
    return [
        render_to_string("residencies/_journey.html", {"steps": journey(residency), "pace": Pace(residency, today).lines}),
        render_to_string("residencies/_lately.html", {"residency": residency, "lately": lately}),
        render_to_string("residencies/_aside.html", aside),
    ]


class DateAhead(NamedTuple):
    on: datetime.date
    what: str
    url: str


def dates_ahead(residency: Residency, today: datetime.date) -> list[DateAhead]:
    """Return what is due on this residency, the earliest first, late ones included; nothing once it has ended."""
    if not residency.is_under_way:
        return []
    dates = []
    if residency.state == State.LIVE and residency.graduation_due_on:
        dates.append(DateAhead(residency.graduation_due_on, gettext("Graduation due"), reverse("graduation", args=[residency.reference])))
    for due_on in frame_of(residency, today).conversations:
        dates.append(DateAhead(due_on, gettext("Conversation due"), reverse("conversations", args=[residency.reference])))
    due = ChecklistItem.objects.under_way().filter(checklist__stream=residency.stream_id, due_on__isnull=False)
    for task in due.order_by("due_on")[:DATES]:
        assert task.due_on is not None  # noqa: S101 - asked for by its day
        dates.append(DateAhead(task.due_on, task.text, reverse("task", args=[residency.reference, task.pk])))
    return sorted(dates)


# ── After the end ────────────────────────────────────────────────────────────────────────────


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
