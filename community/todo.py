"""What teams' sessions with experts and their desks give the lab to do, and their dates (people/todo.py; EL-48, EL-49)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.choices import SessionState
from community.models import DeskAllocation, ExpertSession
from people.todo import MOST, OPS, TODO, DateKind, DateState, Entry, Line, Scope, about, dates_of
from residencies.models.states import ENDED

ANSWER_DAYS = 10


@TODO.add
def waiting_sessions(today: datetime.date) -> list[Line]:
    """Sessions that were asked for and have no expert yet, the longest waiting first; one query."""
    return [_waiting_line(session) for session in ExpertSession.objects.waiting().for_list().select_related("residency__owner")[:MOST]]


def _waiting_line(session: ExpertSession) -> Line:
    since = timezone.localdate(session.requested_at)
    return Line(
        key=f"session-wanted/{session.pk}",
        title=_("Expert requested: %(discipline)s") % {"discipline": session.get_discipline_display()},
        verb=_("Find an expert"),
        url=session.get_absolute_url(),
        since=since,
        due_on=since + datetime.timedelta(days=ANSWER_DAYS),
        about=about(session.residency),
    )


@TODO.add
def unrecorded_sessions(today: datetime.date) -> list[Line]:
    """Sessions whose day is over and whose outcome isn't recorded; one query."""
    rows = ExpertSession.objects.to_record(today).for_list().select_related("residency__owner")
    return [_unrecorded_line(session) for session in rows[:MOST]]


def _unrecorded_line(session: ExpertSession) -> Line:
    on = session.on
    assert on is not None  # noqa: S101 - those to record have a day
    params = {"expert": str(session.expert), "day": date_format(on, "j F")}
    return Line(
        key=f"session-outcome/{session.pk}",
        title=_("No outcome recorded for the session with %(expert)s on %(day)s") % params,
        verb=_("Record the outcome"),
        url=session.get_absolute_url(),
        since=on,
        about=about(session.residency),
    )


@TODO.add
def desks_to_take_back(today: datetime.date) -> list[Line]:
    """Desks that a team has today or later although its residency has ended; one query."""
    rows = DeskAllocation.objects.between(today).filter(residency__state__in=ENDED).select_related("residency__owner")
    return [
        Line(
            key=f"desks/{row.pk}",
            title=_("Residency ended, desks reserved until %(day)s") % {"day": date_format(row.to_on)},
            verb=_("Release the desks"),
            url=reverse("community", args=[row.residency.reference]),
            since=row.residency.ended_on or row.from_on,
            roles=OPS,
            about=about(row.residency),
        )
        for row in rows.order_by("from_on", "pk")[:MOST]
    ]


# ── Dates ────────────────────────────────────────────────────────────────────────────────────────

SESSION_STATES = {
    SessionState.MATCHED: DateState.PLANNED,
    SessionState.HELD: DateState.DONE,
    SessionState.CALLED_OFF: DateState.CANCELLED,
}


@dates_of(DateKind.SESSION)
def dated_sessions(start: datetime.date, end: datetime.date, scope: Scope) -> list[Entry]:
    """Sessions with experts from `start` through `end` that have a time; one query."""
    timed = ExpertSession.objects.filter(state__in=SESSION_STATES, on__range=(start, end), expert__isnull=False).for_list()
    rows = scope.of(timed, "residency__stream").select_related("residency__owner")
    return [_session_entry(session) for session in rows.order_by("on", "at", "pk")[: scope.most]]


def _session_entry(session: ExpertSession) -> Entry:
    assert session.on is not None  # noqa: S101 - asked for by its day
    params = {"expert": str(session.expert), "discipline": session.get_discipline_display()}
    return Entry(
        key=f"expert-session-{session.pk}",
        kind=DateKind.SESSION.value,
        on=session.on,
        title=_("Session with %(expert)s: %(discipline)s") % params,
        url=session.get_absolute_url(),
        at=session.at,
        minutes=session.minutes or 0,
        place=session.place,
        state=SESSION_STATES[SessionState(session.state)].value,
        about=about(session.residency),
        sequence=session.sequence,
        changed_at=session.changed_at,
    )


@dates_of(DateKind.DESKS)
def days_of_desks(start: datetime.date, end: datetime.date, scope: Scope) -> Iterator[Entry]:
    """The first and the last day of each team's desks, from `start` through `end`; one query (EL-49)."""
    within = Q(from_on__range=(start, end)) | Q(to_on__range=(start, end))
    rows = scope.of(DeskAllocation.objects.current().filter(within), "residency__stream").select_related("residency__owner")
    for row in rows.order_by("from_on", "pk")[: scope.most]:
        first = ngettext("First day of %(count)d desk", "First day of %(count)d desks", row.desks)
        last = ngettext("Last day of %(count)d desk", "Last day of %(count)d desks", row.desks)
        url, params = reverse("community", args=[row.residency.reference]), {"count": row.desks}
        for key, on, title in (("first", row.from_on, first), ("last", row.to_on, last)):
            if start <= on <= end:
                key = f"desks-{row.pk}-{key}"
                yield Entry(key, DateKind.DESKS.value, on, title % params, url, place=row.where, about=about(row.residency))
