"""Home lines and calendar dates of conversations (people/todo.py; EL-84, EL-85)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from people.todo import LEADERS, MOST, OPS, TODO, DateKind, DateState, Entry, Line, Scope, about, dates_of
from residencies.conversations.calendars import key_of
from residencies.models import Conversation, ConversationAmendment
from residencies.models.states import UNDER_WAY


@TODO.add
def pivots_to_decide(today: datetime.date) -> list[Line]:
    """Conversations whose outcome is a pivot, which lab leadership decides; a later one that came to something else settles it (EL-85).

    One query.
    """
    held = Conversation.objects.current().filter(held_on__isnull=False)
    later = held.filter(residency=OuterRef("residency"), pk__gt=OuterRef("pk"))
    rows = Conversation.objects.to_a_pivot().filter(~Exists(later), residency__state__in=UNDER_WAY).select_related("residency__owner")
    return [
        Line(
            key=f"pivot/{row.pk}",
            title=_("Conversation ended in a pivot: decision by leadership needed"),
            verb=_("Decide on the pivot"),
            url=reverse("residency-move", args=[row.residency.reference, "pivot"]),
            since=row.held_on or row.opened_on,
            roles=LEADERS,
            about=about(row.residency),
        )
        for row in rows.order_by("held_on", "pk")[:MOST]
    ]


def _unheld() -> Any:
    rows = Conversation.objects.filter(held_on=None, residency__state__in=UNDER_WAY)
    return rows.select_related("residency__owner").order_by("due_on", "pk")


@TODO.add
def open_conversations(today: datetime.date) -> list[Line]:
    """Conversations about residencies under way that were opened and not held (EL-84); one query."""
    return [
        Line(
            key=f"conversation/{row.pk}",
            title=_("Conversation not held yet"),
            verb=_("Hold the conversation"),
            url=reverse("conversations", args=[row.residency.reference]),
            since=row.opened_on,
            due_on=row.due_on,
            about=about(row.residency),
        )
        for row in _unheld()[:MOST]
    ]


@TODO.add
def amendments_to_propose(today: datetime.date) -> list[Line]:
    """Return lines for conversations that ended in an amendment which no one has proposed yet; one query."""
    rows = Conversation.objects.current().filter(outcome=Conversation.Outcome.AMENDED, residency__state__in=UNDER_WAY)
    rows = rows.filter(~Exists(ConversationAmendment.objects.filter(conversation=OuterRef("pk"))), clause__isnull=False)
    return [
        Line(
            key=f"amendment-to-propose/{row.pk}",
            title=_("Conversation ended in an amendment: %(clause)s") % {"clause": row.clause},
            verb=_("Propose the change"),
            url=propose_url(row),
            since=row.held_on or row.opened_on,
            roles=OPS,
            about=about(row.residency),
        )
        for row in rows.select_related("residency__owner", "clause").order_by("held_on", "pk")[:MOST]
    ]


def propose_url(conversation: Conversation) -> str:
    """Return the address where the amendment is proposed, with the conversation and its clause."""
    clause = getattr(conversation, "clause", None)
    place = f"&clause={clause.number}" if clause else ""
    return reverse("amendment-propose", args=[conversation.residency.reference]) + f"?conversation={conversation.pk}{place}"


# ── Dates ────────────────────────────────────────────────────────────────────────────────────────


@dates_of(DateKind.CONVERSATION)
def dated_conversations(start: datetime.date, end: datetime.date, scope: Scope) -> Iterator[Entry]:
    """Yield conversations on the day they were held, are planned, or are due without a time; one query (EL-84)."""
    open_rows = Q(held_on=None, residency__state__in=UNDER_WAY)
    no_time = Q(meeting=None) | Q(meeting__cancelled_at__isnull=False)
    planned = open_rows & Q(meeting__cancelled_at=None, meeting__on__range=(start, end))
    due = open_rows & no_time & Q(due_on__range=(start, end))
    rows = Conversation.objects.current().filter(planned | due | Q(held_on__range=(start, end)))
    rows = rows.select_related("residency__owner", "meeting")
    for row in scope.of(rows, "residency__stream").order_by("due_on", "pk")[: scope.most]:
        yield _entry(row)


def _entry(row: Conversation) -> Entry:
    meeting = getattr(row, "meeting", None)
    common: dict[str, Any] = {"kind": DateKind.CONVERSATION.value, "url": row.get_absolute_url(), "about": about(row.residency)}
    if row.held_on:
        return Entry(key=f"conversation-held-{row.pk}", on=row.held_on, title=_("Conversation held"), state=DateState.DONE.value, **common)
    if meeting is None or meeting.is_cancelled:
        title = _("Conversation to hold")
        return Entry(key=f"conversation-due-{row.pk}", on=row.due_on, title=title, state=DateState.DUE.value, **common)
    return Entry(
        key=key_of(meeting),
        on=meeting.on,
        at=meeting.at,
        minutes=meeting.minutes,
        place=meeting.place,
        title=_("Conversation"),
        sequence=meeting.sequence,
        changed_at=meeting.changed_at,
        **common,
    )
