"""Mail about mentors: matched, replaced, ended, and the reminders about them (EL-54, EL-60)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from acts.act import SYSTEM
from community.models import Mentoring
from outbox.catalogue.messages import MessageKind, Place, Template, address_of
from outbox.queue import queue
from people.actions import person_of
from people.models import Person
from residencies.mail import members

TOPIC = Place("topic", _("the topic"), _("Product ownership"))
QUESTION = Place("question", _("what the team wants help with"), _("How do we choose what to build first?"))
MENTOR = Place("mentor", _("the mentor’s name"), "Yuki Penhallow")
LINK = Place("link", _("the mentoring page"), "https://portal.example.org/mentors/3/", needed=True)
OWN_LINK = Place("link", _("the page, for people with an account; empty for others"), "https://portal.example.org/mentors/3/")
CONTACTS = Place("contacts", _("the team’s contacts"), "Priya Wenlock, priya@example.org")
REACHED_AT = Place("reached_at", _("how to reach the mentor"), "yuki@example.org")

MATCHED = MessageKind(
    "mentor-matched",
    _("A team has a mentor"),
    (
        Template(
            _("{mentor} is your mentor: {about}"),
            _(
                """Hello {name},

{mentor} will mentor the {about} team.

About: {topic}
Reach them at: {reached_at}

Arrange your first meeting within two weeks, and record each meeting here:
{link}

{lab}"""
            ),
            wording="team",
            when=_("for the team"),
            places=(REACHED_AT,),
        ),
        Template(
            _("You’re mentoring {about}"),
            _(
                """Hello {name},

Thank you for helping another team. You're now the mentor of the {about} team.

About: {topic}
What they want help with:
{question}

Their contacts:
{contacts}

They have your email address and will suggest a first meeting. Your time counts toward your own team's contributions.

{link}

{lab}"""
            ),
            wording="mentor",
            when=_("for the mentor"),
            places=(CONTACTS, QUESTION),
        ),
    ),
    places=(MENTOR, TOPIC, OWN_LINK),
)

CLOSED = MessageKind(
    "mentor-ended",
    _("Mentoring has ended"),
    (
        Template(
            _("Your mentoring of {about} has ended"),
            _(
                """Hello {name},

Your mentoring of the {about} team has ended. Thank you for your help.

About: {topic}
Outcome: {outcome}

If you'd like to mentor another team, you don't need to do anything. The lab can see that you have room for another team.

{lab}"""
            ),
            wording="finished",
            when=_("when it finished"),
            places=(Place("outcome", _("what the team got out of it"), _("They now plan by outcome.")),),
        ),
        Template(
            _("Your mentoring of {about} has ended early"),
            _(
                """Hello {name},

Your mentoring of the {about} team has ended early.

About: {topic}
Reason: {reason}

You don't need to do anything. Thank you for your help.

{lab}"""
            ),
            wording="cancelled",
            when=_("when it is cancelled"),
            places=(Place("reason", _("why it ended"), _("The residency has ended.")),),
        ),
        Template(
            _("Another mentor will help {about}"),
            _(
                """Hello {name},

Another mentor will help the {about} team from now on. You don't need to do anything. Thank you for your help.

About: {topic}

{lab}"""
            ),
            wording="replaced",
            when=_("for a mentor who is replaced"),
        ),
    ),
    places=(TOPIC,),
)


def tell_matched(mentoring: Mentoring, *, replaced: Person | None) -> None:
    """Tell the team's contacts and the mentor about each other, and a mentor who is replaced."""
    mentor = mentoring.mentor
    assert mentor is not None  # noqa: S101 - it was matched in this act
    contacts = [person_of(account, by=SYSTEM) for account in members(mentoring.residency)]
    lines = "\n".join(f"{person.name}, {_address(person)}" for person in contacts)
    reached_at = _address(mentor) or _now("the lab will put you in touch")
    shared = {"mentor": mentor.name, "topic": mentoring.get_topic_display(), "question": mentoring.question, "reached_at": reached_at}
    for person in contacts:
        if person.pk != mentor.pk:
            _tell(MATCHED, mentoring, person, shared, "team")
    _tell(MATCHED, mentoring, mentor, shared | {"contacts": lines or _now("The lab will put you in touch.")}, "mentor")
    if replaced:
        _tell(CLOSED, mentoring, replaced, shared, "replaced")


def tell_closed(mentoring: Mentoring) -> None:
    """Tell the mentor that a mentoring has ended, and thank them."""
    if mentoring.mentor:
        shared = {"topic": mentoring.get_topic_display(), "outcome": mentoring.outcome, "reason": mentoring.reason}
        _tell(CLOSED, mentoring, mentoring.mentor, shared, "finished" if mentoring.outcome else "cancelled")


def _address(person: Person) -> str:
    return person.email or (person.user.email if person.user else "")


def _tell(kind: MessageKind, mentoring: Mentoring, person: Person, params: dict[str, Any], wording: str) -> None:
    if not person.email and not person.user_id:
        return
    link = address_of("mentoring", mentoring.pk) if person.user_id else ""
    key = f"mentoring-{mentoring.pk}|{mentoring.revision}"
    address = "" if person.email else _address(person)
    queue(kind, to=person, about=mentoring.residency.stream, key=key, params=params | {"link": link}, wording=wording, address=address)


# ── Reminders ────────────────────────────────────────────────────────────────────────────────

WAITING = MessageKind(
    "mentor-waiting",
    _("A team is waiting for a mentor"),
    (
        Template(
            _("Waiting for a mentor: {about}"),
            _(
                """Hello {name},

The {about} team asked for a mentor on {since}. No mentor is matched yet.

About: {topic}
What the team wants help with:
{question}

See who fits and match a mentor:
{link}

If the lab can't help, cancel the request and give the reason.

{lab}"""
            ),
        ),
    ),
    places=(Place("since", _("the day the team asked"), "3 March 2026"), TOPIC, QUESTION, LINK),
    optional=True,
    may_wait=True,
    for_lab=True,
)

QUIET = MessageKind(
    "mentor-quiet",
    _("A team and its mentor haven’t met for 30 days"),
    (
        Template(
            _("No meeting with your mentor since {since}: {about}"),
            _(
                """Hello {name},

{mentor} mentors the {about} team. No meetings have been recorded since {since}.

About: {topic}

Record a meeting that took place, or arrange the next one. If the team doesn't need a mentor any more, finish the mentoring with its outcome:
{link}

{lab}"""
            ),
        ),
    ),
    places=(Place("since", _("the day of the last meeting, or of the match"), "3 March 2026"), MENTOR, TOPIC, LINK),
    optional=True,
    may_wait=True,
)
