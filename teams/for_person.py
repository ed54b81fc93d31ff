"""One person over all residencies: what they stand behind, are invited to, attended and learnt. A fixed number of queries (EL-44, EL-51)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q, Window
from django.db.models.functions import RowNumber

from people.models import Person
from residencies.models import Residency
from residencies.reference_data import all_figures
from residencies.workspace.contacts import lab_leaders
from teams.choices import Came
from teams.models import Champion, Presence, Seat, Sprint, Training
from teams.models.training import NO_HOURS
from teams.sprints.rules import LOOKED_BACK
from teams.training.rules import LAB, figure_of, hours_expected

AHEAD = 20


@dataclass
class Part:
    """Somebody's part in one residency: as champion, with who came lately, or on the team."""

    residency: Any
    role: str
    from_on: datetime.date
    to_on: datetime.date | None
    is_champion: bool
    is_lead: bool = False
    expected: int = 0
    came: list[str | None] = field(default_factory=list)

    def is_over(self, today: datetime.date) -> bool:
        return not self.residency.is_under_way or bool(self.to_on and self.to_on < today)


@dataclass(frozen=True)
class Coming:
    """A review that the person is expected at, and what they said."""

    sprint: Sprint
    presence: Presence | None


class PersonInTeams:
    """What a person is to all teams: eight queries."""

    def __init__(self, person: Person, today: datetime.date) -> None:
        self.person, self.today = person, today
        self.figures = all_figures(today)
        about = "team__stream__residency__program_area__ministry"
        self.champions = list(Champion.objects.filter(person=person).select_related(about).order_by("-from_on", "-pk"))
        self.seats = list(Seat.objects.current().filter(person=person).select_related(about).order_by("-from_on", "-pk"))
        self.taken = list(Training.objects.current().filter(person=person).for_list())
        self.leads_lab = lab_leaders(Residency.objects.under_way()).filter(pk=person.pk).exists()
        self._mine: list[Champion | Seat] = [*self.champions, *self.seats]
        teams = {row.team_id for row in self._mine}
        ahead = Sprint.objects.current().planned().filter(team__in=teams, review_on__gte=today).for_calendar()
        self.ahead = [sprint for sprint in ahead.order_by("review_on", "review_at", "pk")[: AHEAD * 3] if self._expected_at(sprint)][:AHEAD]
        newest = Window(RowNumber(), partition_by="team", order_by=["-review_on", "-pk"])
        held = Sprint.objects.current().filter(team__in={row.team_id for row in self.champions}, held_at__isnull=False)
        self.held = list(held.annotate(nth=newest).filter(nth__lte=LOOKED_BACK).order_by("review_on", "pk"))
        self.presences = {
            row.sprint_id: row for row in Presence.objects.filter(Q(sprint__in=self.ahead) | Q(sprint__in=self.held), person=person)
        }

    def _expected_at(self, sprint: Sprint) -> bool:
        return any(role.team_id == sprint.team_id and role.covers(sprint.review_on) for role in self._mine)

    @property
    def coming(self) -> list[Coming]:
        return [Coming(sprint, self.presences.get(sprint.pk)) for sprint in self.ahead]

    @cached_property
    def parts(self) -> list[Part]:
        """What stands today first, as champion before as one of a team."""
        parts = [self._champion(row) for row in self.champions] + [self._seat(row) for row in self.seats]
        return sorted(parts, key=lambda part: (part.is_over(self.today), not part.is_champion))

    @property
    def now(self) -> list[Part]:
        return [part for part in self.parts if not part.is_over(self.today)]

    @property
    def before(self) -> list[Part]:
        return [part for part in self.parts if part.is_over(self.today)]

    @property
    def hours(self) -> Decimal:
        return sum((training.hours for training in self.taken), NO_HOURS)

    @property
    def expected(self) -> int:
        """Hours expected in the part of today that asks for most; one training counts for all of them."""
        parts = [part.expected for part in self.now]
        return max([*parts, self.figures[figure_of(LAB)]] if self.leads_lab else parts, default=0)

    @property
    def lacks(self) -> Decimal:
        return max(NO_HOURS, self.expected - self.hours)

    def _champion(self, champion: Champion) -> Part:
        held = [sprint for sprint in self.held if sprint.team_id == champion.team_id]
        came = [self._came(sprint) if champion.covers(sprint.review_on) else None for sprint in held]
        expected = hours_expected(champion.role, champion.is_lead, self.figures)
        role = str(champion.get_role_display())
        return Part(champion.team.subject, role, champion.from_on, champion.to_on, True, champion.is_lead, expected, came)

    def _came(self, sprint: Sprint) -> str:
        noted = self.presences.get(sprint.pk)
        return noted.came if noted and noted.came else Came.MISSED

    def _seat(self, seat: Seat) -> Part:
        return Part(seat.team.subject, str(seat.get_role_display()), seat.from_on, seat.to_on, False)
