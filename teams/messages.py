"""What people are told about sprint reviews, in the transaction of the act that causes it (EL-51, EL-52)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from outbox.actions import queue
from outbox.models import Message
from outbox.texts import Said, address_of
from people.actions import person_of
from people.lab import at_the_lab
from people.models import Person
from residencies.models import Residency
from teams.expected import expected_at
from teams.models import Champion, RoleFinding, Sprint

DATES = "review-dates"
REMINDER = "review-reminder"
MISSING = "champion-missing"
LISTED = 30


def dates(residency: Residency, sprints: Iterable[Sprint], why: str, *, key: str) -> None:
    """Tell everybody expected which reviews come, moved or are off, with a file by which their calendar follows."""
    sprints = sorted(sprints, key=lambda sprint: (sprint.review_on, sprint.number))[:LISTED]
    people: dict[int, Person] = {}
    for expected in expected_at(sprints).values():
        people.update({one.person.pk: one.person for one in expected if one.person.email})
    for person in people.values():
        queue(
            DATES,
            to=person,
            about=residency.stream,
            key=key,
            said={"why": why, "list": _listed(sprints)},
            mint={"file:reviews.ics": ["teams.calendars.file_of", {"sprints": [sprint.pk for sprint in sprints]}]},
        )


def _listed(sprints: list[Sprint]) -> str:
    return "\n".join(_line(sprint) for sprint in sprints)


def _line(sprint: Sprint) -> str:
    said = {"sprint": str(sprint), "when": sprint.when, "place": sprint.place}
    if sprint.is_called_off:
        return _("- %(sprint)s: %(when)s is off.") % said
    return (_("- %(sprint)s: %(when)s, %(place)s.") if sprint.place else _("- %(sprint)s: %(when)s.")) % said


def near(sprint: Sprint, message: Message, *, is_champion: bool) -> Said:
    """That a review nears; champions can say from the mail that they can't come."""
    said = {
        "day": date_format(sprint.review_on),
        "sprint": sprint,
        "when": sprint.when,
        "place": sprint.place or _("The place will be told."),
        "goal": sprint.goal or _("The goal is not written yet."),
    }
    mint: dict[str, Any] = {"file:review.ics": ["teams.calendars.file_of", {"sprints": [sprint.pk]}]}
    if is_champion:
        mint["answer_link"] = ["teams.links.mint_answer", {"sprint": sprint.pk, "person": message.person_id}]
    return Said(said, "champion" if is_champion else "team", mint)


def checks_open(residency: Residency, found: Iterable[RoleFinding]) -> Said:
    """Which role checks keep a team from starting, or from going live, and what mends each."""
    listed = "\n".join(f"- {finding.message} {finding.remedy}".rstrip() for finding in found)
    return Said({"list": listed, "page": address_of("team", residency.reference)})


def missing(residency: Residency, champion: Champion, newest: datetime.date | None) -> None:
    """Tell lab operations that a champion has missed two reviews in a row."""
    said = {
        "champion": champion.person.name,
        "role": champion.get_role_display(),
        "count": champion.missed_in_row,
        "page": address_of("sprints", residency.reference),
    }
    for account in at_the_lab([residency.owner]):
        queue(MISSING, to=person_of(account, by="system"), about=residency.stream, key=f"{champion.pk}|{newest}", said=said)
