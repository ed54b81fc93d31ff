"""What may be done with sprints and their reviews, and who misses them (EL-50, EL-51). Facts in, findings out; no tables, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dates.working_days import holiday, is_working_day, on_or_after
from findings import Finding, Severity
from teams.choices import Came

PLACE = "sprints"
EARLIEST, LATEST = datetime.time(7), datetime.time(20)
LEAST_MINUTES, MOST_MINUTES = 15, 480
LOOKED_BACK = 6
RAISED_AFTER = 2


@dataclass(frozen=True)
class ReviewFacts:
    """When a review is, or is to be."""

    on: datetime.date
    at: datetime.time
    minutes: int = 60


def review_faults(review: ReviewFacts) -> Iterator[Finding]:
    """Why a review can't be then: it is on a working day, in the day, and neither a moment nor a week long."""
    if not is_working_day(review.on):
        params = {"day": date_format(review.on, "l j F Y"), "holiday": holiday(review.on)}
        message = _("%(day)s is %(holiday)s.") % params if params["holiday"] else _("%(day)s isn’t a working day.") % params
        yield Finding("review-not-working-day", Severity.BLOCKS, message, _("Choose a working day."), PLACE)
    if not EARLIEST <= review.at <= LATEST:
        yield Finding(
            "review-hours",
            Severity.BLOCKS,
            _("A review must start between 7 a.m. and 8 p.m."),
            _("Choose another time."),
            PLACE,
        )
    if not LEAST_MINUTES <= review.minutes <= MOST_MINUTES:
        yield Finding(
            "review-minutes",
            Severity.BLOCKS,
            _("A review must take between 15 minutes and 8 hours."),
            _("Enter its length in minutes."),
            PLACE,
        )


def cadence_faults(weeks: int, first: ReviewFacts, today: datetime.date) -> Iterator[Finding]:
    """Why a team can't sprint like this: a sprint takes one to four weeks, and the first review is still to come (EL-50)."""
    if not SHORTEST <= weeks <= LONGEST:
        yield Finding(
            "cadence-weeks", Severity.BLOCKS, _("A sprint must take one to four weeks."), _("Two or three weeks are usual."), PLACE
        )
    if first.on < today:
        yield Finding(
            "review-past",
            Severity.BLOCKS,
            _("%(day)s is in the past.") % {"day": date_format(first.on)},
            _("Choose the day of the next review."),
            PLACE,
        )
    yield from review_faults(first)


def order_faults(on: datetime.date, *, after: datetime.date | None, before: datetime.date | None) -> Iterator[Finding]:
    """A review stays between the one before it and the one after it."""
    if (after and on <= after) or (before and on >= before):
        params = {"after": date_format(after) if after else "", "before": date_format(before) if before else ""}
        if after and before:
            message = _("The reviews before and after it are on %(after)s and %(before)s.") % params
        else:
            message = (_("The review before it is on %(after)s.") if after else _("The review after it is on %(before)s.")) % params
        yield Finding("review-out-of-order", Severity.BLOCKS, message, _("Choose a date in between, or move the later reviews too."), PLACE)


@dataclass(frozen=True)
class Attended:
    """One review that was held, as it concerns one champion; `came` is "" when nobody noted anything."""

    on: datetime.date
    came: str = ""

    @property
    def is_missed(self) -> bool:
        """Neither they nor somebody for them came: having said so before explains a miss and is one."""
        return self.came not in (Came.CAME, Came.DELEGATE)


def missed_in_row(newest_first: Iterable[Attended]) -> int:
    """How many of the newest reviews a champion missed, up to the last one they came to (EL-51)."""
    count = 0
    for review in newest_first:
        if not review.is_missed:
            break
        count += 1
    return count


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
