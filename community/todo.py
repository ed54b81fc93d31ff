"""What teams' sessions with experts and their desks give the lab to do, and sessions on a day (people/todo.py; EL-48, EL-49)."""

from __future__ import annotations

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from community.choices import SessionState
from community.models import DeskAllocation, ExpertSession
from people.todo import DATES, MOST, MOST_ENTRIES, OPS, TODO, Entry, Line, about
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


@DATES.add
def planned_sessions(start: datetime.date, end: datetime.date) -> list[Entry]:
    """Sessions with experts that are planned from `start` through `end`; one query."""
    rows = ExpertSession.objects.filter(state=SessionState.MATCHED, on__range=(start, end)).for_list().select_related("residency__owner")
    return [_session_entry(session) for session in rows.order_by("on", "at", "pk")[:MOST_ENTRIES]]


def _session_entry(session: ExpertSession) -> Entry:
    assert session.on is not None  # noqa: S101 - asked for by its day
    params = {"expert": str(session.expert), "discipline": session.get_discipline_display()}
    title = _("Session with %(expert)s: %(discipline)s") % params
    at = time_format(session.at) if session.at else ""
    return Entry(session.on, title, session.get_absolute_url(), at, about(session.residency))
