"""What team and expert are told about their sessions, in the transaction of the act that causes it (EL-48); the words are in texts.py."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import SYSTEM
from community.models import Expert, ExpertSession, SessionInvitation
from outbox.catalogue.messages import address_of
from outbox.queue import queue
from people.actions import person_of
from people.models import Person
from residencies.mail import members
from teams.models import Seat

MATCHED = "expert-session"
CALLED_OFF = "expert-session-off"
ALL, REPLACED, MOVED = "all", "replaced", "moved"


def matched(session: ExpertSession, *, before: str, replaced: Expert | None) -> None:
    """Tell team and expert when and where the session is, with a file for their calendars; `before` is when it was, if it has moved.

    An expert who was replaced is told that it is no longer theirs. Of one that is over already, nobody is told.
    """
    if session.starts_at is None or session.starts_at <= timezone.now():
        return
    wording = MOVED if before and before != session.when else ""
    for person in _people(session).values():
        if not (replaced and person == replaced.person):
            _tell(session, person, MATCHED, wording, before=before)
    if replaced:
        _tell(session, replaced.person, CALLED_OFF, REPLACED)


def called_off(session: ExpertSession) -> None:
    """Tell the team, the expert if there is one, and whoever has the entry in a calendar why the session is cancelled."""
    for person in _people(session).values():
        _tell(session, person, CALLED_OFF, ALL)


def _people(session: ExpertSession) -> dict[int, Person]:
    """Whoever keeps the residency, is on the team on the session's day, or today, or was invited before; and the expert; each once."""
    on = session.on or timezone.localdate()
    managers = [person_of(account, by=SYSTEM) for account in members(session.residency)]
    seats = Seat.objects.of(session.residency).exclude(person=None)
    team_members = [seat.person for seat in seats if seat.person and seat.covers(on)]
    experts = [session.expert.person] if session.expert else []
    invited = Person.objects.filter(pk__in=SessionInvitation.objects.filter(session=session).values("person"))
    return {person.pk: person for person in [*managers, *team_members, *experts, *invited]}


def _tell(session: ExpertSession, person: Person, occasion: str, wording: str = "", *, before: str = "") -> None:
    if not person.email:
        return
    file: dict[str, Any] = {"session": session.pk, "person": person.pk} | ({"off": True} if wording == REPLACED else {})
    queue(
        occasion,
        to=person,
        about=session.residency.stream,
        key=f"session-{session.pk}|{session.sequence}",
        params=session_params(session)
        | {"before": before, "when": session.when or _("No time was set"), "link": _page(session) if person.user_id else ""},
        wording=wording,
        mint={"file:session.ics": ["community.calendars.file_of", file]} if session.on else None,
    )


def _page(session: ExpertSession) -> str:
    return address_of("session", session.residency.reference, session.pk)


def session_params(session: ExpertSession) -> dict[str, Any]:
    """The facts of a session that any text about it may tell."""
    return {
        "discipline": session.get_discipline_display(),
        "question": session.question,
        "expert": session.expert or "",
        "when": session.when,
        "minutes": session.minutes or "",
        "where": session.place or _("Not said yet"),
        "reason": session.called_off_reason,
        "link": _page(session),
    }
