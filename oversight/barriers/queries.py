"""Queries for the pages and acts on barriers and risks, each with a fixed number of database queries."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, FilteredRelation, Prefetch, Q
from django.utils import timezone
from django.utils.functional import cached_property

from ledger.memory import head_of_all, remembered
from ledger.models import Stream
from ledger.subjects import in_list
from oversight.barriers import rules
from oversight.barriers.rules import Alike, LevelTime, RouteTable, Stay, Step
from oversight.choices import OPEN, Band, Impact, Likelihood, Scope, band
from oversight.models import Barrier, BarrierStay, Level, Risk, Route
from oversight.models.barriers import BarrierQuerySet
from oversight.money.queries import daily_costs

MOST_SHOWN = 100
MOST_NAMED = 3


def routes_of(kind: str) -> tuple[dict[int, Level], RouteTable]:
    """Return the levels for a kind of subject, by key, and the route between them; the general ones if it has none. Two queries."""
    levels = list(Level.objects.filter(kind__in=["", kind]).select_related("body").order_by("position"))
    own = [level for level in levels if level.kind == kind] or [level for level in levels if not level.kind]
    keys = tuple(level.pk for level in own)
    steps = Route.objects.filter(to_level__in=keys, is_open=True).values_list("scope", "from_level", "to_level").order_by()
    return {level.pk: level for level in own}, RouteTable(keys, frozenset(Step(*step) for step in steps))


@dataclass(frozen=True)
class Cell:
    """A cell of the heat map: a likelihood, an impact, how many risks are rated so, and which (only their text), unless they are too many to name."""

    likelihood: Likelihood
    impact: Impact
    count: int
    risks: list[Risk]

    @property
    def band(self) -> Band:
        return band(self.likelihood, self.impact)


@dataclass(frozen=True)
class HeatRow:
    likelihood: Likelihood
    cells: list[Cell]


Rated = tuple[int, str, int, int]  # a risk's key, text, likelihood and impact


def heat_map(rated: Iterable[Rated]) -> list[HeatRow]:
    """Arrange risks by likelihood and impact, the most likely first."""
    risks = {row[0]: row for row in rated}
    rows = rules.heat_map((key, likelihood, impact) for key, _text, likelihood, impact in risks.values())
    return [
        HeatRow(Likelihood(row), [Cell(Likelihood(row), Impact(column), len(keys), _named(keys, risks)) for column, keys in cells])
        for row, cells in rows
    ]


def _named(keys: list[int], risks: Mapping[int, Rated]) -> list[Risk]:
    return [Risk(pk=key, text=risks[key][1]) for key in keys] if len(keys) <= MOST_NAMED else []


class BarriersOf:
    """A subject's barriers and risks: four queries, however many there are (EL-73)."""

    def __init__(self, stream: Stream) -> None:
        rows = Barrier.objects.of(stream).on_its_page()
        self.open = list(rows.open()[:MOST_SHOWN])
        self.closed = list(rows.closed().order_by("-closed_on", "-pk")[:MOST_SHOWN])
        risks = list(Risk.objects.filter(stream=stream).on_its_page()[: 2 * MOST_SHOWN])
        self.risks = [risk for risk in risks if risk.is_open]
        self.closed_risks = [risk for risk in risks if not risk.is_open]

    @cached_property
    def heat_map(self) -> list[HeatRow]:
        return heat_map((risk.pk, risk.text, risk.likelihood, risk.impact) for risk in self.risks)


def facts_of(stay: BarrierStay) -> Stay:
    """Return a stay as the rules take it. It must be read with its level."""
    return Stay(stay.level.name, stay.from_on, stay.to_on)


@dataclass(frozen=True)
class Waiting:
    """How long a barrier has waited and what that cost, by level and in total; `daily` is the team's daily cost if known (EL-74)."""

    lines: list[LevelTime]
    days: int
    working_days: int
    daily: int | None
    cents: int | None
    parts: list[tuple[Barrier, int]] = field(default_factory=list)


def waiting_of(barrier: Barrier, stays: Sequence[BarrierStay], today: datetime.date) -> Waiting:
    """Return the days at each level, and their price if work waits for the barrier and the team's daily cost is known.

    The price of a systemic barrier is the sum over the barriers grouped under it.
    """
    facts = [facts_of(stay) for stay in stays]
    daily = daily_costs([barrier.stream_id], today).get(barrier.stream_id) if barrier.blocks_work and not barrier.is_the_labs else None
    lines = rules.time_at_levels(facts, today, daily)
    working = sum(line.working_days for line in lines)
    if not barrier.is_the_labs:
        return Waiting(lines, rules.age(facts, today), working, daily, rules.price(facts, today, daily))
    priced = prices_of(barrier.parts.prefetch_related("stays__level").select_related("stream"), today)
    total = sum(cents for _part, cents in priced) if priced else None
    return Waiting(lines, rules.age(facts, today), working, None, total, priced)


