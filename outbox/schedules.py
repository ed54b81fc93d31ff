"""When reminders are due, counted from a day: plain data in, days out. No database, no clock."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_USEFUL_DAYS = 31


def months_after(day: datetime.date, months: int) -> datetime.date:
    """The same day `months` calendar months on, or that month's last day (31 August + 6 = 28 or 29 February)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Step:
    """So many calendar months and days after the day that is counted from; before it when negative. `to`: for whom."""

    months: int = 0
    days: int = 0
    to: tuple[str, ...] = ("",)

    def on(self, anchor: datetime.date) -> datetime.date:
        return months_after(anchor, self.months) + datetime.timedelta(days=self.days)


@dataclass(frozen=True)
class Due:
    """A reminder is due on this day, to these, and of no use any more from `useful_until` on."""

    on: datetime.date
    useful_until: datetime.date
    to: tuple[str, ...]


@dataclass(frozen=True)
class Schedule:
    """Steps in the order of their days, then one every `every_days` after the last, to the same people as the last.

    At most `most` in all (0: as long as its cause lasts). Each is of use until the next is due, and no
    longer than `useful_days`.
    """

    steps: tuple[Step, ...]
    every_days: int = 0
    most: int = 0
    useful_days: int = LONGEST_USEFUL_DAYS

    def __post_init__(self) -> None:
        if not self.steps or not 0 < self.useful_days <= LONGEST_USEFUL_DAYS or self.every_days < 0:
            raise ValueError("A schedule has a step, and its reminders are of use for 1 to 31 days.")

    def between(self, anchor: datetime.date, first: datetime.date, last: datetime.date) -> list[Due]:
        """What is due from `first` to `last`, both included, when counted from `anchor`."""
        found: list[Due] = []
        days = self._days(anchor, first)
        day, to = next(days)
        while day <= last:
            following, its = next(days, (datetime.date.max, ()))
            if day >= first:
                longest = day + datetime.timedelta(days=self.useful_days)
                found.append(Due(day, min(following, longest), to))
            if following == datetime.date.max:
                break
            day, to = following, its
        return found

    def _days(self, anchor: datetime.date, first: datetime.date) -> Iterator[tuple[datetime.date, tuple[str, ...]]]:
        """Due days, each once, in order; repeated ones long before `first` are passed over."""
        to_whom: dict[datetime.date, tuple[str, ...]] = {}
        for step in self.steps:
            day = step.on(anchor)
            to_whom[day] = tuple(dict.fromkeys((*to_whom.get(day, ()), *step.to)))
        days = sorted(to_whom)[: self.most or None]
        yield from ((day, to_whom[day]) for day in days)
        if not self.every_days:
            return
        last = days[-1]
        turn = max(1, (first - last).days // self.every_days - 1)
        while not self.most or len(days) + turn <= self.most:
            yield last + datetime.timedelta(days=turn * self.every_days), to_whom[last]
            turn += 1
