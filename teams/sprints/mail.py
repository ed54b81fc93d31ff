"""Mail about sprint reviews and who attends them (EL-51, EL-52)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from acts.act import SYSTEM
from ledger.subjects import Subject
from outbox.catalogue.messages import MailParams, MessageKind, Place, Template, address_of
from outbox.models import Message
from outbox.preferences.links import refused
from outbox.queue import queue
from people.actions import person_of
from people.lab import lab_staff_among
from people.models import Person
from teams.models import Champion, ReviewInvitation, Sprint
from teams.sprints.queries import expected_at

MOVED, CANCELLED, REINSTATED = "moved", "cancelled", "reinstated"
A_MAIL = 30
SITE = "https://portal.example.org"

WHAT = Place("what", _("which review, and when; of several, how many"), _("Sprint 4 review on Thursday 12 March 2026, 2:00 p.m. Pacific"))
WHY = Place("why", _("the reason"), _("The team's sprint reviews are planned."))
LIST = Place("list", _("the reviews, one per line"), _("- Sprint 4: Thursday 12 March 2026, 2:00 p.m. Pacific."), needed=True)


class Facts(NamedTuple):
    """When and where a review was before it changed."""

    when: str
    place: str


REVIEWS_PLANNED = MessageKind(
    "review-dates",
    _("Sprint reviews planned"),
    (
        Template(
            _("Planned: {what}, {about}"),
            _(
                """Hello {name},

{why}

{list}

A calendar file for each review is attached. If one moves or is cancelled, you get an email that updates your calendar.

Questions? Reply to this email.

{lab}"""
            ),
        ),
    ),
    places=(WHAT, WHY, LIST),
    optional=True,
)


def planned(subject: Subject, sprints: Iterable[Sprint], why: str, *, key: str) -> None:
    """Invite everyone expected to reviews that are new, with a calendar file for each."""
    sprints = _in_order(sprints)
    _tell(
        REVIEWS_PLANNED,
        "",
        _expected(sprints).values(),
        subject,
        sprints,
        list(map(_line, sprints)),
        what=_what(sprints),
        why=why,
        key=key,
    )


REVIEW_CHANGED = MessageKind(
    "review-changed",
    _("Sprint review moved, cancelled or reinstated"),
    (
        Template(
            _("Moved: {what}, {about}"),
            _(
                """Hello {name},

{list}

The attached calendar file updates the entry in your calendar.

Questions? Reply to this email.

{lab}"""
            ),
            wording="moved",
            when=_("moved"),
        ),
        Template(
            _("Cancelled: {what}, {about}"),
            _(
                """Hello {name},

This is cancelled:
{list}

Why: {why}

The attached calendar file removes it from your calendar.

Questions? Reply to this email.

{lab}"""
            ),
            wording="cancelled",
            when=_("cancelled"),
            places=(WHY,),
        ),
        Template(
            _("Back on: {what}, {about}"),
            _(
                """Hello {name},

This review had been cancelled but will take place after all:
{list}

The attached calendar file adds it back to your calendar.

Questions? Reply to this email.

{lab}"""
            ),
            wording="reinstated",
            when=_("reinstated"),
        ),
    ),
    places=(WHAT, LIST),
)


def moved(subject: Subject, sprints: Iterable[Sprint], before: Mapping[int, Facts], *, key: str) -> None:
    """Tell everyone concerned from when to when reviews moved; `before` is what each was, by its key."""
    sprints = _in_order(sprints)
    lines = [_moved(sprint, before[sprint.pk]) for sprint in sprints]
    what = lines[0] if len(lines) == 1 else _what(sprints)
    lines = [_with_place(line, sprint) for line, sprint in zip(lines, sprints, strict=True)]
    _tell(REVIEW_CHANGED, MOVED, concerned(sprints), subject, sprints, lines, what=what, key=key)


def cancelled(subject: Subject, sprints: Iterable[Sprint], why: str, *, key: str) -> None:
    """Tell everyone concerned that reviews are cancelled, with files that take them out of calendars."""
    sprints = _in_order(sprints)
    people = concerned(sprints)
    _tell(REVIEW_CHANGED, CANCELLED, people, subject, sprints, list(map(_line, sprints)), what=_what(sprints), why=why, key=key)


def reinstated(sprint: Sprint, *, key: str) -> None:
    """Tell everyone concerned that a cancelled review takes place after all."""
    people = concerned([sprint])
    _tell(REVIEW_CHANGED, REINSTATED, people, sprint.team.subject, [sprint], [_line(sprint)], what=_what([sprint]), key=key)


def _in_order(sprints: Iterable[Sprint]) -> list[Sprint]:
    return sorted(sprints, key=lambda sprint: (sprint.review_on, sprint.number))


def _expected(sprints: Iterable[Sprint]) -> dict[int, Person]:
    """Everyone expected who has an address, by key."""
    people: dict[int, Person] = {}
    for expected in expected_at(sprints).values():
        people.update({attendee.person.pk: attendee.person for attendee in expected if attendee.person.email})
    return people


def concerned(sprints: list[Sprint]) -> Iterable[Person]:
    """Return everyone who has one of these reviews in a calendar, and everyone expected who hasn't stopped such mail.

    A person who was invited and has left the team since still has the entry, so they are told of its end too.
    """
    invited = Person.objects.filter(pk__in=ReviewInvitation.objects.filter(sprint__in=sprints).values("person")).exclude(email="")
    people = {person.pk: person for person in invited}
    stopped = set(refused().get(REVIEWS_PLANNED.key, [])) - people.keys()
    people.update({pk: person for pk, person in _expected(sprints).items() if pk not in stopped})
    return people.values()


def _tell(
    kind: MessageKind,
    wording: str,
    people: Iterable[Person],
    subject: Subject,
    sprints: list[Sprint],
    lines: list[str],
    *,
    what: str,
    why: str = "",
    key: str,
) -> None:
    """Queue the mail, each with at most `A_MAIL` reviews and their files: none is left out for want of room."""
    for person in people:
        for start in range(0, len(sprints), A_MAIL):
            part = slice(start, start + A_MAIL)
            queue(
                kind,
                to=person,
                about=subject.stream,
                key=f"{key}-{start}" if start else key,
                params={"what": what, "why": why, "list": "\n".join(f"- {line}" for line in lines[part])},
                wording=wording,
                mint={"file:reviews.ics": ["teams.calendars.file_of", {"sprints": [s.pk for s in sprints[part]], "person": person.pk}]},
            )


def _line(sprint: Sprint) -> str:
    return _with_place(_now("%(sprint)s: %(when)s") % {"sprint": str(sprint), "when": sprint.when}, sprint)


def _with_place(line: str, sprint: Sprint) -> str:
    return f"{line}, {sprint.place}" if sprint.place and not sprint.is_called_off else line


def _moved(sprint: Sprint, before: Facts) -> str:
    """Such as “Sprint 4 review, from … to …”; of one that stays at its time, what else is different."""
    facts = {"sprint": str(sprint), "before": before.when, "when": sprint.when, "minutes": sprint.minutes}
    if before.when != sprint.when:
        return _now("%(sprint)s review, from %(before)s to %(when)s") % facts
    if before.place != sprint.place:
        return _now("%(sprint)s review on %(when)s, at a new place") % facts
    return _now("%(sprint)s review on %(when)s, now %(minutes)s minutes") % facts


def _what(sprints: list[Sprint]) -> str:
    """Which review, and when; of several, how many."""
    if len(sprints) == 1:
        return _now("%(sprint)s review on %(when)s") % {"sprint": str(sprints[0]), "when": sprints[0].when}
    if not sprints:
        return ""
    facts = {"count": len(sprints), "first": date_format(sprints[0].review_on), "last": date_format(sprints[-1].review_on)}
    return _now("%(count)d sprint reviews, %(first)s to %(last)s") % facts


REVIEW_REMINDER = MessageKind(
    "review-reminder",
    _("Sprint review reminder"),
    (
        Template(
            _("Sprint review on {day}: {about}"),
            _(
                """Hello {name},

