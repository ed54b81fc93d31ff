"""Where a barrier may go and what its waiting costs, and how a risk is rated: plain facts in, no database, no clock (EL-73, EL-74)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from dates.working_days import DAY, is_working_day, working_days_after
from findings import Finding, blocking
from oversight.choices import OPEN, BarrierState

PLACE = "barriers"
ENOUGH_FOR_SYSTEMIC = 3
REVIEW_DAYS = 90  # a risk that is added is looked at again each quarter, unless another day is chosen


# ── Routes ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Step:
    """A row of the route: from one level to another, by their keys; `start` is None for where a barrier of this scope begins."""

    scope: str
    start: int | None
    end: int


@dataclass(frozen=True)
class RouteTable:
    """The levels in their order, lowest first, and the steps between them that are open."""

    levels: tuple[int, ...]
    steps: frozenset[Step]

    def entry(self, scope: str) -> int | None:
        """The level at which a barrier of this scope begins, the lowest if there are several; None when it has no route."""
        return next((level for level in self.levels if Step(scope, None, level) in self.steps), None)

    def onward(self, scope: str, level: int) -> list[int]:
        """The levels that a barrier can move to from `level`, lowest first."""
        return [other for other in self.levels if Step(scope, level, other) in self.steps]

    def is_on_route(self, scope: str, level: int) -> bool:
        """Whether a barrier of this scope may be at `level`: one that may not could never leave it by the route."""
        return any(step.scope == scope and level in (step.start, step.end) for step in self.steps)

    def goes_up(self, start: int, end: int) -> bool:
        return self.levels.index(end) > self.levels.index(start)

    def proposed(self, scope: str, level: int) -> int | None:
        """The level to propose when the time at `level` is over: the next one up; None at the top."""
        return next((other for other in self.onward(scope, level) if self.goes_up(level, other)), None)


def move_faults(routes: RouteTable, *, state: str, scope: str, start: int, end: int, recommendation: str, reason: str) -> Iterator[Finding]:
    """Why a barrier can't move from one level to another (EL-73): closed, not by the route, not defined, or not explained."""
    if state not in OPEN:
        yield closed_fault()
        return
    if end not in routes.onward(scope, start):
        message = _("The route doesn’t lead there from where this barrier is.")
        yield blocking("barrier-off-route", message, _("Choose one of the levels that the route allows."), PLACE)
    elif routes.goes_up(start, end) and state == BarrierState.IDENTIFIED:
        message = _("The next level needs to know what the barrier is, and it isn’t defined yet.")
        yield blocking("barrier-not-defined", message, _("Add its category, its cause and a proposed solution first."), PLACE)
    if not recommendation.strip():
        message = _("The recommendation is missing.")
        yield blocking("barrier-no-recommendation", message, _("Say what you recommend that the next level do."), PLACE)
    if not reason.strip():
        yield blocking("barrier-no-reason", _("The reason is missing."), _("Say why it moves now."), PLACE)


def closed_fault() -> Finding:
    return blocking("barrier-closed", _("This barrier is closed."), _("If it’s back, raise a new barrier and mention this one."), PLACE)


def state_of(current: str, *, category: object, cause: str, proposed_solution: str) -> str:
    """The state after its description was edited: defined once it has a category, a cause and a proposed solution."""
    if current == BarrierState.ROUTED:
        return current
    whole = category and cause.strip() and proposed_solution.strip()
    return BarrierState.DEFINED if whole else BarrierState.IDENTIFIED


# ── Time at levels, and its price ────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Stay:
    """A barrier's time at one level: from a day until, not including, another; without an end it is there now."""

    level: str
    from_on: datetime.date
    to_on: datetime.date | None = None

    def until(self, today: datetime.date) -> datetime.date:
        return self.to_on or max(today, self.from_on)

    def days(self, today: datetime.date) -> int:
        """Calendar days; the day on which it moved on counts for the next level."""
        return (self.until(today) - self.from_on).days

    def working_days(self, today: datetime.date) -> int:
        return working_days_between(self.from_on, self.until(today))


def working_days_between(start: datetime.date, end: datetime.date) -> int:
    """Working days from `start` until, not including, `end`. Adds up over spans that follow one another."""
    return sum(is_working_day(start + number * DAY) for number in range((end - start).days))


def due_on(from_on: datetime.date, allowed_days: int) -> datetime.date:
    """The last day on which a level that has had a barrier since `from_on` is within its allowance of working days."""
    return working_days_after(from_on, allowed_days)


def age(stays: Sequence[Stay], today: datetime.date) -> int:
    """How many days a barrier has been open: from its first day to its last, without the time in which it was accepted.

    What the levels' days add up to: stays follow one another without a gap but for that time.
    """
    if not stays:
        return 0
    gaps = ((later.from_on - earlier.until(today)).days for earlier, later in pairwise(stays))
    return (stays[-1].until(today) - stays[0].from_on).days - sum(gaps)


@dataclass(frozen=True)
class LevelTime:
    """What a level held a barrier for, over all its stays there: days, working days, and their price in cents if it is known."""

    level: str
    days: int
    working_days: int
    cents: int | None


def time_at_levels(stays: Iterable[Stay], today: datetime.date, daily_cents: int | None) -> list[LevelTime]:
    """A line for each level, in the order in which the barrier first came there (EL-74)."""
    by_level: dict[str, list[Stay]] = {}
    for stay in stays:
        by_level.setdefault(stay.level, []).append(stay)
    lines = []
    for level, visits in by_level.items():
        working = sum(stay.working_days(today) for stay in visits)
        cents = None if daily_cents is None else working * daily_cents
        lines.append(LevelTime(level, sum(stay.days(today) for stay in visits), working, cents))
    return lines


def price(stays: Iterable[Stay], today: datetime.date, daily_cents: int | None) -> int | None:
    """Working days blocked × the team's daily cost, in cents; None when the cost isn't known (EL-74)."""
    return None if daily_cents is None else sum(stay.working_days(today) for stay in stays) * daily_cents


# ── What repeats ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Alike:
    """An open local barrier, by its key: what it is about, and which body has it."""

    key: int
    category: Hashable | None
    body: Hashable | None


def patterns(barriers: Iterable[Alike]) -> list[tuple[Hashable, Hashable, list[int]]]:
    """Categories that three barriers or more share at one deciding body, with their keys: each suggests one systemic barrier."""
    groups: dict[tuple[Hashable, Hashable], list[int]] = defaultdict(list)
    for barrier in barriers:
        if barrier.category is not None and barrier.body is not None:
            groups[barrier.category, barrier.body].append(barrier.key)
    return [(category, body, keys) for (category, body), keys in groups.items() if len(keys) >= ENOUGH_FOR_SYSTEMIC]


# ── Risks ────────────────────────────────────────────────────────────────────────────────────


def heat_map(
    ratings: Iterable[tuple[int, int, int]], sides: Collection[int] = (1, 2, 3, 4, 5)
) -> list[tuple[int, list[tuple[int, list[int]]]]]:
    """Rows by likelihood, highest first, each with a cell for every impact, lowest first: the keys of the risks in it.

    `ratings` are key, likelihood and impact of each risk; every one is in exactly one cell.
    """
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for key, likelihood, impact in ratings:
        cells[likelihood, impact].append(key)
    return [(row, [(column, cells[row, column]) for column in sorted(sides)]) for row in sorted(sides, reverse=True)]
