"""How many desks there are and who has them: never more than there are, on any day (EL-49)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Count:
    """So many desks from a day on, until another count begins."""

    from_on: datetime.date
    desks: int


@dataclass(frozen=True)
class DeskUse:
    """So many desks from one day to another, both included."""

    from_on: datetime.date
    to_on: datetime.date
    desks: int

    def covers(self, on: datetime.date) -> bool:
        return self.from_on <= on <= self.to_on


@dataclass(frozen=True)
class TooMany:
    """The first day on which more desks are taken than there are."""

    on: datetime.date
    capacity: int
    in_use: int


def capacity_on(counts: Iterable[Count], on: datetime.date) -> int:
    """How many desks there are on a day; none before the first count."""
    begun = [count for count in counts if count.from_on <= on]
    return max(begun, key=lambda count: count.from_on).desks if begun else 0


def in_use_on(taken: Iterable[DeskUse], on: datetime.date) -> int:
    return sum(desk_use.desks for desk_use in taken if desk_use.covers(on))


def first_overfull(
    counts: Sequence[Count], taken: Sequence[DeskUse], first: datetime.date, last: datetime.date | None = None
) -> TooMany | None:
    """The first day from `first` to `last` (to the end when None) with more desks taken than there are, if there is one.

    Numbers change on few days only: where somebody begins or a count does. Those are looked at.
    """
    days = {first, *(desk_use.from_on for desk_use in taken), *(count.from_on for count in counts)}
    for on in sorted(day for day in days if day >= first and (last is None or day <= last)):
        capacity, wanted = capacity_on(counts, on), in_use_on(taken, on)
        if wanted > capacity:
            return TooMany(on, capacity, wanted)
    return None


def most_in_use(taken: Sequence[DeskUse], first: datetime.date, last: datetime.date) -> int:
    """The most desks taken on one day from `first` to `last`."""
    days = {first, *(desk_use.from_on for desk_use in taken)}
    return max(in_use_on(taken, on) for on in days if first <= on <= last)


def lowest_capacity(counts: Sequence[Count], first: datetime.date, last: datetime.date) -> int:
    """The fewest desks there are on one day from `first` to `last`."""
    days = {first, *(count.from_on for count in counts)}
    return min(capacity_on(counts, on) for on in days if first <= on <= last)


def fewest_free(counts: Sequence[Count], taken: Sequence[DeskUse], first: datetime.date, last: datetime.date) -> int:
    """How many desks are free on every day from `first` to `last`."""
    days = {first, *(desk_use.from_on for desk_use in taken), *(count.from_on for count in counts)}
    return min(capacity_on(counts, on) - in_use_on(taken, on) for on in days if first <= on <= last)
