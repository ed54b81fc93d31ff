"""Which days sprints and their reviews fall on (EL-50). No tables, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import holidays

DAY = datetime.timedelta(days=1)
WEEK = datetime.timedelta(weeks=1)
SHORTEST, LONGEST = 1, 4


@dataclass(frozen=True)
class Span:
    """The days of one sprint and the day of its review."""

    starts_on: datetime.date
    ends_on: datetime.date
    review_on: datetime.date


@cache
def _holidays_of(year: int) -> dict[datetime.date, str]:
    return dict(holidays.country_holidays("CA", subdiv="BC", years=year, language="en_CA"))


def holiday(day: datetime.date) -> str:
    """The name of British Columbia's statutory holiday on `day`, or ""."""
    return _holidays_of(day.year).get(day, "")


def is_working_day(day: datetime.date) -> bool:
    """A weekday that is no statutory holiday."""
    return day.weekday() < 5 and not holiday(day)


def review_day(starts_on: datetime.date, ends_on: datetime.date) -> datetime.date:
    """The last working day of a sprint; the first one after it where it has none."""
    day = ends_on
    while day >= starts_on:
        if is_working_day(day):
            return day
        day -= DAY
    day = ends_on + DAY
    while not is_working_day(day):
        day += DAY
    return day


def span_ending(ends_on: datetime.date, weeks: int) -> Span:
    """The sprint of so many weeks whose last day is `ends_on`."""
    starts_on = ends_on - weeks * WEEK + DAY
    return Span(starts_on, ends_on, review_day(starts_on, ends_on))


def spans(first_end: datetime.date, weeks: int, *, until: datetime.date) -> Iterator[Span]:
    """One sprint after the other, the first ending on `first_end`, while they end by `until`."""
    ends_on = first_end
    while ends_on <= until:
        yield span_ending(ends_on, weeks)
        ends_on += weeks * WEEK


def moved_span(span: Span, by: datetime.timedelta) -> Span:
    """The same sprint so many days later or earlier; its review falls on a working day again."""
    starts_on, ends_on = span.starts_on + by, span.ends_on + by
    return Span(starts_on, ends_on, review_day(starts_on, ends_on))
