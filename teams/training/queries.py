"""What the pages about champions and training read: a fixed number of queries, however much there is (EL-44, EL-45)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import Case, Count, DecimalField, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from findings import Finding
from oversight.checklists.queries import TickRow, ticks_of
from people.models import Person
from residencies.models import Residency
from residencies.models.states import UNDER_WAY, Phase, State
from residencies.reference_data import all_figures
from residencies.workspace.contacts import lab_leaders
from teams.choices import Came, ChampionRole, Expected, TeamRole
from teams.models import CHECKED, Champion, Presence, Seat, Sprint, Training
from teams.models.training import NO_HOURS, hours_taken
from teams.sprints.rules import LOOKED_BACK, RAISED_AFTER
from teams.training import rules
from teams.training.checklists import EXPECTATIONS, code_of
from teams.training.rules import LAB, Partner, figure_of, hours_expected

LATE_PHASES = (Phase.DELIVER, Phase.SUSTAIN)
# Of a champion: the residency's first live release is near, or behind it.
NEARLY_LIVE = Q(team__stream__residency__state=State.LIVE) | Q(
    team__stream__residency__state=State.IN_RESIDENCE, team__stream__residency__phase__in=LATE_PHASES
)
HOURS: Any = DecimalField(max_digits=8, decimal_places=1)


def is_near_live(residency: Residency) -> bool:
    """Whether the first live release is near, or behind the team."""
    return residency.state == State.LIVE or (residency.state == State.IN_RESIDENCE and residency.phase in LATE_PHASES)


def expecting(today: datetime.date, figures: Mapping[str, int]) -> QuerySet[Any]:
    """Champions of today of residencies under way, each with the hours of training `expected` of them."""
    own = Case(*(When(role=role, then=Value(Decimal(figures[figure_of(role)]))) for role in ChampionRole.values), output_field=HOURS)
    lead = Value(Decimal(figures[figure_of(Expected.LEAD)]), output_field=HOURS)
    rows: QuerySet[Any] = Champion.objects.on(today).filter(team__stream__residency__state__in=UNDER_WAY)
    return rows.annotate(expected=Case(When(is_lead=True, then=Greatest(own, lead)), default=own, output_field=HOURS))


def leaders(today: datetime.date, figures: Mapping[str, int]) -> QuerySet[Any]:
    """The same with the hours each has `taken`, over all residencies, and what each `lacks`."""
    taken = Sum("person__trainings__hours", filter=Q(person__trainings__struck_at=None))  # a subquery a row is slow in a large lab
    rows = expecting(today, figures).annotate(taken=Coalesce(taken, NO_HOURS, output_field=HOURS))
    return rows.annotate(lacks=F("expected") - F("taken"))


def untrained(today: datetime.date, figures: Mapping[str, int]) -> QuerySet[Any]:
    """Those of whom hours are expected and who have taken none."""
    taken = Training.objects.current().filter(person=OuterRef("person"))
    return expecting(today, figures).filter(~Exists(taken), expected__gt=0)


def leaders_of_lab(figures: Mapping[str, int]) -> QuerySet[Any]:
    """Those who lead the lab or signed for it in a residency under way, with the hours each is `expected` to take, has `taken` and `lacks`."""
    expected = Value(Decimal(figures[figure_of(LAB)]), output_field=HOURS)
    rows: QuerySet[Any] = lab_leaders(Residency.objects.under_way())
    return rows.annotate(expected=expected, taken=hours_taken("pk")).annotate(lacks=F("expected") - F("taken"))


@dataclass
class Ally:
    """A champion of today as the page shows one."""

    champion: Champion
    expected: int
    taken: Decimal
    came: list[str | None]
    expectations: list[TickRow] = field(default_factory=list)

    @property
    def lacks(self) -> Decimal:
        return max(NO_HOURS, self.expected - self.taken)

    @property
    def done(self) -> int:
        """How many expectations are met."""
        return sum(row.is_ticked for row in self.expectations)

    @property
    def is_missed(self) -> bool:
        return self.champion.missed_in_row >= RAISED_AFTER


class AllianceOf:
    """A residency's champions: what is expected, learnt and attended. Six queries."""

    def __init__(self, residency: Residency, today: datetime.date) -> None:
        self.residency, self.today = residency, today
        self.figures = all_figures(today)
        rows = Champion.objects.filter(team__stream=residency.stream_id).select_related("person").annotate(taken=hours_taken())
        self.champions: list[Any] = list(rows)
        self.held = list(
            Sprint.objects.current().filter(team__stream=residency.stream_id, held_at__isnull=False).order_by("-review_on")[:LOOKED_BACK]
        )[::-1]
        self.presences = {(p.person_id, p.sprint_id): p.came for p in Presence.objects.filter(sprint__in=self.held)}
        self.ticks = ticks_of(residency, EXPECTATIONS)[EXPECTATIONS.code]

    @cached_property
    def allies(self) -> list[Ally]:
        """Those who are champions today or from a later day."""
        return [self._ally(c) for c in self.champions if c.to_on is None or c.to_on >= self.today]

    @property
    def before(self) -> list[Champion]:
        return [c for c in self.champions if c.to_on and c.to_on < self.today]

    @property
    def lead(self) -> Champion | None:
        return next((ally.champion for ally in self.allies if ally.champion.is_lead), None)

    @property
    def is_asked(self) -> bool:
        """Whether it is time to ask who stands behind the team."""
        return self.residency.state in CHECKED

    @cached_property
    def findings(self) -> list[Finding]:
        """What is missing, once the team is made up and until the residency ends."""
        if not self.is_asked:
            return []
        partners = [Partner(a.champion.person.name, a.champion.role, a.champion.is_lead, a.taken) for a in self.allies]
        return rules.check(partners, self.figures, is_near_live=is_near_live(self.residency))

    def _ally(self, champion: Any) -> Ally:
        came = [
            (self.presences.get((champion.person_id, s.pk), "") or Came.MISSED) if champion.covers(s.review_on) else None for s in self.held
        ]
        return Ally(
            champion,
            hours_expected(champion.role, champion.is_lead, self.figures),
            champion.taken,
            came,
            [row for row in self.ticks.rows if row.item.code.startswith(code_of(champion))],
        )


