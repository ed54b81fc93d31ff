"""Waits, interviews and the right-organization rate (SP-07, PB-45, PB-47): counts of minutes in, figures out.

A figure of fewer than five clients is None: it says little, and somebody could be recognized.
"""

from __future__ import annotations

import datetime
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from dates.durations import LEAST

NINE_IN_TEN = Fraction(9, 10)
MINUTE = 60


def whole_minutes(length: datetime.timedelta) -> int:
    """Return a length in minutes, half a minute rounded up."""
    return math.floor(length.total_seconds() / MINUTE + 0.5)


def median(counts: Mapping[int, int]) -> float | None:
    """Return the middle value, or the mean of both in the middle; None below five values."""
    total = sum(counts.values())
    if total < LEAST:
        return None
    return (_at(counts, (total + 1) // 2) + _at(counts, total // 2 + 1)) / 2


def nine_in_ten(counts: Mapping[int, int]) -> int | None:
    """Return the value within which nine in ten lie (nearest rank); None below five values."""
    total = sum(counts.values())
    return _at(counts, math.ceil(NINE_IN_TEN * total)) if total >= LEAST else None


def _at(counts: Mapping[int, int], rank: int) -> int:
    """Return the value of a rank, counted from 1."""
    for value in sorted(counts):
        rank -= counts[value]
        if rank <= 0:
            return value
    raise ValueError("no value has this rank")


@dataclass
class Tally:
    """Tickets added up: of a day, a week, a service or a site."""

    clients: int = 0
    left: int = 0
    right: int = 0
    wrong: int = 0
    waits: Counter[int] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    differences: Counter[int] = field(default_factory=Counter)  # of an interview from the standard of its day

    def add(self, day: DayFacts, standard: int | None) -> None:
        self.clients += day.clients
        self.left += day.left
        self.right += day.right
        self.wrong += day.wrong
        self.waits.update(day.waits)
        self.lengths.update(day.lengths)
        if standard is not None:
            self.differences.update({minutes - standard: count for minutes, count in day.lengths.items()})

    @property
    def figures(self) -> Figures:
        asked = self.right + self.wrong
        return Figures(
            clients=self.clients if self.clients >= LEAST else None,
            any_clients=bool(self.clients),
            wait=median(self.waits),
            wait_90=nine_in_ten(self.waits),
            length=median(self.lengths),
            difference=median(self.differences),
            right_rate=100 * self.right / asked if asked >= LEAST else None,
            left_rate=100 * self.left / self.clients if self.clients >= LEAST else None,
        )


@dataclass(frozen=True)
class Figures:
    """What a page shows of a tally: minutes and percentages, each None if there are too few clients."""

    clients: int | None
    any_clients: bool
    wait: float | None
    wait_90: int | None
    length: float | None
    difference: float | None
    right_rate: float | None
    left_rate: float | None


@dataclass(frozen=True)
class DayFacts:
    """The tickets of a service on a day, counted by minutes."""

    service: int
    on: datetime.date
    clients: int
    left: int
    right: int
    wrong: int
    waits: Mapping[int, int]
    lengths: Mapping[int, int]


Standards = Mapping[int, Sequence[tuple[datetime.date, int]]]


def standard_on(standards: Standards, service: int, on: datetime.date) -> int | None:
    """Return the standard of a service on a day, in minutes: `standards` are the changes of each service, oldest first."""
    return next((minutes for since, minutes in reversed(standards.get(service, ())) if since <= on), None)


def tallied(days: Iterable[DayFacts], standards: Standards, key: Callable[[DayFacts], Any]) -> dict[Any, Tally]:
    """Add the days up by what `key` returns for each."""
    tallies: dict[Any, Tally] = {}
    for day in days:
        tallies.setdefault(key(day), Tally()).add(day, standard_on(standards, day.service, day.on))
    return tallies


def counted(tickets: Iterable[TicketFacts]) -> dict[tuple[Any, datetime.date], DayFacts]:
    """Count tickets by service and day."""
    groups: dict[tuple[Any, datetime.date], list[TicketFacts]] = {}
    for ticket in tickets:
        groups.setdefault((ticket.service, ticket.on), []).append(ticket)
    return {key: _counted(*key, group) for key, group in groups.items()}


def _counted(service: Any, on: datetime.date, tickets: Sequence[TicketFacts]) -> DayFacts:
    waits = Counter(whole_minutes(each.began_at - each.arrived_at) for each in tickets if each.began_at)
    lengths = Counter(whole_minutes(each.ended_at - each.began_at) for each in tickets if each.began_at and each.ended_at)
    right, wrong = (sum(each.right_organization is answer for each in tickets) for answer in (True, False))
    return DayFacts(service, on, len(tickets), sum(each.began_at is None for each in tickets), right, wrong, waits, lengths)


@dataclass(frozen=True)
class TicketFacts:
    """A client's turn in a queue."""

    service: Any
    on: datetime.date
    arrived_at: datetime.datetime
    began_at: datetime.datetime | None = None
    ended_at: datetime.datetime | None = None
    right_organization: bool | None = None
