"""Rules for savings: what can be recorded, and how much of one counts in a residency by a day (EL-93, EL-98).

Amounts are whole cents and parts are hundredths of a percent, never floats. A quotient is rounded down, once, so that the parts of
a saving never add up to more than all of it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from findings import Finding, blocking
from metrics.choices import MOST_SAVED, WHOLE, SavingKind
from spelling.clean import unsafe_link

PLACE = "value"
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Range:
    """A low, a likely and a high amount, in cents."""

    low: int = 0
    likely: int = 0
    high: int = 0

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.likely + other.likely, self.high + other.high)

    def part(self, share: int, days: int = 1, of_days: int = 1) -> Range:
        """Return `share` hundredths of a percent of it, for `days` of `of_days`, rounded down to whole cents."""
        return Range(*(amount * share * days // (WHOLE * of_days) for amount in (self.low, self.likely, self.high)))


def length(from_on: datetime.date, to_on: datetime.date) -> int:
    """Return how many days there are from the first day to the last, both included."""
    return (to_on - from_on).days + 1


def days_by(from_on: datetime.date, to_on: datetime.date, day: datetime.date) -> int:
    """Return how many days of a period have begun by a day: none before it, all of them after it."""
    return max(0, length(from_on, min(to_on, day)))


# ── What can't be recorded ───────────────────────────────────────────────────────────────────


def amount_faults(kind: str, low: int | None, likely: int | None, high: int | None) -> Iterator[Finding]:
    """Check that there are three amounts in order, or none if the saving isn't money."""
    amounts = (low, likely, high)
    if kind == SavingKind.NOT_MONEY:
        if any(amount is not None for amount in amounts):
            yield _amounts(_("A saving that isn’t money has no amount."), _("Leave the amounts blank, or choose another kind."))
    elif low is None or likely is None or high is None:
        yield _amounts(
            _("The low, likely and high amounts are needed."),
            _("If you have only one figure, use the other two to show how certain it is."),
        )
    elif not 0 <= low <= likely <= high:
        yield _amounts(
            _("The amounts aren’t in order."),
            _("Low can’t be more than likely, and likely can’t be more than high. None can be less than $0."),
        )
    elif high > MOST_SAVED:
        yield _amounts(_("That amount is out of range."), _("Enter at most $10,000,000,000."))


def date_faults(from_on: datetime.date, to_on: datetime.date) -> Iterator[Finding]:
    if to_on < from_on:
        yield blocking("saving-dates", _("The last day is before the first."), _("Use a last day on or after the first."), PLACE)


def source_faults(link: str, *, has_reading: bool, has_file: bool) -> Iterator[Finding]:
    """Check that there is exactly one source. A figure without a source isn't taken (EL-93)."""
    if sum((bool(link), has_reading, has_file)) != 1:
        remedy = _("Add one: a link, a file, or a reading of one of the metrics.")
        yield blocking("saving-source", _("A saving needs exactly one source."), remedy, PLACE)
    elif link and (fault := unsafe_link(link)):
        yield fault


def method_faults(method: str) -> Iterator[Finding]:
    if not method.strip():
        yield blocking(
            "saving-method",
            _("The calculation is missing."),
            _("Show what is multiplied by what, such as “1,200 forms × 35 minutes × $52 an hour”."),
            PLACE,
        )


def part_faults(share: int, others: int, *, is_reuse: bool, is_own: bool) -> Iterator[Finding]:
    """Check a part, given what the other residencies count together: all parts add up to 100% at most (EL-98)."""
    if not is_reuse:
        yield blocking(
            "saving-not-shared",
            _("Only the reuse of a component can be shared between residencies."),
            _("This saving counts in full where it was recorded. Remove it there if that is wrong."),
            PLACE,
        )
    elif not 0 <= share <= WHOLE:
        yield blocking("saving-share", _("That share is out of range."), _("Enter a share from 0% to 100%."), PLACE)
    elif share + others > WHOLE:
        params = {"others": percent(others), "left": percent(WHOLE - others)}
        message = _("%(others)s of this saving already counts elsewhere, so at most %(left)s is left.")
        remedy = _("Use a smaller share, or reduce another residency’s first.") if not is_own else _("Use a smaller share.")
        yield blocking("saving-parts", message % params, remedy, PLACE)


def _amounts(message: str, remedy: str) -> Finding:
    return blocking("saving-amounts", message, remedy, PLACE)


def percent(share: int) -> str:
    """Write hundredths of a percent as people do: "60%", "33.33%"."""
    whole, rest = divmod(share, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%" if rest else f"{whole}%"


# ── Totals ───────────────────────────────────────────────────────────────────────────────────


def total(ranges: Sequence[Range]) -> Range:
    """Return the sum of ranges of ONE kind; the caller keeps kinds apart."""
    return sum(ranges, Range())


def reuse_faults(component: str, on: datetime.date, today: datetime.date, *, is_own: bool) -> Iterator[Finding]:
    """Yield what makes a reuse impossible."""
    if is_own:
        yield blocking("reuse-own", _("A residency can’t reuse its own component."), _("Choose another residency."), "residency")
    if not component:
        yield blocking("reuse-component", _("The component is missing."), _("Enter its name."), "component")
    if on > today:
        yield blocking("day-to-come", _("That date is in the future."), _("Use today’s date or an earlier one."), "on")