def prices_of(barriers: Iterable[Barrier], today: datetime.date) -> list[tuple[Barrier, int]]:
    """Return the cost of delay of each barrier that work waits for and whose team's daily cost is known; one query.

    The barriers must be read with their stays.
    """
    waiting = [barrier for barrier in barriers if barrier.blocks_work]
    daily = daily_costs({barrier.stream_id for barrier in waiting}, today)
    prices = ((row, rules.price([facts_of(stay) for stay in row.stays.all()], today, daily.get(row.stream_id))) for row in waiting)
    return [(row, cents) for row, cents in prices if cents is not None]


@dataclass(frozen=True)
class Tray:
    """A level's in-tray: how many barriers are there now, and how many of them are overdue."""

    level: Level
    count: int
    over: int


def trays(today: datetime.date) -> list[Tray]:
    """Return the in-tray of every level, lowest first; one query, which reads only what is at a level now."""
    levels = Level.objects.select_related("body").annotate(open_stays=FilteredRelation("stays", condition=Q(stays__to_on=None)))
    counts = levels.annotate(here=Count("open_stays"), over=Count("open_stays", filter=Q(open_stays__due_on__lt=today)))
    return [Tray(level, level.here, level.over) for level in counts.order_by("kind", "position")]  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Pattern:
    """Open local barriers of one category at one body: three or more suggest a systemic one (EL-73). `more` aren't in `barriers`."""

    barriers: list[Barrier]
    more: int = 0

    @property
    def count(self) -> int:
        return len(self.barriers) + self.more

    @property
    def category(self) -> object:
        return self.barriers[0].category

    @property
    def level(self) -> Level:
        return self.barriers[0].level

    @property
    def key(self) -> str:
        return f"{self.barriers[0].category_id}-{self.barriers[0].level.body_id}"


MOST_COMPARED = 2_000
PATTERNS = 10
MOST_IN_PATTERN = 5


def in_short(rows: BarrierQuerySet) -> BarrierQuerySet:
    """Read of barriers only what a line about a pattern says."""
    return rows.select_related("category", "level").only("raised_on", "category__name", "level__name", "level__body")


def suggestions(read: Callable[[BarrierQuerySet], BarrierQuerySet] | None = None) -> list[Pattern]:
    """Return patterns among open local barriers that aren't grouped yet, with what `read` adds; one query, bounded."""
    barriers = {row.pk: row for row in (read or _with_level)(_ungrouped())[:MOST_COMPARED]}
    alike = (Alike(row.pk, row.category_id, row.level.body_id) for row in barriers.values())
    return [Pattern([barriers[key] for key in keys]) for _category, _body, keys in rules.patterns(alike)]


def largest_suggestions(number: str | None) -> Page[Pattern]:
    """Return a page of the same patterns, the largest first, each with its first few barriers; two queries, and one after an act."""
    work_out = lambda keys: {key: _groups() for key in keys}
    groups = remembered("patterns", {"lab": head_of_all(timezone.now())}, timezone.localdate(), work_out)["lab"]
    page: Any = Paginator(groups, PATTERNS).get_page(number)
    named = [key for keys in page for key in keys[:MOST_IN_PATTERN]]
    # With 0, so that the number of queries is the same if there are none.
    barriers = {row.pk: row for row in _with_level(Barrier.objects.filter(pk__in=[0, *named]))}
    page.object_list = [_pattern(keys, barriers) for keys in page]
    return page


def _groups() -> list[list[int]]:
    """Return the keys of the barriers of each pattern, the largest first; one query."""
    alike = itertools.starmap(Alike, _ungrouped().values_list("pk", "category", "level__body")[:MOST_COMPARED])
    return sorted(([*keys] for _category, _body, keys in rules.patterns(alike)), key=len, reverse=True)


def _pattern(keys: list[int], barriers: Mapping[int, Barrier]) -> Pattern:
    shown = [barriers[key] for key in keys[:MOST_IN_PATTERN] if key in barriers]
    return Pattern(shown, len(keys) - len(shown))


def _ungrouped() -> BarrierQuerySet:
    return Barrier.objects.open().filter(scope=Scope.LOCAL, systemic_parent=None, category__isnull=False, level__body__isnull=False)


def _with_level(rows: BarrierQuerySet) -> BarrierQuerySet:
    return in_list(rows.select_related("category", "level__body"))


def systemic_barriers() -> BarrierQuerySet:
    """Return the open systemic barriers, with the ones grouped under them and their stays; four queries."""
    parts = in_list(Barrier.objects.select_related("level")).prefetch_related("stays__level").order_by("pk")
    rows = Barrier.objects.for_list().filter(scope=Scope.SYSTEMIC, state__in=OPEN)
    return rows.prefetch_related(Prefetch("parts", queryset=parts, to_attr="grouped"))
