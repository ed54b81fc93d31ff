"""What the pages about a team's community read, in a fixed number of queries."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils.functional import cached_property

from community import rules as desk_rules
from community.choices import Giving, SessionState
from community.models import (
    BenefitOwner,
    BenefitQuarter,
    Colocation,
    Contribution,
    DeskAllocation,
    DeskCount,
    Expert,
    ExpertSession,
    Mentoring,
)
from community.models.checklists import HABITS
from community.models.giving import in_hours
from dates.database import entered_by
from dates.months import last_months
from oversight.checklists.library import TemplateItem
from oversight.checklists.queries import ticks_of
from oversight.models import ChecklistItem, TaskState
from people.models import Person
from residencies.models import Residency
from teams.models import Seat

RECENT = datetime.timedelta(days=90)
SHOWN = 50
COMING = 20
WEEKS = 12
WEEK = datetime.timedelta(weeks=1)


@dataclass(frozen=True)
class ContributionTally:
    """What a person, or a team, gave: entries and hours by kind, and together."""

    who: str
    by_kind: list[tuple[int, Decimal]]
    count: int
    hours: Decimal


class CommunityOf:
    """A residency's place in the community: seven queries, whatever there is (EL-46 to EL-49, EL-54)."""

    def __init__(self, residency: Residency, today: datetime.date) -> None:
        self.residency, self.today = residency, today
        self.habits = ticks_of(residency, HABITS)[HABITS.code]
        self.contributions = list(Contribution.objects.current().filter(residency=residency).select_related("person", "noted_by"))
        self.sessions = list(
            ExpertSession.objects.filter(residency=residency).select_related("expert__person").order_by("-requested_at", "-pk")
        )
        for session in self.sessions:
            session.residency = residency
        self.colocation = Colocation.objects.filter(residency=residency).first()
        self.desks = list(DeskAllocation.objects.current().filter(residency=residency))
        self.mentorings = list(Mentoring.objects.filter(residency=residency).select_related("mentor"))

    @property
    def shown(self) -> list[Contribution]:
        """The newest entries."""
        return self.contributions[:SHOWN]

    @cached_property
    def together(self) -> ContributionTally:
        return _contribution_tally("", self.contributions)

    @cached_property
    def by_person(self) -> list[ContributionTally]:
        """A line for each person, who gave the most time first."""
        people: dict[int, list[Contribution]] = {}
        for contribution in self.contributions:
            people.setdefault(contribution.person_id, []).append(contribution)
        return sorted(
            (_contribution_tally(rows[0].person.name, rows) for rows in people.values()), key=lambda given: (-given.hours, given.who)
        )

    @property
    def desks_now(self) -> list[DeskAllocation]:
        """Desks of today and to come."""
        return [row for row in self.desks if row.to_on >= self.today]

    @property
    def desks_before(self) -> list[DeskAllocation]:
        return [row for row in self.desks if row.to_on < self.today]


def _contribution_tally(who: str, rows: list[Contribution]) -> ContributionTally:
    by_kind = []
    for kind in Giving:
        minutes = [row.minutes for row in rows if row.kind == kind]
        by_kind.append((len(minutes), in_hours(sum(minutes))))
    return ContributionTally(who, by_kind, len(rows), in_hours(sum(row.minutes for row in rows)))


def people_of(residency: Residency) -> QuerySet[Person]:
    """Everybody who is or was on the team."""
    return Person.objects.filter(seats__team__stream=residency.stream_id, seats__struck_at=None).distinct().order_by("name", "pk")


# ── Experts ──────────────────────────────────────────────────────────────────────────────────


def with_load(experts: QuerySet[Expert], today: datetime.date) -> Any:
    """`experts` with what they have: sessions set and still to come, held in the last 90 days, and how long those took."""
    to_come = Q(sessions__state=SessionState.MATCHED, sessions__on__gte=today)
    held = Q(sessions__state=SessionState.HELD, sessions__on__gte=today - RECENT)
    return experts.annotate(
        to_come=Count("sessions", filter=to_come), held=Count("sessions", filter=held), held_minutes=Sum("sessions__minutes", filter=held)
    )


def experts_for(session: ExpertSession, today: datetime.date) -> list[Expert]:
    """Who may be asked for a session, those with the least to come first, each with their load; two queries."""
    rows = with_load(Expert.objects.for_list().in_discipline(session.discipline), today)
    experts = rows.filter(Q(to_on=None) | Q(to_on__gte=today))
    return list(experts.order_by("to_come", "held", "person__name", "pk")[:SHOWN])


def bookings_of(experts: list[Expert], today: datetime.date) -> dict[int, list[ExpertSession]]:
    """What each of `experts` has from today on, by their key; one query."""
    rows = ExpertSession.objects.for_list().filter(state=SessionState.MATCHED, expert__in=experts, on__gte=today).order_by("on", "at")
    bookings: dict[int, list[ExpertSession]] = {}
    for row in rows[: SHOWN * 4]:
        bookings.setdefault(row.expert_id or 0, []).append(row)
    return bookings


# ── Desks ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class DeskRow:
    """A team's desks over the weeks: the most it has on a day of each."""

    residency: Residency
    weeks: list[int]
    allocations: list[DeskAllocation]


