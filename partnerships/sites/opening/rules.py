"""When a place is open: its hours on weekdays, the statutory holidays it observes, and its closures. No tables, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from dates.working_days import BC, holiday
from dates.zone import NAME

DAY = datetime.timedelta(days=1)
FARTHEST = 366  # days within which a place that is open at all opens again


@dataclass(frozen=True)
class Hours:
    """When a place opens and closes on a day, by its own clock."""

    opens: datetime.time
    closes: datetime.time

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}–{self.closes:%H:%M}"


@dataclass(frozen=True)
class Closed:
    """A period in which a place is closed, both days included, and why."""

    from_on: datetime.date
    to_on: datetime.date
    reason: str


@dataclass(frozen=True)
class Opening:
    """When a place is open. A weekday without hours (0 is Monday) is a day on which it is closed."""

    hours: Mapping[int, Hours]
    region: str = BC
    closures: Sequence[Closed] = ()
    zone: str = field(default=NAME)

    def holiday_on(self, day: datetime.date) -> str:
        return holiday(day, self.region)

    def closed_because(self, day: datetime.date) -> str:
        """Return why the place is closed all day: a closure, a holiday or the weekday; "" if it is open."""
        closure = next((each.reason for each in self.closures if each.from_on <= day <= each.to_on), "")
        return closure or self.holiday_on(day) or ("" if day.weekday() in self.hours else _("No hours on this weekday"))

    def is_open_on(self, day: datetime.date) -> bool:
        return not self.closed_because(day)

    def hours_on(self, day: datetime.date) -> Hours | None:
        """Return the hours of a day, or None if the place is closed on it."""
        return self.hours[day.weekday()] if self.is_open_on(day) else None

    def is_open_at(self, day: datetime.date, clock: datetime.time) -> bool:
        """Return whether the place is open on a day at a time, both by its own clock."""
        hours = self.hours_on(day)
        return hours is not None and hours.opens <= clock < hours.closes

    def on_or_after(self, day: datetime.date) -> datetime.date | None:
        """Return the first day from `day` on which the place is open; None if there is none within a year."""
        return next((day + n * DAY for n in range(FARTHEST) if self.is_open_on(day + n * DAY)), None)

    def days_after(self, day: datetime.date, count: int) -> datetime.date | None:
        """Return the `count`-th day after `day` on which the place is open; None if it doesn't open so often within a year for each."""
        for _n in range(count):
            following = self.on_or_after(day + DAY)
            if following is None:
                return None
            day = following
        return day


def differing_holidays(openings: Sequence[Opening], first: datetime.date, last: datetime.date) -> list[tuple[datetime.date, list[str]]]:
    """Return the weekdays on which some of the places observe a holiday and others are open, with the name for each: "" where there is none."""
    days = [first + n * DAY for n in range((last - first).days + 1)]
    rows = [(day, [opening.holiday_on(day) for opening in openings]) for day in days if day.weekday() < 5]
    return [(day, names) for day, names in rows if any(names) and not all(names)]
