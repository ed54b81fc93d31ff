"""One person's sessions with experts over all residencies, as the expert or on the team that asked (EL-44, EL-48)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from community.choices import SessionState
from community.models import ExpertSession
from people.models import Person
from teams.models import Seat

SHOWN = 20


@dataclass(frozen=True)
class Met:
    """A session to come, and whether the person is its expert."""

    session: ExpertSession
    as_expert: bool


def sessions_to_come(person: Person, today: datetime.date) -> list[Met]:
    """What is set from `today` on with `person` as expert, or for a team that they are on that day, the soonest first; one query."""
    seats = Seat.objects.current().filter(person=person, team__stream__residency=OuterRef("residency"), from_on__lte=OuterRef("on"))
    on_team = Exists(seats.filter(Q(to_on=None) | Q(to_on__gte=OuterRef("on"))))
    rows = ExpertSession.objects.for_list().filter(Q(expert__person=person) | on_team, state=SessionState.MATCHED, on__gte=today)
    return [Met(row, row.expert is not None and row.expert.person_id == person.pk) for row in rows.order_by("on", "at", "pk")[:SHOWN]]
