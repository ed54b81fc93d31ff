"""What is wrong with a reading, and what is worth asking about before it is taken. No tables, no clock (EL-91)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from statistics import median

from django.utils.translation import gettext as _

from findings import Finding, blocking
from metrics.choices import DECIMALS, LARGEST
from metrics.figures import figure, number
from web.templatetags.portal import day

VALUE = "value"
LEAST_STEPS = 2
TIMES = 3


@dataclass(frozen=True)
class Reading:
    """A figure of a day."""

    on: datetime.date
    value: Decimal


def quotient(numerator: Decimal, denominator: Decimal, *, percent: bool) -> Decimal:
    """Return a ratio's value, in percent if that is its unit, rounded as readings are kept."""
    value = numerator / denominator * (100 if percent else 1)
    return value.quantize(Decimal(1).scaleb(-DECIMALS))


def faults(on: datetime.date, value: Decimal, *, today: datetime.date) -> Iterator[Finding]:
    """Yield what makes a reading impossible."""
    if on > today:
        params = {"today": day(today)}
        yield blocking(
            "day-to-come", _("That date is in the future."), _("Use today’s date, %(today)s, or an earlier one.") % params, VALUE
        )
    if abs(value) > LARGEST:
        yield blocking("metric-value", _("That figure is too large."), _("Use a larger unit, such as thousands."), VALUE)


def ratio_faults(numerator: Decimal | None, denominator: Decimal | None) -> Iterator[Finding]:
    """Yield what makes a ratio impossible."""
    if numerator is None or denominator is None:
        yield blocking("metric-ratio", _("A ratio needs both of its numbers."), _("Enter the numerator and the denominator."), VALUE)
    elif denominator == 0:
        yield blocking(
            "ratio-of-none",
            _("Nothing can be divided by 0."),
            _("If there were no cases in this period, leave it out. It isn’t the same as 0."),
            VALUE,
        )
    elif denominator < 0 or numerator < 0:
        yield blocking("metric-ratio", _("A count can’t be below 0."), _("Check both numbers."), VALUE)


# ── Worth asking about ───────────────────────────────────────────────────────────────────────


def usual_step(values: Sequence[Decimal]) -> Decimal | None:
    """Return the median change from one reading to the next, of those that changed; None with fewer than two such changes."""
    steps = [abs(later - earlier) for earlier, later in pairwise(values) if later != earlier]
    return median(steps) if len(steps) >= LEAST_STEPS else None


def is_jump(values: Sequence[Decimal], value: Decimal) -> bool:
    """Return whether `value` is further from the last of `values`, oldest first, than readings usually move.

    That is three times the usual step. Without one, it is anything further from the last than the last is from 0.
    """
    if not values:
        return False
    change = abs(value - values[-1])
    step = usual_step(values)
    return change > TIMES * step if step is not None else bool(values[-1]) and change > abs(values[-1])


def doubts(
    reading: Reading, earlier: Sequence[Reading], *, baseline_on: datetime.date | None, lowest: Decimal, unit: str
) -> Iterator[Finding]:
    """Yield what may be a mistake and is asked about once: a jump, a day before the baseline, and a first figure below zero.

    `earlier` are the readings before this one's day, oldest first; `lowest` is the lowest figure of this metric so far.
    """
    if is_jump([each.value for each in earlier], reading.value):
        last = earlier[-1]
        params = {"value": figure(reading.value, unit), "last": figure(last.value, unit), "day": day(last.on)}
        yield blocking(
            "reading-jump",
            _("%(value)s is a big change from %(last)s on %(day)s.") % params,
            _("If it’s right, save it again to confirm."),
            VALUE,
        )
    if baseline_on and reading.on < baseline_on:
        yield blocking(
            "reading-before-baseline",
            _("%(day)s is before the baseline of %(baseline)s.") % {"day": day(reading.on), "baseline": day(baseline_on)},
            _("If it’s right, save it again to confirm."),
            VALUE,
        )
    if reading.value < 0 <= lowest:
        yield blocking(
            "reading-negative",
            _("%(value)s is below zero, which this metric has never been.") % {"value": number(reading.value)},
            _("If it’s right, save it again to confirm."),
            VALUE,
        )


DOUBTS = frozenset({"reading-jump", "reading-before-baseline", "reading-negative"})
