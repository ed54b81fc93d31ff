"""Mail about sessions with experts: planned, moved, cancelled, and the lab's reminders of them (EL-48)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from acts.act import SYSTEM
from community.models import Expert, ExpertSession, SessionInvitation
from outbox.catalogue.messages import MessageKind, Place, Template, address_of
from outbox.queue import queue
from people.actions import person_of
from people.models import Person
from residencies.mail import members
from teams.models import Seat

REPLACED, MOVED = "replaced", "moved"

DISCIPLINE = Place("discipline", _("what the session is about"), _("Privacy and security"))
QUESTION = Place("question", _("what the team asks"), _("Can we publish parcel numbers?"))
EXPERT = Place("expert", _("the expert's name"), "Yuki Penhallow")
LINK = Place(
    "link", _("the address of the session"), "https://portal.example.org/residencies/XL-2026-014/community/experts/3/", needed=True
)

SESSION_PLANNED = MessageKind(
    "expert-session",
    _("A session with an expert is scheduled or rescheduled"),
    (
        Template(
            _("Scheduled: session with {expert} on {when}, {about}"),
            _(
                """Hello {name},

{expert} will meet the {about} team.

When: {when}, {minutes} minutes
Where: {where}
About: {discipline}

The team's question:
{question}

Open the attached file to add the session to your calendar. If it is rescheduled or cancelled, you'll get an email that updates your calendar.

If you can't come, reply to this email.

{link}

{lab}"""
            ),
            when=_("it is scheduled"),
        ),
        Template(
            _("Rescheduled: session with {expert}, from {before} to {when}, {about}"),
            _(
                """Hello {name},

The session with {expert} for the {about} team has been rescheduled.

Before: {before}
Now: {when}, {minutes} minutes
Where: {where}
About: {discipline}

The team's question:
{question}

Open the attached file to update your calendar.

If you can't come, reply to this email.

{link}

{lab}"""
            ),
            wording="moved",
            when=_("it is rescheduled"),
            places=(Place("before", _("the earlier date and time"), _("Friday 6 March 2026, 2:00 p.m. Pacific")),),
        ),
    ),
    places=(
        EXPERT,
        Place("when", _("day and time of the session, Pacific"), _("Monday 9 March 2026, 10:00 a.m. Pacific"), needed=True),
        Place("minutes", _("length in minutes"), "60"),
        Place("where", _("where it is, or a meeting link"), "808 Douglas Street, room 2"),
        DISCIPLINE,
        QUESTION,
        Place(
            "link",
            _("the address of the session, for people with an account; empty for others"),
            "https://portal.example.org/residencies/XL-2026-014/community/experts/3/",
        ),
    ),
)


def matched(session: ExpertSession, *, before: str, replaced: Expert | None) -> None:
    """Tell team and expert when and where the session is, with a file for their calendars; `before` is when it was, if it has moved.

    An expert who was replaced is told that it is no longer theirs. No one is told of a session that is over already.
    """
    if session.starts_at is None or session.starts_at <= timezone.now():
        return
    wording = MOVED if before and before != session.when else ""
    for person in _people(session).values():
        if not (replaced and person == replaced.person):
            _tell(session, person, SESSION_PLANNED, wording, before=before)
    if replaced:
        _tell(session, replaced.person, SESSION_CANCELLED, REPLACED)


SESSION_CANCELLED = MessageKind(
    "expert-session-off",
    _("A session with an expert is cancelled"),
    (
        Template(
            _("Cancelled: session with an expert, {about}"),
            _(
                """Hello {name},

The session with an expert for {about} is cancelled.

Was scheduled for: {when}
About: {discipline}
Reason: {reason}

If the session is in your calendar, open the attached file to remove it. The team can request a new session at any time.