@dataclass
class Learner:
    """Somebody on or behind a team or leading the lab, what they learnt, and what is expected of them."""

    person: Person
    group: str
    parts: list[str] = field(default_factory=list)
    taken: list[Training] = field(default_factory=list)
    expected: int = 0
    is_product_owner: bool = False
    agile_on: datetime.date | None = None

    @property
    def hours(self) -> Decimal:
        return sum((training.hours for training in self.taken), NO_HOURS)

    @property
    def lacks(self) -> Decimal:
        return max(NO_HOURS, self.expected - self.hours)

    @property
    def part(self) -> str:
        return ", ".join(self.parts)

    @property
    def is_there(self) -> bool:
        return self.group != FORMER


LEADERS, LAB_LEADERS, TEAM, FORMER = "leaders", "lab", "team", "former"
GROUPS = {
    LEADERS: gettext_lazy("Leaders"),
    LAB_LEADERS: gettext_lazy("Leaders of the lab"),
    TEAM: gettext_lazy("Team"),
    FORMER: gettext_lazy("No longer on the team"),
}


@dataclass(frozen=True)
class Group:
    """People under one heading of the page, with how many of those of whom hours are expected have taken them all."""

    name: str
    learners: list[Learner]

    @property
    def heading(self) -> str:
        return str(GROUPS[self.name])

    @property
    def expecting(self) -> int:
        return sum(bool(learner.expected) for learner in self.learners)

    @property
    def done(self) -> int:
        return sum(bool(learner.expected and not learner.lacks) for learner in self.learners)


class TrainingOf:
    """Who leads, who is on the team, and what each has learnt here and elsewhere. Four queries, and one for the leaders of the lab."""

    def __init__(self, residency: Residency, today: datetime.date, *, with_lab: bool = False) -> None:
        self.residency = residency
        figures = all_figures(today)
        self._found: dict[int, Learner] = {}
        champions = (
            Champion.objects.filter(team__stream=residency.stream_id).filter(Q(to_on=None) | Q(to_on__gte=today)).select_related("person")
        )
        for champion in champions:
            learner = self._of(champion.person, LEADERS)
            learner.parts.append(str(champion.get_role_display()))
            learner.expected = hours_expected(champion.role, champion.is_lead, figures)
        for person in lab_leaders(Residency.objects.filter(pk=residency.pk)) if with_lab else ():
            learner = self._of(person, LAB_LEADERS)
            learner.parts.append(_("Leader of the lab"))
            learner.expected = max(learner.expected, figures[figure_of(LAB)])
        for seat in Seat.objects.of(residency).filter(Q(to_on=None) | Q(to_on__gte=today), person__isnull=False):
            self._seat(seat)
        logged = Training.objects.current().for_list()
        for training in logged.filter(Q(person__in=list(self._found)) | Q(team__stream=residency.stream_id)):
            if training.person_id not in self._found:
                self._found[training.person_id] = Learner(training.person, FORMER)
            self._found[training.person_id].taken.append(training)

    def _of(self, person: Person, group: str) -> Learner:
        return self._found.setdefault(person.pk, Learner(person, group))

    def _seat(self, seat: Seat) -> None:
        assert seat.person is not None  # noqa: S101 - asked for above
        learner, role = self._of(seat.person, TEAM), str(seat.get_role_display())
        if role not in learner.parts:
            learner.parts.append(role)
        learner.is_product_owner = learner.is_product_owner or seat.role == TeamRole.PRODUCT_OWNER
        learner.agile_on = seat.facts.agile_trained_on or learner.agile_on

    @property
    def learners(self) -> list[Learner]:
        """Leaders first, then those of the lab, product owners and the rest of the team; those who left last."""
        place = list(GROUPS)
        return sorted(
            self._found.values(), key=lambda learner: (place.index(learner.group), not learner.is_product_owner, learner.person.name)
        )

    @property
    def has_partners(self) -> bool:
        """Whether the residency has leaders, a team or training of its own."""
        return any(learner.group != LAB_LEADERS for learner in self.learners)

    @property
    def groups(self) -> list[Group]:
        return [Group(name, list(learners)) for name, learners in groupby(self.learners, key=attrgetter("group"))]

    @property
    def present(self) -> list[Learner]:
        return [learner for learner in self.learners if learner.is_there]

    @property
    def hours(self) -> Decimal:
        return sum((learner.hours for learner in self.learners), NO_HOURS)


@dataclass(frozen=True)
class Counted:
    """A course, how many people took it and how many hours that was together."""

    course: int
    name: str
    people: int
    hours: Decimal


def fiscal_year_begins(today: datetime.date) -> datetime.date:
    """1 April on or before `today`."""
    return datetime.date(today.year if today.month >= 4 else today.year - 1, 4, 1)


def counted_by_course(today: datetime.date) -> list[Counted]:
    """What was taken this fiscal year, the most hours first; one query."""
    rows = Training.objects.current().filter(finished_on__gte=fiscal_year_begins(today)).order_by()
    counted = rows.values("course", "course__name").annotate(people=Count("person", distinct=True), together=Sum("hours"))
    return [Counted(row["course"], row["course__name"], row["people"], row["together"]) for row in counted.order_by("-together", "course")]