class DesksOver:
    """The lab's desks week by week from a Monday on: three queries, however many residencies there were (EL-49).

    How many teams there are in it is bounded by the desks that the lab has.
    """

    def __init__(self, day: datetime.date) -> None:
        self.start = day - datetime.timedelta(days=day.weekday())
        self.weeks = [(self.start + n * WEEK, self.start + (n + 1) * WEEK - desk_rules.DAY) for n in range(WEEKS)]
        self.counts = [row.facts for row in DeskCount.objects.order_by("from_on")]
        rows = DeskAllocation.objects.between(self.start, self.weeks[-1][1])
        self.allocations = list(rows.select_related("residency__program_area__ministry").order_by("from_on", "pk"))

    @property
    def before(self) -> datetime.date:
        return self.start - WEEKS * WEEK

    @property
    def after(self) -> datetime.date:
        return self.start + WEEKS * WEEK

    @cached_property
    def rows(self) -> list[DeskRow]:
        teams: dict[int, list[DeskAllocation]] = {}
        for allocation in self.allocations:
            teams.setdefault(allocation.residency_id, []).append(allocation)
        return [
            DeskRow(rows[0].residency, [desk_rules.most_in_use([r.facts for r in rows], *week) for week in self.weeks], rows)
            for rows in teams.values()
        ]

    @cached_property
    def capacity(self) -> list[int]:
        """The fewest desks there are on a day of each week."""
        return [desk_rules.lowest_capacity(self.counts, *week) for week in self.weeks]

    @cached_property
    def in_use(self) -> list[int]:
        facts = [allocation.facts for allocation in self.allocations]
        return [desk_rules.most_in_use(facts, *week) for week in self.weeks]

    @cached_property
    def free(self) -> list[int]:
        """How many are free on each day of a week."""
        facts = [allocation.facts for allocation in self.allocations]
        return [desk_rules.fewest_free(self.counts, facts, *week) for week in self.weeks]


# ── Over the lab ─────────────────────────────────────────────────────────────────────────────

MONTHS = 6


@dataclass(frozen=True)
class KindCount:
    """What was given of one kind in the last months."""

    kind: str
    label: str
    count: int
    hours: Decimal


def recent_contributions(today: datetime.date) -> list[KindCount]:
    """Entries and hours by kind in the last six months, this one too; one query."""
    since, *_later = last_months(today, MONTHS)
    rows = Contribution.objects.current().filter(given_on__gte=since).order_by().values("kind")
    counted: Any = rows.annotate(count=Count("pk"), minutes=Sum("minutes"))
    totals = {row["kind"]: (row["count"], row["minutes"]) for row in counted}
    none = (0, 0)
    return [
        KindCount(kind.value, str(kind.label), totals.get(kind.value, none)[0], in_hours(totals.get(kind.value, none)[1]))
        for kind in Giving
    ]


def given_by(rows: Any, what: str) -> Any:
    """`rows` counted by "team" or by "person": name, entries, minutes and workshops, who gave the most time first."""
    team = {"key": F("residency"), "name": F("residency__product"), "reference": F("residency__reference")}
    keys: dict[str, Any] = team if what == "team" else {"key": F("person"), "name": F("person__name")}
    return (
        rows.order_by()
        .values(**keys)
        .annotate(
            count=Count("pk"), minutes=Sum("minutes"),
            **{kind.value: Count("pk", filter=Q(kind=kind)) for kind in Giving},
        )
        .order_by("-minutes", "name", "key")
    )  # fmt: skip


def habits_done() -> QuerySet[ChecklistItem]:
    """Return the habits that teams have."""
    return ChecklistItem.objects.filter(checklist__code=HABITS.code, state=TaskState.DONE)


def habits_over(states: list[str]) -> tuple[int, list[tuple[TemplateItem, int]]]:
    """How many residencies are at `states`, and how many of them have each habit; two queries."""
    total = Residency.objects.filter(state__in=states).count()
    rows = habits_done().filter(checklist__stream__residency__state__in=states).order_by().values("code").annotate(count=Count("pk"))
    counts = {row["code"]: row["count"] for row in rows}
    return total, [(habit, counts.get(habit.code, 0)) for habit in HABITS.items]


def still_reporting(residencies: QuerySet[Residency], on: datetime.date, known_at: datetime.datetime | None = None) -> dict[int, bool]:
    """Return whether a product still reports its benefit on a day, by the key of its residency; one query (EL-86).

    It does if no figure is overdue. Products of which no figure has been due are left out, and those whose benefit owner hadn't accepted.
    With `known_at`, as was on record at that moment, whatever was reported or removed since (EL-97).
    """
    owners, quarters = BenefitOwner.objects.all(), BenefitQuarter.objects.all()
    if known_at:
        owners, quarters = owners.filter(entered_by(known_at, "accepted_at")), quarters.known_at(known_at)
    accepted = owners.filter(residency=OuterRef("residency"), accepted_on__lte=on)
    overdue = (quarters.overdue_then(on) if known_at else quarters.overdue(on)).filter(residency=OuterRef("residency"))
    due = quarters.due(on).filter(Exists(accepted), residency__in=residencies.order_by()).order_by()
    return dict(due.values("residency").distinct().values_list("residency", ~Exists(overdue)))


# ── One person, over all residencies ─────────────────────────────────────────────────────────


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
    return [Met(row, row.expert is not None and row.expert.person_id == person.pk) for row in rows.order_by("on", "at", "pk")[:COMING]]
