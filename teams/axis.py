"""Where a span of days lies on a line, as percentages that an SVG takes as attributes. No tables, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from teams.roster import SeatFacts

MARGIN = datetime.timedelta(days=30)
LONGEST = datetime.timedelta(days=3650)


@dataclass(frozen=True)
class Bar:
    """A bar on the axis; `x` and `width` are percentages of its length."""

    x: str
    width: str


@dataclass(frozen=True)
class Axis:
    """The days from `first` to `last`, drawn as one line."""

    first: datetime.date
    last: datetime.date

    @classmethod
    def around(cls, seats: Iterable[SeatFacts], *marks: datetime.date | None) -> Axis:
        """An axis on which all `seats` and `marks` can be seen; of an end without a date there is a month to see."""
        known = [day for seat in seats for day in (seat.from_on, seat.to_on) if day] + [day for day in marks if day]
        first = min(known)
        return cls(first, min(max(known), first + LONGEST) + MARGIN)

    @property
    def length(self) -> int:
        """How many days lie between its ends."""
        return (self.last - self.first).days

    def day(self, count: int) -> datetime.date:
        """The day so many after the first; the last one at most."""
        return min(self.first + datetime.timedelta(days=count), self.last)

    def days_to(self, day: datetime.date) -> int:
        """How many days after the first `day` is, within the axis."""
        return min(max((day - self.first).days, 0), self.length)

    def place(self, day: datetime.date) -> float:
        """How far along `day` begins, in percent; a day outside is put at the near end."""
        return min(100.0, max(0.0, 100 * (day - self.first).days / (self.last - self.first).days))

    def mark(self, day: datetime.date) -> str:
        return f"{self.place(day):.2f}%"

    def bar(self, seat: SeatFacts) -> Bar:
        """The seat's span; one without a last day runs to the end."""
        start = self.place(seat.from_on)
        end = 100.0 if seat.to_on is None or seat.to_on >= self.last else self.place(seat.to_on + datetime.timedelta(days=1))
        return Bar(f"{start:.2f}%", f"{max(end - start, 0.5):.2f}%")