{lab}"""
            ),
            wording="all",
            when=_("for everyone"),
            places=(
                Place("when", _("day and time of the session, Pacific, if it had one"), _("Monday 9 March 2026, 10:00 a.m. Pacific")),
                Place("reason", _("why it is cancelled"), _("The legislation changed.")),
            ),
        ),
        Template(
            _("Another expert will take your session: {about}"),
            _(
                """Hello {name},

Another expert will meet the {about} team instead of you. You don't need to do anything else.

About: {discipline}

Open the attached file to remove the session from your calendar.

{lab}"""
            ),
            wording="replaced",
            when=_("for an expert who is replaced"),
        ),
    ),
    places=(DISCIPLINE,),
)


def called_off(session: ExpertSession) -> None:
    """Tell the team, the expert if there is one, and everyone who has it in a calendar why the session is cancelled."""
    for person in _people(session).values():
        _tell(session, person, SESSION_CANCELLED, "all")


def _people(session: ExpertSession) -> dict[int, Person]:
    """Return, each once, the program contacts, who is on the team on the session's day or today, who was invited before, and the expert."""
    on = session.on or timezone.localdate()
    managers = [person_of(account, by=SYSTEM) for account in members(session.residency)]
    seats = Seat.objects.of(session.residency).exclude(person=None)
    team_members = [seat.person for seat in seats if seat.person and seat.covers(on)]
    experts = [session.expert.person] if session.expert else []
    invited = Person.objects.filter(pk__in=SessionInvitation.objects.filter(session=session).values("person"))
    return {person.pk: person for person in [*managers, *team_members, *experts, *invited]}


def _tell(session: ExpertSession, person: Person, kind: MessageKind, wording: str = "", *, before: str = "") -> None:
    if not person.email:
        return
    file: dict[str, Any] = {"session": session.pk, "person": person.pk} | ({"off": True} if wording == REPLACED else {})
    queue(
        kind,
        to=person,
        about=session.residency.stream,
        key=f"session-{session.pk}|{session.sequence}",
        params=session_params(session)
        | {"before": before, "when": session.when or _now("Not scheduled"), "link": _page(session) if person.user_id else ""},
        wording=wording,
        mint={"file:session.ics": ["community.calendars.file_of", file]} if session.on else None,
    )


def _page(session: ExpertSession) -> str:
    return address_of("session", session.residency.reference, session.pk)


def session_params(session: ExpertSession) -> dict[str, Any]:
    """Return the values of the placeholders that messages about a session share."""
    return {
        "discipline": session.get_discipline_display(),
        "question": session.question,
        "expert": session.expert or "",
        "when": session.when,
        "minutes": session.minutes or "",
        "where": session.place or _now("To be confirmed"),
        "reason": session.called_off_reason,
        "link": _page(session),
    }


SESSION_WAITING = MessageKind(
    "expert-session-waiting",
    _("A team is waiting for an expert"),
    (
        Template(
            _("Waiting for an expert: {about}"),
            _(
                """Hello {name},

The {about} team requested an expert on {since}. No expert is assigned yet.

About: {discipline}
The team's question:
{question}

Find an expert here:
{link}

If the lab can't help, cancel the session and give the reason. The team will get an email.

{lab}"""
            ),
        ),
    ),
    places=(Place("since", _("the day the team asked"), "3 March 2026"), DISCIPLINE, QUESTION, LINK),
    optional=True,
    may_wait=True,
    for_lab=True,
)


OUTCOME_MISSING = MessageKind(
    "expert-session-outcome",
    _("The outcome of an expert session isn’t recorded"),
    (
        Template(
            _("Outcome not recorded: session with {expert}, {about}"),
            _(
                """Hello {name},

{expert} was due to meet the {about} team on {day}. The outcome isn't recorded yet.

About: {discipline}

Record the outcome in a sentence or two, or cancel the session if it didn't take place:
{link}

{lab}"""
            ),
        ),
    ),
    places=(Place("day", _("the day of the session"), "3 March 2026"), EXPERT, DISCIPLINE, LINK),
    optional=True,
    may_wait=True,
    for_lab=True,
)
