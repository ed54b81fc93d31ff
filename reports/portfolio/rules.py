"""The portfolio's figures, from the facts of each residency (EL-94). No database, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dates.durations import Length, Usual, usual
from oversight.followups.rules import Share
from residencies.lifecycle.rules import made_it

GRADUATED = "graduated"
ENDED_EARLY = ("pivoted", "declined", "withdrawn")
ENDED = (GRADUATED, *ENDED_EARLY)


@dataclass(frozen=True)
class Period:
    """The days a report covers, both included; without a first day, everything until the last."""

    last: datetime.date
    first: datetime.date | None = None

    def covers(self, day: datetime.date | None) -> bool:
        return day is not None and day <= self.last and (self.first is None or day >= self.first)


@dataclass(frozen=True)
class Stay:
    """A time in a state: from a day until, not including, another. Without an end it lasts."""

    state: str
    from_on: datetime.date
    to_on: datetime.date | None = None


def stays_of(moves: Sequence[tuple[datetime.date, str]], entered: Mapping[str, datetime.date]) -> list[Stay]:
    """Return the times in each state, from the days on which a residency moved and the states that it moved to.

    `entered` has the days on which people say a state began: they count if they are before the day of the record. A state that ends a
    residency has no stay.
    """
    days = [min(entered[state], day) if state in entered else day for day, state in moves]
    for number in range(1, len(days)):
        days[number] = max(days[number], days[number - 1])
    ends: list[datetime.date | None] = [*days[1:], None]
    return [Stay(state, day, end) for day, end, (_on, state) in zip(days, ends, moves, strict=True) if state not in ENDED]


@dataclass(frozen=True)
class Facts:
    """What a portfolio knows about one residency, as of the last day of its period."""

    pk: int
    reference: str
    product: str
    url: str
    ministry: str
    phase: str
    state: str
    stays: tuple[Stay, ...] = ()
    submitted_on: datetime.date | None = None
    started_on: datetime.date | None = None
    live_on: datetime.date | None = None
    due_on: datetime.date | None = None
    """When graduation was first due, six months after going live; later extensions don't change it."""
    ended_on: datetime.date | None = None
    reason: str = ""
    training_hours: Decimal = Decimal(0)
    expected: int = 0
    attended: int = 0
    minutes_given: int = 0
    spent_cents: int = 0
    components_taken: int = 0
    components_given: int = 0
    still_reports: bool | None = None
    """Whether no figure of its benefit is overdue; None if none has been due."""


@dataclass(frozen=True)
class Party:
    """Who gave or took a component: the key of its stream, its reference, name and address."""

    key: int
    reference: str
    name: str
    url: str


@dataclass(frozen=True)
class Reuse:
    """A component that one residency gave and another took."""

    giver: Party
    taker: Party
    component: str
    on: datetime.date


# ── Which residencies ────────────────────────────────────────────────────────────────────────


def in_period(facts: Facts, period: Period) -> bool:
    """Return whether a residency was under way on any day of the period."""
    began_on = facts.submitted_on or facts.started_on or (facts.stays[0].from_on if facts.stays else None)
    ended_before = period.first is not None and facts.ended_on is not None and facts.ended_on < period.first
    return not ended_before and (began_on is None or began_on <= period.last)


# ── How long ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Lasted:
    """A time that counts in a report, with the residency it is of."""

    facts: Facts
    from_on: datetime.date
    to_on: datetime.date | None
    length: Length


def _lasted(facts: Facts, from_on: datetime.date, to_on: datetime.date | None, period: Period) -> Lasted | None:
    """Return a time that ended in the period, or that was open on its last day."""
    if from_on > period.last or (to_on and period.first and to_on < period.first):
        return None
    finished = to_on is not None and to_on <= period.last
    end = to_on if to_on and finished else period.last
    return Lasted(facts, from_on, end if finished else None, Length((end - from_on).days, finished))


def times_in(state: str, rows: Iterable[Facts], period: Period) -> list[Lasted]:
    """Return every time in a state that ended in the period or was open on its last day."""
    stays = ((facts, stay) for facts in rows for stay in facts.stays if stay.state == state)
    return [lasted for facts, stay in stays if (lasted := _lasted(facts, stay.from_on, stay.to_on, period))]


def times_to_start(rows: Iterable[Facts], period: Period) -> list[Lasted]:
    """Return the times from application to start. An application that ended without a start counts neither way."""
    asked = [facts for facts in rows if facts.submitted_on and (facts.started_on or not facts.ended_on)]
    times = (
        _lasted(facts, facts.submitted_on, _not_before(facts.started_on, facts.submitted_on), period)
        for facts in asked
        if facts.submitted_on
    )
    return [lasted for lasted in times if lasted]


def _not_before(day: datetime.date | None, first: datetime.date) -> datetime.date | None:
    return max(day, first) if day else None


def usual_of(times: Iterable[Lasted]) -> Usual | None:
    return usual([time.length for time in times])


# ── Graduated in time ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Due:
    """A residency whose six months were over in the period, and whether it had graduated by then."""

    facts: Facts
    in_time: bool


def due(rows: Iterable[Facts], period: Period) -> list[Due]:
    """Return those that had to graduate in the period. One that ended another way before it was due counts neither way."""
    return [row for facts in rows if (row := _due(facts, period))]


def _due(facts: Facts, period: Period) -> Due | None:
    known = made_it(facts.due_on, facts.ended_on, graduated=facts.state == GRADUATED) if facts.due_on else None
    return Due(facts, known[0]) if known and period.covers(known[1]) else None


# ── Sums ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Sums:
    """What was put in and given in the period, over several residencies."""

    residencies: int
    training_hours: Decimal
    expected: int
    attended: int
    minutes_given: int
    spent_cents: int
    by_state: Mapping[str, int]

    @property
    def graduated(self) -> int:
        return self.by_state.get(GRADUATED, 0)

    @property
    def attendance_percent(self) -> int | None:
        """The share of people expected at reviews who attended or sent a delegate; None if nobody was expected."""
        return Share(self.attended, self.expected).percent if self.expected else None


def sums(rows: Sequence[Facts]) -> Sums:
    states: dict[str, int] = {}
    for facts in rows:
        states[facts.state] = states.get(facts.state, 0) + 1
    return Sums(
        len(rows),
        sum((facts.training_hours for facts in rows), Decimal(0)),
        sum(facts.expected for facts in rows),
        sum(facts.attended for facts in rows),
        sum(facts.minutes_given for facts in rows),
        sum(facts.spent_cents for facts in rows),
        states,
    )


def by_ministry(rows: Iterable[Facts]) -> list[tuple[str, Sums]]:
    """Return the sums of each ministry, in alphabetical order."""
    groups: dict[str, list[Facts]] = {}
    for facts in rows:
        groups.setdefault(facts.ministry, []).append(facts)
    return [(ministry, sums(groups[ministry])) for ministry in sorted(groups)]


def ended_early(rows: Iterable[Facts], period: Period) -> list[Facts]:
    """Return those that ended without graduating in the period, the newest first."""
    ended = [facts for facts in rows if facts.state in ENDED_EARLY and period.covers(facts.ended_on)]
    return sorted(ended, key=lambda facts: (facts.ended_on or period.last, facts.pk), reverse=True)


def days_in(facts: Facts, states: Sequence[str], period: Period) -> Iterator[int | None]:
    """Yield the days in each state until the last day of the period; None for a state it wasn't in."""
    for state in states:
        times = [stay for stay in facts.stays if stay.state == state and stay.from_on <= period.last]
        yield sum((min(stay.to_on or period.last, period.last) - stay.from_on).days for stay in times) if times else None
