"""Rules for barriers and risks: where a barrier can move, what its delay costs, how risks are mapped (EL-73, EL-74). No database, no clock."""

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
REVIEW_DAYS = 90  # the default time until the next review of a risk


# ── Routes ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Step:
    """A step of the route from one level to another, by their keys. `start` is None for the level at which barriers of this scope start."""

    scope: str
    start: int | None
    end: int


@dataclass(frozen=True)
class RouteTable:
    """The levels, lowest first, and the open steps between them."""

    levels: tuple[int, ...]
    steps: frozenset[Step]

    def entry(self, scope: str) -> int | None:
        """Return the level at which a barrier of this scope starts, the lowest if there are several, or None without a route."""
        return next((level for level in self.levels if Step(scope, None, level) in self.steps), None)

    def onward(self, scope: str, level: int) -> list[int]:
        """Return the levels that a barrier can move to from `level`, lowest first."""
        return [other for other in self.levels if Step(scope, level, other) in self.steps]

    def is_on_route(self, scope: str, level: int) -> bool:
        """Return whether a barrier of this scope can be at `level`. Otherwise no step would lead away from it."""
        return any(step.scope == scope and level in (step.start, step.end) for step in self.steps)

    def goes_up(self, start: int, end: int) -> bool:
        return self.levels.index(end) > self.levels.index(start)

    def proposed(self, scope: str, level: int) -> int | None:
        """Return the level to propose when the time at `level` is over: the next one up, or None at the top."""
        return next((other for other in self.onward(scope, level) if self.goes_up(level, other)), None)


def move_faults(routes: RouteTable, *, state: str, scope: str, start: int, end: int, recommendation: str, reason: str) -> Iterator[Finding]:
    """Yield why a barrier can't move from one level to another: closed, off the route, not defined, or not explained (EL-73)."""
    if state not in OPEN:
        yield closed_fault()
        return
    if end not in routes.onward(scope, start):
        message = _("This barrier can’t move to that level from where it is now.")
        yield blocking("barrier-off-route", message, _("Choose one of the levels that the route allows."), PLACE)
    elif routes.goes_up(start, end) and state == BarrierState.IDENTIFIED:
        message = _("This barrier isn’t defined yet, so it can’t move up.")
        yield blocking("barrier-not-defined", message, _("Add its category, its cause and a proposed solution first."), PLACE)
    if not recommendation.strip():
        message = _("The recommendation is missing.")
        yield blocking("barrier-no-recommendation", message, _("Say what you recommend the next level do."), PLACE)
    if not reason.strip():
        yield blocking("barrier-no-reason", _("The reason is missing."), _("Say why you’re moving it now."), PLACE)


def no_text_fault() -> Finding:
    return blocking("barrier-no-text", _("The barrier isn’t described."), _("Say in one sentence what is holding the team up."), PLACE)


def risk_closed_fault() -> Finding:
    return blocking("risk-closed", _("This risk is closed."), _("If it’s back, add a new risk."), PLACE)


def closed_fault() -> Finding:
    return blocking("barrier-closed", _("This barrier is closed."), _("If it’s back, raise a new barrier and mention this one."), PLACE)


def state_of(current: str, *, category: object, cause: str, proposed_solution: str) -> str:
    """Return the state after an edit: defined once the barrier has a category, a cause and a proposed solution."""
    if current == BarrierState.ROUTED:
        return current
    whole = category and cause.strip() and proposed_solution.strip()
    return BarrierState.DEFINED if whole else BarrierState.IDENTIFIED


# ── Time at levels, and its price ────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Stay:
    """A barrier's time at one level, from `from_on` up to but not including `to_on`; None means that it is there now."""

    level: str
    from_on: datetime.date
    to_on: datetime.date | None = None

    def until(self, today: datetime.date) -> datetime.date:
        return self.to_on or max(today, self.from_on)

    def days(self, today: datetime.date) -> int:
        """Return the calendar days. The day it moved counts for the next level."""
        return (self.until(today) - self.from_on).days

    def working_days(self, today: datetime.date) -> int:
        return working_days_between(self.from_on, self.until(today))


def working_days_between(start: datetime.date, end: datetime.date) -> int:
    """Count the working days from `start` up to but not including `end`, so that consecutive spans add up."""
    return sum(is_working_day(start + number * DAY) for number in range((end - start).days))


def due_on(from_on: datetime.date, allowed_days: int) -> datetime.date:
    """Return the day a barrier is due at a level that got it on `from_on`: the last of its allowed working days."""
    return working_days_after(from_on, allowed_days)


def age(stays: Sequence[Stay], today: datetime.date) -> int:
    """Count the days a barrier has been open, not including time in which it was accepted.

    This equals the sum of the days at its levels, because only acceptance leaves a gap between stays.
    """
    if not stays:
        return 0
    gaps = ((later.from_on - earlier.until(today)).days for earlier, later in pairwise(stays))
    return (stays[-1].until(today) - stays[0].from_on).days - sum(gaps)


@dataclass(frozen=True)
class LevelTime:
    """A barrier's time at one level over all its stays there: days, working days, and their price in cents if known."""

    level: str
    days: int
    working_days: int
    cents: int | None


def time_at_levels(stays: Iterable[Stay], today: datetime.date, daily_cents: int | None) -> list[LevelTime]:
    """Sum up the stays by level, in the order in which the barrier first reached each level (EL-74)."""
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
    """Return the working days blocked × the team's daily cost, in cents, or None if the cost isn't known (EL-74)."""
    return None if daily_cents is None else sum(stay.working_days(today) for stay in stays) * daily_cents


# ── What repeats ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Alike:
    """An open local barrier, by its key, with its category and the body that has it."""

    key: int
    category: Hashable | None
    body: Hashable | None


def patterns(barriers: Iterable[Alike]) -> list[tuple[Hashable, Hashable, list[int]]]:
    """Return each category that three or more barriers at one body share, with their keys: each suggests a systemic barrier."""
    groups: dict[tuple[Hashable, Hashable], list[int]] = defaultdict(list)
    for barrier in barriers:
        if barrier.category is not None and barrier.body is not None:
            groups[barrier.category, barrier.body].append(barrier.key)
    return [(category, body, keys) for (category, body), keys in groups.items() if len(keys) >= ENOUGH_FOR_SYSTEMIC]


# ── Risks ────────────────────────────────────────────────────────────────────────────────────


def heat_map(
    ratings: Iterable[tuple[int, int, int]], sides: Collection[int] = (1, 2, 3, 4, 5)
) -> list[tuple[int, list[tuple[int, list[int]]]]]:
    """Return rows by likelihood, highest first, each with a cell for every impact, lowest first, that lists the keys of its risks.

    `ratings` are the key, likelihood and impact of each risk. Each risk is in exactly one cell.
    """
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for key, likelihood, impact in ratings:
        cells[likelihood, impact].append(key)
    return [(row, [(column, cells[row, column]) for column in sorted(sides)]) for row in sorted(sides, reverse=True)]
