"""A roster as plain facts: who sits where, from when to when. No tables, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from spelling.compare import title_key
from teams.choices import Employer, TeamRole


@dataclass(frozen=True)
class SeatFacts:
    """One seat from `from_on` to its last day `to_on` (None: without end); nobody in it (`person` None) means planned.

    `share` is percent of full time; `person` tells people apart, `name` says who it is; `pk` is the entry on record.
    """

    role: str
    employer: str
    from_on: datetime.date
    to_on: datetime.date | None = None
    person: int | None = None
    name: str = ""
    vendor: str = ""
    share: int = 100
    successor: str = ""
    is_senior: bool = False
    agile_trained_on: datetime.date | None = None
    band: int | None = None
    pk: int | None = None

    @property
    def is_open(self) -> bool:
        return self.person is None

    def covers(self, on: datetime.date) -> bool:
        return self.from_on <= on and (self.to_on is None or on <= self.to_on)

    def meets(self, other: SeatFacts) -> bool:
        """Whether both stand on some day."""
        return (other.to_on is None or self.from_on <= other.to_on) and (self.to_on is None or other.from_on <= self.to_on)


@dataclass(frozen=True)
class Employed:
    """Those whom one employer has on the team, a vendor by its `company`, and the part of the team's working time that they give."""

    employer: str
    company: str
    names: tuple[str, ...]
    part: Fraction

    @property
    def label(self) -> str:
        return self.company or str(Employer(self.employer).label)

    @property
    def percent(self) -> int:
        return round(self.part * 100)


@dataclass(frozen=True)
class Roster:
    """Every seat a team has, had or plans; what it says of a day follows from the seats alone (EL-41)."""

    seats: tuple[SeatFacts, ...] = ()

    def on(self, on: datetime.date) -> tuple[SeatFacts, ...]:
        """The seats that stand on a day, planned ones too."""
        return tuple(seat for seat in self.seats if seat.covers(on))

    def filled(self, on: datetime.date) -> tuple[SeatFacts, ...]:
        """The seats somebody sits in on a day: what the checks look at."""
        return tuple(seat for seat in self.on(on) if not seat.is_open)

    def open(self, on: datetime.date) -> tuple[SeatFacts, ...]:
        """The seats planned for a day with nobody in them yet."""
        return tuple(seat for seat in self.on(on) if seat.is_open)

    def headcount(self, on: datetime.date) -> int:
        """How many people are on the team on a day; somebody with two roles is one person."""
        return _people(self.filled(on))

    def planned_size(self, on: datetime.date) -> int:
        """How many people the plan has on a day: those there and the open seats."""
        return self.headcount(on) + len(self.open(on))

    def share_of(self, person: int | None, on: datetime.date) -> int:
        """Percent of full time that a person gives the team on a day, over all roles."""
        return sum(seat.share for seat in self.filled(on) if seat.person == person)

    def count(self, on: datetime.date, wanted: Callable[[SeatFacts], bool]) -> int:
        """How many people sit in a seat of which `wanted` holds."""
        return _people(seat for seat in self.filled(on) if wanted(seat))

    def product_owners(self, on: datetime.date) -> tuple[SeatFacts, ...]:
        """The product owners of the business area; while there is none, all product owners."""
        owners = tuple(seat for seat in self.filled(on) if seat.role == TeamRole.PRODUCT_OWNER)
        return tuple(seat for seat in owners if seat.employer == Employer.BUSINESS_AREA) or owners

    def vendor_share(self, on: datetime.date) -> Fraction:
        """The part of the team's working time on a day that vendors' people give; 0 for an empty team."""
        filled = self.filled(on)
        total = sum(seat.share for seat in filled)
        return Fraction(sum(seat.share for seat in filled if seat.employer == Employer.VENDOR), total) if total else Fraction(0)

    def employed(self, on: datetime.date) -> list[Employed]:
        """Who employs the team's people on a day: the public employers, then each vendor by company, however it was spelt."""
        filled = self.filled(on)
        total = sum(seat.share for seat in filled)
        groups: dict[tuple[int, str], list[SeatFacts]] = {}
        for seat in filled:
            groups.setdefault((Employer.values.index(seat.employer), title_key(seat.vendor)), []).append(seat)
        return [
            Employed(seats[0].employer, seats[0].vendor.strip(), _names(seats), Fraction(sum(seat.share for seat in seats), total))
            for _key, seats in sorted(groups.items(), key=lambda group: group[0])
        ]

    def turning_days(self) -> set[datetime.date]:
        """The days on which the team changes: first days, and days after a last one."""
        ends = {seat.to_on + datetime.timedelta(days=1) for seat in self.seats if seat.to_on and seat.to_on < datetime.date.max}
        return {seat.from_on for seat in self.seats} | ends


def _names(seats: Iterable[SeatFacts]) -> tuple[str, ...]:
    """Each person once, with two roles too."""
    return tuple(sorted({seat.person: seat.name for seat in seats}.values(), key=str.casefold))


def _people(seats: Iterable[SeatFacts]) -> int:
    return len({seat.person for seat in seats})
