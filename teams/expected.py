"""Who is expected at a sprint review: the champions and the team of that day (EL-51)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from people.models import Person
from teams.models import Champion, Seat, Sprint


@dataclass(frozen=True)
class Expected:
    """Somebody expected, and in which part."""

    person: Person
    part: Any
    champion: Champion | None = None


def expected_on(team: int, on: datetime.date) -> list[Expected]:
    """Everybody expected on a day, champions first, each once; two queries."""
    return _each_once(Champion.objects.filter(team=team).on(on).select_related("person"), _filled(Seat.objects.filter(team=team), on))


def expected_at(sprints: Iterable[Sprint]) -> dict[int, list[Expected]]:
    """Everybody expected at each of `sprints` by its key; two queries however many there are."""
    sprints = list(sprints)
    teams = {sprint.team_id for sprint in sprints}
    champions = list(Champion.objects.filter(team__in=teams).select_related("person"))
    seats = list(Seat.objects.current().filter(team__in=teams, person__isnull=False).select_related("person"))
    return {
        sprint.pk: _each_once(
            (c for c in champions if c.team_id == sprint.team_id and c.covers(sprint.review_on)),
            (s for s in seats if s.team_id == sprint.team_id and s.covers(sprint.review_on)),
        )
        for sprint in sprints
    }


def _filled(seats: Any, on: datetime.date) -> list[Seat]:
    return [seat for seat in seats.current().exclude(person=None).select_related("person") if seat.covers(on)]


def _each_once(champions: Iterable[Champion], seats: Iterable[Seat]) -> list[Expected]:
    by_person: dict[int, Expected] = {}
    for champion in champions:
        by_person.setdefault(champion.person_id, Expected(champion.person, champion.get_role_display(), champion))
    for seat in sorted(seats, key=lambda seat: seat.who):
        if seat.person is not None:
            by_person.setdefault(seat.person.pk, Expected(seat.person, seat.get_role_display()))
    return list(by_person.values())
