"""Which quarters a benefit owner reports, and when (EL-86). Pure: no database, no clock.

Quarters are those of the fiscal year, April to March, because ministries count in them already. The first is the first whole quarter
that begins on or after the day of graduation, so that no figure covers the time before. Each is due ten BC working days after its end.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from dates.months import months_after
from dates.working_days import working_days_after

QUARTERS = 8
MONTHS = 3
WORKING_DAYS = 10
FIRST_MONTHS = (1, 4, 7, 10)
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Quarter:
    """A quarter to report: its place in the schedule, first and last day, and the day the figure is due."""

    number: int
    from_on: datetime.date
    to_on: datetime.date
    due_on: datetime.date


class Ended(Protocol):
    """Anything with a last day."""

    to_on: datetime.date


Q = TypeVar("Q", bound=Ended)


def first_quarter(graduated_on: datetime.date) -> datetime.date:
    """Return the first day of the first whole fiscal quarter on or after a day."""
    first = graduated_on.replace(day=1) if graduated_on.day == 1 else months_after(graduated_on.replace(day=1), 1)
    while first.month not in FIRST_MONTHS:
        first = months_after(first, 1)
    return first


def schedule(graduated_on: datetime.date) -> list[Quarter]:
    """Return the eight quarters after a graduation."""
    first = first_quarter(graduated_on)
    quarters = []
    for number in range(1, QUARTERS + 1):
        begins = months_after(first, MONTHS * (number - 1))
        ends = months_after(begins, MONTHS) - DAY
        quarters.append(Quarter(number, begins, ends, working_days_after(ends, WORKING_DAYS)))
    return quarters


def report_until(quarters: Sequence[Ended]) -> datetime.date:
    """Return the last day for a figure: a quarter after the last one ends, so that a late figure is still taken."""
    return months_after(quarters[-1].to_on + DAY, MONTHS) - DAY


def quarter_of(on: datetime.date, quarters: Sequence[Q]) -> Q | None:
    """Return the quarter that a figure of a day is for: the one that ended last on or before it; None before the first, and too late after the last."""
    over = [quarter for quarter in quarters if quarter.to_on <= on]
    return over[-1] if over and on <= report_until(quarters) else None
