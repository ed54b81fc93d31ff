"""Graduation in the stories: where everyone goes, the story of a team, and the follow-ups months later."""

from __future__ import annotations

import datetime

from acts.act import Actor
from oversight.followups.actions import answer_follow_up
from oversight.followups.links import FollowUpLinkHolder, follow_up_link, issue_follow_up_link
from oversight.models import FollowUp
from people.models import Person
from residencies.lifecycle.team import Goes
from residencies.models import Residency
from teams.choices import Employer
from teams.destinations.actions import decide_destination
from teams.models import Destination, Seat

NEXT_JOB = "Digital services branch"

STORY = """When the team arrived, people waited weeks for an answer and called to ask where their request was. There was no way to tell them.

The team started with five conversations with the people who use the service. Six weeks later it showed a first version to staff, and it has put something new in front of people every two weeks since.

Today most people get their answer the same day. The team, its product and what it learned about working this way have moved to the ministry for good."""


def decide_all(residency: Residency, heir: Person, *, on: datetime.date, by: Actor, but: int = 0) -> None:
    """Decide where everyone on the team goes, except the last `but`. Vendors leave with a successor; the last employee moves."""
    seats = list(Seat.objects.of(residency).filter(person__isnull=False).order_by("pk"))
    decided = seats[: len(seats) - but]
    employees = [seat for seat in decided if seat.employer != Employer.VENDOR]
    for seat in decided:
        destination = Destination(team=seat.team, person=seat.person)
        if seat.employer == Employer.VENDOR:
            facts = {"goes": Goes.LEAVES, "on": on + datetime.timedelta(days=30), "successor": heir, "overlap_weeks": 3}
        elif len(employees) > 2 and seat == employees[-1]:
            facts = {"goes": Goes.MOVES, "place": NEXT_JOB}
        else:
            facts = {"goes": Goes.STAYS}
        decide_destination(destination, **facts, shown_revision=1, by=by)  # type: ignore[arg-type]


def answer(residency: Residency, kind: str, in_use: str, gone: int, changed: str) -> None:
    """Answer a follow-up by the link in its email; `gone` of the people who stayed have moved on."""
    row = FollowUp.objects.select_related("contact", "stream").get(stream=residency.stream, kind=kind)
    assert row.contact is not None  # noqa: S101 - the demo's teams have a product owner
    link = follow_up_link(issue_follow_up_link(row.pk, row.contact.pk).rsplit("/", 1)[-1])
    assert link is not None  # noqa: S101 - made just now
    answer_follow_up(row, in_use=in_use, together=row.team[: len(row.team) - gone], changed=changed, by=FollowUpLinkHolder(link))