The {about} team will show its work, and hopes to see you there.

When: {when}
Where: {place}
{sprint}: {goal}

If you can't come, tell the team here, or name a delegate. You don't need an account:
{answer_link}

The link is only for you. The attached calendar file adds the review to your calendar.

{lab}"""
            ),
            wording="champion",
            when=_("to a champion"),
            places=(
                Place("answer_link", _("their own link to reply to the invitation"), f"{SITE}/r/their-own-link/", needed=True, minted=True),
            ),
        ),
        Template(
            _("Sprint review on {day}: {about}"),
            _(
                """Hello {name},

The sprint review of {about} is coming up.

When: {when}
Where: {place}
{sprint}: {goal}

The attached calendar file adds the review to your calendar.

{lab}"""
            ),
            wording="team",
            when=_("to the team"),
        ),
    ),
    places=(
        Place("day", _("the day of the review"), "12 March 2026"),
        Place("when", _("day and time of the review, Pacific"), _("Thursday, 12 March 2026, 2:00 p.m."), needed=True),
        Place("place", _("the place of the review, or a meeting link"), "https://meet.example.org/trail-finder"),
        Place("sprint", _("the sprint"), _("Sprint 4")),
        Place("goal", _("the goal of the sprint"), _("People can find a trail near them")),
    ),
    optional=True,
)


def near(sprint: Sprint, message: Message, *, is_champion: bool) -> MailParams:
    """Return what the reminder of a sprint review says; champions can answer from it that they can't come."""
    params = {
        "day": date_format(sprint.review_on),
        "sprint": sprint,
        "when": sprint.when,
        "place": sprint.place or _now("The place will be announced."),
        "goal": sprint.goal or _now("The goal is not written yet."),
    }
    mint: dict[str, Any] = {"file:review.ics": ["teams.calendars.file_of", {"sprints": [sprint.pk], "person": message.person_id}]}
    if is_champion:
        mint["answer_link"] = ["teams.links.mint_answer", {"sprint": sprint.pk, "person": message.person_id}]
    return MailParams(params, "champion" if is_champion else "team", mint)


CHAMPION_MISSING = MessageKind(
    "champion-missing",
    _("Champion missing reviews"),
    (
        Template(
            _("Champion missing reviews: {about}"),
            _(
                """{champion} ({role}) has missed {count} sprint reviews of {about} in a row.

Please ask them why, and who could attend in their place.

See who attended the last six reviews:
{page}

{lab}"""
            ),
        ),
    ),
    places=(
        Place("champion", _("the champion's name"), "Dana Lee"),
        Place("role", _("the champion's role"), _("Executive director")),
        Place("count", _("how many reviews in a row they missed"), 2),
        Place("page", _("the address of the team's sprints"), f"{SITE}/residencies/XL-2026-014/sprints/", needed=True),
    ),
    may_wait=True,
)


def missing(subject: Subject, champion: Champion, newest: datetime.date | None) -> None:
    """Tell lab operations that a champion has missed two reviews in a row."""
    params = {
        "champion": champion.person.name,
        "role": champion.get_role_display(),
        "count": champion.missed_in_row,
        "page": address_of("sprints", subject.reference),
    }
    for account in lab_staff_among([subject.owner]):
        queue(CHAMPION_MISSING, to=person_of(account, by=SYSTEM), about=subject.stream, key=f"{champion.pk}|{newest}", params=params)
