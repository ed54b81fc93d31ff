"""Which days sprints and their reviews fall on (EL-50). No tables, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from dates.working_days import is_working_day, on_or_after

DAY = datetime.timedelta(days=1)
WEEK = datetime.timedelta(weeks=1)
SHORTEST, LONGEST = 1, 4


@dataclass(frozen=True)
class Span:
    """The days of one sprint and the day of its review."""

    starts_on: datetime.date
    ends_on: datetime.date
    review_on: datetime.date


def review_day(starts_on: datetime.date, ends_on: datetime.date) -> datetime.date:
    """The last working day of a sprint; the first one after it where it has none."""
    day = ends_on
    while day >= starts_on:
        if is_working_day(day):
            return day
        day -= DAY
    return on_or_after(ends_on + DAY)


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
