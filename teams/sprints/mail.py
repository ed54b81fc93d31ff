"""What people are told about sprint reviews, in the transaction of the act that causes it (EL-51, EL-52)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from acts.act import SYSTEM
from outbox.catalogue.messages import MailParams, address_of
from outbox.models import Message
from outbox.preferences.links import refused
from outbox.queue import queue
from people.actions import person_of
from people.lab import lab_staff_among
from people.models import Person
from residencies.models import Residency
from teams.models import Champion, ReviewInvitation, RoleFinding, Sprint
from teams.sprints.queries import expected_at

DATES = "review-dates"
CHANGED = "review-changed"
MOVED, CANCELLED, REINSTATED = "moved", "cancelled", "reinstated"
REMINDER = "review-reminder"
MISSING = "champion-missing"
A_MAIL = 30


class Facts(NamedTuple):
    """When and where a review was before it changed."""

    when: str
    place: str


def planned(residency: Residency, sprints: Iterable[Sprint], why: str, *, key: str) -> None:
    """Invite everyone expected to reviews that are new, with a calendar file for each."""
    sprints = _in_order(sprints)
    _tell(DATES, "", _expected(sprints).values(), residency, sprints, list(map(_line, sprints)), what=_what(sprints), why=why, key=key)


def moved(residency: Residency, sprints: Iterable[Sprint], before: Mapping[int, Facts], *, key: str) -> None:
    """Tell everyone concerned from when to when reviews moved; `before` is what each was, by its key."""
    sprints = _in_order(sprints)
    lines = [_moved(sprint, before[sprint.pk]) for sprint in sprints]
    what = lines[0] if len(lines) == 1 else _what(sprints)
    lines = [_with_place(line, sprint) for line, sprint in zip(lines, sprints, strict=True)]
    _tell(CHANGED, MOVED, concerned(sprints), residency, sprints, lines, what=what, key=key)


def cancelled(residency: Residency, sprints: Iterable[Sprint], why: str, *, key: str) -> None:
    """Tell everyone concerned that reviews are cancelled, with files that take them out of calendars."""
    sprints = _in_order(sprints)
    people = concerned(sprints)
    _tell(CHANGED, CANCELLED, people, residency, sprints, list(map(_line, sprints)), what=_what(sprints), why=why, key=key)


def reinstated(sprint: Sprint, *, key: str) -> None:
    """Tell everyone concerned that a cancelled review takes place after all."""
    people = concerned([sprint])
    _tell(CHANGED, REINSTATED, people, sprint.team.residency, [sprint], [_line(sprint)], what=_what([sprint]), key=key)


def _in_order(sprints: Iterable[Sprint]) -> list[Sprint]:
    return sorted(sprints, key=lambda sprint: (sprint.review_on, sprint.number))


def _expected(sprints: Iterable[Sprint]) -> dict[int, Person]:
    """Everyone expected who has an address, by key."""
    people: dict[int, Person] = {}
    for expected in expected_at(sprints).values():
        people.update({attendee.person.pk: attendee.person for attendee in expected if attendee.person.email})
    return people


def concerned(sprints: list[Sprint]) -> Iterable[Person]:
    """Whoever has the entry of one of these in a calendar, and whoever is expected and hasn't stopped such mail.

    Somebody who was invited and has left the team since still has the entry, so they hear of its end too.
    """
    invited = Person.objects.filter(pk__in=ReviewInvitation.objects.filter(sprint__in=sprints).values("person")).exclude(email="")
    people = {person.pk: person for person in invited}
    stopped = set(refused().get(DATES, [])) - people.keys()
    people.update({pk: person for pk, person in _expected(sprints).items() if pk not in stopped})
    return people.values()


def _tell(
    occasion: str,
    wording: str,
    people: Iterable[Person],
    residency: Residency,
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
                occasion,
                to=person,
                about=residency.stream,
                key=f"{key}-{start}" if start else key,
                params={"what": what, "why": why, "list": "\n".join(f"- {line}" for line in lines[part])},
                wording=wording,
                mint={"file:reviews.ics": ["teams.calendars.file_of", {"sprints": [s.pk for s in sprints[part]], "person": person.pk}]},
            )


def _line(sprint: Sprint) -> str:
    return _with_place(_("%(sprint)s: %(when)s") % {"sprint": str(sprint), "when": sprint.when}, sprint)


def _with_place(line: str, sprint: Sprint) -> str:
    return f"{line}, {sprint.place}" if sprint.place and not sprint.is_called_off else line


def _moved(sprint: Sprint, before: Facts) -> str:
    """Such as “Sprint 4 review, from … to …”; of one that stays at its time, what else is different."""
    facts = {"sprint": str(sprint), "before": before.when, "when": sprint.when, "minutes": sprint.minutes}
    if before.when != sprint.when:
        return _("%(sprint)s review, from %(before)s to %(when)s") % facts
    if before.place != sprint.place:
        return _("%(sprint)s review on %(when)s, to another place") % facts
    return _("%(sprint)s review on %(when)s, now %(minutes)s minutes") % facts


def _what(sprints: list[Sprint]) -> str:
    """Which review, and when; of several, how many."""
    if len(sprints) == 1:
        return _("%(sprint)s review on %(when)s") % {"sprint": str(sprints[0]), "when": sprints[0].when}
    if not sprints:
        return ""
    facts = {"count": len(sprints), "first": date_format(sprints[0].review_on), "last": date_format(sprints[-1].review_on)}
    return _("%(count)d sprint reviews, %(first)s to %(last)s") % facts


def near(sprint: Sprint, message: Message, *, is_champion: bool) -> MailParams:
    """That a review nears; champions can say from the mail that they can't come."""
    params = {
        "day": date_format(sprint.review_on),
        "sprint": sprint,
        "when": sprint.when,
        "place": sprint.place or _("The place will be announced."),
        "goal": sprint.goal or _("The goal is not written yet."),
    }
    mint: dict[str, Any] = {"file:review.ics": ["teams.calendars.file_of", {"sprints": [sprint.pk], "person": message.person_id}]}
    if is_champion:
        mint["answer_link"] = ["teams.links.mint_answer", {"sprint": sprint.pk, "person": message.person_id}]
    return MailParams(params, "champion" if is_champion else "team", mint)


def checks_open(residency: Residency, findings: Iterable[RoleFinding]) -> MailParams:
    """Which role checks keep a team from starting, or from going live, and what mends each."""
    listed = "\n".join(f"- {finding.message} {finding.remedy}".rstrip() for finding in findings)
    return MailParams({"list": listed, "page": address_of("team", residency.reference)})


def missing(residency: Residency, champion: Champion, newest: datetime.date | None) -> None:
    """Tell lab operations that a champion has missed two reviews in a row."""
    params = {
        "champion": champion.person.name,
        "role": champion.get_role_display(),
        "count": champion.missed_in_row,
        "page": address_of("sprints", residency.reference),
    }
    for account in lab_staff_among([residency.owner]):
        queue(MISSING, to=person_of(account, by=SYSTEM), about=residency.stream, key=f"{champion.pk}|{newest}", params=params)
