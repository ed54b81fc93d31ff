"""What the roster's pages read: the seats of a day in groups, and the people who may be chosen."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from acts.act import rehearsed
from findings import Finding
from ledger.subjects import Subject
from residencies.reference_data import all_figures
from residencies.workspace.contacts import people_around
from spelling.compare import title_key
from teams.facts import Employed, Roster, SeatFacts
from teams.models import Seat
from teams.roster import rules
from teams.roster.gates import role_checks_over, stay_of


@dataclass(frozen=True)
class Row:
    """A seat as the page shows it."""

    seat: Seat
    bar: Bar
    days: str


class RosterOf:
    """A subject's roster as it is on a day: two queries, whatever its size (EL-41)."""

    def __init__(self, subject: Subject, on: datetime.date) -> None:
        self.on = on
        self.seats = list(Seat.objects.of(subject))
        self.figures = all_figures(on)
        self.roster = Roster(tuple(seat.facts for seat in self.seats))
        self.stay = stay_of(subject)
        self.axis = Axis.around(self.roster.seats, on, self.stay.graduation_due_on)

    def look_at(self, day: datetime.date) -> None:
        """Show another day of the same roster, on the same axis; asks nothing."""
        self.on = day

    @property
    def pulled_to(self) -> int:
        """Where the slider stands: days after the first of the axis."""
        return self.axis.days_to(self.on)

    @property
    def now_at(self) -> str:
        """Where the day is on the axis."""
        return self.axis.mark(self.on)

    @cached_property
    def groups(self) -> list[tuple[str, str, list[Row]]]:
        """Name, heading and seats of each part of the roster; parts that hold nobody are left out."""
        parts = (
            ("filled", _("On the team"), [s for s in self.seats if s.covers(self.on) and not s.is_open]),
            ("open", _("Open seats"), [s for s in self.seats if s.covers(self.on) and s.is_open]),
            ("later", _("Joining later"), [s for s in self.seats if s.from_on > self.on]),
            ("before", _("Former members"), [s for s in self.seats if s.to_on and s.to_on < self.on]),
        )
        return [(name, heading, [self._row(seat) for seat in seats]) for name, heading, seats in parts if seats]

    def _row(self, seat: Seat) -> Row:
        return Row(seat, self.axis.bar(seat.facts), span(seat))

    @property
    def headcount(self) -> int:
        return self.roster.headcount(self.on)

    @property
    def planned(self) -> int:
        return len(self.roster.open(self.on))

    @property
    def employed(self) -> list[Employed]:
        """Who employs the people of the day, vendors by company (EL-41)."""
        return self.roster.employed(self.on)

    @cached_property
    def findings(self) -> list[Finding]:
        return rules.check(self.roster, self.on, self.figures, self.stay)


def span(seat: Seat) -> str:
    """ "5 January 2026 to 31 March 2026", or from a day on."""
    if seat.to_on is None:
        return _("From %(from)s") % {"from": date_format(seat.from_on)}
    return _("%(from)s to %(to)s") % {"from": date_format(seat.from_on), "to": date_format(seat.to_on)}


def vendors_of(subject: Subject) -> list[str]:
    """The companies that were on the team, as they were spelt first, to be spelt the same again; one query."""
    spelt: dict[str, str] = {}
    for name in (
        Seat.objects.current().filter(team__stream=subject.stream_id).exclude(vendor="").order_by("pk").values_list("vendor", flat=True)
    ):
        spelt.setdefault(title_key(name), name)
    return sorted(spelt.values(), key=str.casefold)


def people_on_team(subject: Subject) -> QuerySet[Any]:
    """Return the keys of everyone with a place on the subject's team today or later: it is their case (OP-03)."""
    seats = Seat.objects.current().filter(Q(to_on=None) | Q(to_on__gte=timezone.localdate()), team__stream=subject.stream_id)
    return seats.order_by().values("person")


def people_around_team(subject: Subject) -> Q:
    """Return a condition on people: those on a subject's team, and those of its agreement."""
    return Q(seats__team__stream=subject.stream_id) | people_around(subject)


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


@dataclass(frozen=True)
class Foreseen:
    """What would be different on a day."""

    day: datetime.date
    opened: tuple[Finding, ...]
    closed: tuple[Finding, ...]


def what_if(subject: Subject, act: Callable[[], object], days: Iterable[datetime.date]) -> list[Foreseen]:
    """What `act` would open and close on each of `days`, at least one, tried out and taken back whole. Raises what the act raises.

    Four queries beside the act's, however many days.
    """
    days = sorted(set(days))
    before = role_checks_over(subject, days)
    with rehearsed():
        act()
        after = role_checks_over(subject, days)
    compared = {day: rules.compare(before[day], after[day]) for day in days}
    return [Foreseen(day, comparison.opened, comparison.closed) for day, comparison in compared.items()]
