"""What people are told about sprint reviews, in the transaction of the act that causes it (EL-51, EL-52)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from outbox.actions import queue
from outbox.models import Message
from outbox.reminding import Letter
from people.actions import person_of
from people.models import Person, Role, User
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
        said = {"name": person.name, "why": why, "residency": str(residency), "list": _listed(sprints), "lab": settings.LAB_NAME}
        queue(
            DATES,
            to=person,
            about=residency.stream,
            key=key,
            subject=_("Sprint reviews: %(residency)s") % said,
            text=_tells_dates() % said,
            reply_to=settings.LAB_EMAIL,
            mint={"file:reviews.ics": ["teams.calendars.file_of", {"sprints": [sprint.pk for sprint in sprints]}]},
        )


def _tells_dates() -> str:
    return _(
        """Hello %(name)s,

%(why)s

%(residency)s:
%(list)s

The file with this mail puts the reviews into your calendar. Open it once more after a change, and your calendar follows.

If you have a question, answer this message.

%(lab)s"""
    )


def _listed(sprints: list[Sprint]) -> str:
    return "\n".join(_line(sprint) for sprint in sprints)


def _line(sprint: Sprint) -> str:
    said = {"sprint": str(sprint), "when": sprint.when, "place": sprint.place}
    if sprint.is_called_off:
        return _("- %(sprint)s: %(when)s is off.") % said
    return (_("- %(sprint)s: %(when)s, %(place)s.") if sprint.place else _("- %(sprint)s: %(when)s.")) % said


def near(sprint: Sprint, message: Message, *, is_champion: bool) -> Letter:
    """That a review nears; champions can say from the mail that they can't come."""
    said = {
        "name": message.to_name,
        "residency": str(sprint.team.residency),
        "sprint": str(sprint),
        "day": date_format(sprint.review_on),
        "when": sprint.when,
        "place": sprint.place or _("The place will be told."),
        "goal": sprint.goal or _("The goal is not written yet."),
        "lab": settings.LAB_NAME,
    }
    mint: dict[str, Any] = {"file:review.ics": ["teams.calendars.file_of", {"sprints": [sprint.pk]}]}
    if is_champion:
        mint["answer_link"] = ["teams.links.mint_answer", {"sprint": sprint.pk, "person": message.person_id}]
    text = (_asks_champion() if is_champion else _reminds_team()) % said
    return Letter(_("Sprint review on %(day)s: %(residency)s") % said, text, mint)


def _asks_champion() -> str:
    return _(
        """Hello %(name)s,

The team of %(residency)s shows its work, and hopes to see you.

When: %(when)s
Where: %(place)s
%(sprint)s: %(goal)s

Can't you come? Say so here, or name who comes for you. You need no account:
{{ answer_link }}

The link is for you alone. The file with this mail puts the review into your calendar.

%(lab)s"""
    )


def _reminds_team() -> str:
    return _(
        """Hello %(name)s,

The sprint review of %(residency)s is near.

When: %(when)s
Where: %(place)s
%(sprint)s: %(goal)s

The file with this mail puts the review into your calendar.

%(lab)s"""
    )


def checks_open(residency: Residency, message: Message, found: Iterable[RoleFinding], *, starts: bool) -> Letter:
    """Which role checks keep a team from starting, or else from going live, and what mends each."""
    said = {
        "name": message.to_name,
        "residency": str(residency),
        "list": "\n".join(f"- {finding.message} {finding.remedy}".rstrip() for finding in found),
        "page": settings.SITE_URL.rstrip("/") + reverse("team", args=[residency.reference]),
        "lab": settings.LAB_NAME,
    }
    subject = _("Before the team can start: %(residency)s") if starts else _("Before the team can go live: %(residency)s")
    return Letter(subject % said, (_keeps_from_start() if starts else _keeps_from_live()) % said)


def _keeps_from_start() -> str:
    return _(
        """Hello %(name)s,

The team of %(residency)s can't start yet. This is still to be mended:

%(list)s

Mend it on the team's page:
%(page)s

If you can't, answer this message, and we look for a way.

%(lab)s"""
    )


def _keeps_from_live() -> str:
    return _(
        """Hello %(name)s,

%(residency)s can't go live yet. This is still to be mended:

%(list)s

It can take weeks to find the right person. Please begin now, on the team's page:
%(page)s

If you can't, answer this message, and we look for a way.

%(lab)s"""
    )


def missing(residency: Residency, champion: Champion, newest: datetime.date | None) -> None:
    """Tell lab operations that a champion has missed two reviews in a row."""
    page = settings.SITE_URL.rstrip("/") + reverse("sprints", args=[residency.reference])
    said = {
        "name": champion.person.name,
        "role": champion.get_role_display(),
        "residency": str(residency),
        "count": champion.missed_in_row,
        "page": page,
        "lab": settings.LAB_NAME,
    }
    text = _(
        """%(name)s (%(role)s) has missed %(count)d sprint reviews of %(residency)s in a row.

Please talk with them: what keeps them away, and who could come for them?

Who came to the last six reviews:
%(page)s

%(lab)s"""
    )
    for account in _lab(residency):
        queue(
            MISSING,
            to=person_of(account, by="system"),
            about=residency.stream,
            key=f"{champion.pk}|{newest}",
            subject=_("A champion is missed: %(residency)s") % said,
            text=text % said,
        )


def _lab(residency: Residency) -> list[User]:
    """Whoever at the lab looks after it, else all of lab operations."""
    if residency.owner:
        return [residency.owner]
    return list(User.objects.filter(is_active=True, role_grants__role=Role.LAB_OPS, role_grants__to_at=None).distinct())
