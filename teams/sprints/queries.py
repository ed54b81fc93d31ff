"""What the pages about sprints read: a fixed number of queries, whatever a team has behind it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet, Window
from django.db.models.functions import RowNumber

from dates.months import weeks_of
from dates.working_days import holiday
from people.models import Person
from residencies.models import Residency
from teams.choices import Came
from teams.models import Cadence, Champion, Presence, Seat, Sprint
from teams.sprints.rules import LOOKED_BACK, RAISED_AFTER

SHOWN_A_DAY = 3


def reviews_after(sprint: Sprint) -> list[Sprint]:
    """The reviews still to come after this one, which move along with it if asked to; one query."""
    return list(sprint.team.sprints.current().planned().filter(starts_on__gt=sprint.starts_on).order_by("starts_on"))


@dataclass(frozen=True)
class Row:
    """A champion's last six reviews, the oldest first: what was noted, "" for nothing, None for before their time."""

    champion: Champion
    came: list[str | None]

    @property
    def is_missed(self) -> bool:
        return self.champion.missed_in_row >= RAISED_AFTER


class SprintsOf:
    """A residency's sprints, its champions and who came lately: five queries."""

    def __init__(self, residency: Residency, today: datetime.date) -> None:
        self.today = today
        of_team = Sprint.objects.filter(team__stream=residency.stream_id).current()
        self.sprints = list(of_team.order_by("starts_on"))
        self.cadences = list(Cadence.objects.filter(team__stream=residency.stream_id))
        self.champions = list(Champion.objects.filter(team__stream=residency.stream_id).select_related("person"))
        self.held = [sprint for sprint in self.sprints if sprint.is_held][-LOOKED_BACK:]
        self.presences = list(Presence.objects.filter(sprint__in=self.held))

    @property
    def running(self) -> Cadence | None:
        """The cadence that runs, or is to begin."""
        return next((cadence for cadence in self.cadences if cadence.ended_on is None), None)

    @property
    def pause(self) -> Cadence | None:
        """The last cadence that ended, while none has begun since."""
        last = self.cadences[-1] if self.cadences else None
        if last and last.ended_on:
            return last
        before = self.cadences[-2] if len(self.cadences) > 1 else None
        return before if before and last and before.ended_on and last.from_on > max(self.today, before.ended_on) else None

    @property
    def to_come(self) -> list[Sprint]:
        return [sprint for sprint in self.sprints if sprint.review_on >= self.today and not sprint.is_held]

    @property
    def to_close(self) -> list[Sprint]:
        """Reviews whose day is over and of which nobody has said that they were held."""
        return [sprint for sprint in self.sprints if sprint.is_planned and sprint.review_on < self.today]

    @property
    def past(self) -> list[Sprint]:
        return [s for s in reversed(self.sprints) if s.is_held or (s.is_called_off and s.review_on < self.today)]

    @property
    def now_champions(self) -> list[Champion]:
        return [champion for champion in self.champions if champion.to_on is None or champion.to_on >= self.today]

    @property
    def attendance(self) -> list[Row]:
        """A row for each champion of today over the last six reviews held."""
        came: dict[tuple[int, int], str] = {(p.person_id, p.sprint_id): p.came for p in self.presences}
        return [
            Row(c, [came.get((c.person_id, s.pk), "") or Came.MISSED if c.covers(s.review_on) else None for s in self.held])
            for c in self.now_champions
        ]


@dataclass(frozen=True)
class Attendance:
    """Somebody expected at a review, with what they said before and whether they came."""

    expected: Expected
    presence: Presence | None

    @property
    def came(self) -> str:
        return self.presence.came if self.presence else ""


def people_at(sprint: Sprint) -> list[Attendance]:
    """Everybody expected at a review; three queries."""
    presences = {presence.person_id: presence for presence in Presence.objects.filter(sprint=sprint)}
    return [Attendance(attendee, presences.get(attendee.person.pk)) for attendee in expected_on(sprint.team_id, sprint.review_on)]


@dataclass
class Day:
    """A day of the calendar: the first entries on it, and how many there are."""

    date: datetime.date
    within: bool
    entries: list[Any] = field(default_factory=list)
    count: int = 0

    @property
    def more(self) -> int:
        return self.count - len(self.entries)

    @property
    def holiday(self) -> str:
        return holiday(self.date)


def month_of(rows: QuerySet[Any], month: datetime.date, *, on: str = "review_on", at: str = "review_at") -> list[list[Day]]:
    """The weeks of a month, Monday first, each day with its first entries; two queries, however many there are.

    `on` and `at` name the fields that say when a row is.
    """
    weeks = weeks_of(month)
    days = {day: Day(day, day.month == month.month) for week in weeks for day in week}
    entries = rows.filter(**{f"{on}__gte": min(days), f"{on}__lte": max(days)})
    for counted in entries.order_by().values(on).annotate(count=Count("pk")):
        days[counted[on]].count = counted["count"]
    order = Window(RowNumber(), partition_by=on, order_by=[at, "pk"])
    for row in entries.annotate(nth=order).filter(nth__lte=SHOWN_A_DAY).order_by(on, at, "pk"):
        days[getattr(row, on)].entries.append(row)
    return [[days[day] for day in week] for week in weeks]


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
