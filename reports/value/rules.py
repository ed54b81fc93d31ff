"""Rules of the return: what a team has cost and saved by a day, each kind of saving by itself, and the ratio in words (EL-93, EL-98).

Amounts are whole cents, never floats. Savings count for the days of their period that have begun, rounded down to whole cents.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from metrics.choices import WHOLE, SavingKind
from metrics.savings import rules
from metrics.savings.rules import Range, percent
from oversight.money.rules import divided
from web.templatetags.portal import dollars

ONE_DOLLAR = 100


@dataclass(frozen=True)
class CostEntry:
    """One amount that was spent: the key of its row, its date and amount, who paid, and where the figure comes from."""

    pk: int
    on: datetime.date
    cents: int
    payer: str
    item: str = ""
    source: str = ""


@dataclass(frozen=True)
class SavingEntry:
    """A residency's part of a saving: the keys of its rows, the amounts for its whole period, and the days that count by a day."""

    saving: int
    revision: int
    part: int
    kind: str
    name: str
    whole: Range
    share: int
    from_on: datetime.date
    to_on: datetime.date
    by: datetime.date

    @property
    def of_days(self) -> int:
        return rules.length(self.from_on, self.to_on)

    @property
    def days(self) -> int:
        return rules.days_by(self.from_on, self.to_on, self.by)

    @property
    def counted(self) -> Range:
        """Return what counts by the day; zero before its first day."""
        return self.whole.part(self.share, self.days, self.of_days)

    @property
    def is_money(self) -> bool:
        return self.kind != SavingKind.NOT_MONEY

    @property
    def arithmetic(self) -> str:
        """Return how the likely amount is worked out: "$50,000 × 60% × 183 ÷ 365 days"."""
        text = dollars(self.whole.likely)
        if self.share != WHOLE:
            text += f" × {percent(self.share)}"
        if self.days != self.of_days:
            text += _(" × %(days)d ÷ %(of_days)d days") % {"days": self.days, "of_days": self.of_days}
        return text


@dataclass(frozen=True)
class KindReturn:
    """What one kind of saving comes to by a day, beside the cost. It is never added to another kind."""

    kind: SavingKind
    entries: tuple[SavingEntry, ...]
    cost: int | None

    @property
    def is_money(self) -> bool:
        return self.kind != SavingKind.NOT_MONEY

    @property
    def total(self) -> Range:
        return rules.total([entry.counted for entry in self.entries])

    @property
    def per_dollar(self) -> Range | None:
        """Return the cents saved for each dollar spent; None if nothing was spent, or it isn't known what was."""
        if not self.is_money or self.cost is None or self.cost <= 0:
            return None
        return Range(*(divided(amount * ONE_DOLLAR, self.cost) for amount in (self.total.low, self.total.likely, self.total.high)))

    @property
    def arithmetic(self) -> str:
        """Return the ratio with its terms: "$25,068 ÷ $120,000 = $0.21"; empty if there is none."""
        if self.per_dollar is None:
            return ""
        return f"{dollars(self.total.likely)} ÷ {dollars(self.cost)} = {_precise(self.per_dollar.likely)}"

    @property
    def words(self) -> str:
        """Return the ratio in words, or why there is none."""
        if not self.is_money:
            return _("Not money, so there is no return to calculate.")
        if self.cost is None:
            return _("No spending is on record, so the return can’t be calculated.")
        if self.cost == 0:
            return _("The spending on record adds up to $0, so there is nothing to compare with.")
        if self.cost < 0:
            return _("Credits exceed the spending on record, so there is nothing to compare with.")
        ratio = self.per_dollar or Range()
        params = {"low": _precise(ratio.low), "likely": _precise(ratio.likely), "high": _precise(ratio.high)}
        return _("%(likely)s for each $1 spent, from %(low)s to %(high)s.") % params


def _precise(cents: int) -> str:
    """Write an amount with its cents: "$0.50"."""
    return f"${cents // 100:,}.{cents % 100:02d}"


@dataclass(frozen=True)
class Return:
    """A residency's cost and savings by a day. Only what was known then is in it."""

    on: datetime.date
    costs: tuple[CostEntry, ...] = field(default=())
    savings: tuple[SavingEntry, ...] = field(default=())

    @property
    def cost(self) -> int | None:
        """Return what was spent by the day, in cents; None if no spending is on record, which isn't the same as $0."""
        return sum(entry.cents for entry in self.costs) if self.costs else None

    @property
    def by_payer(self) -> dict[str, int]:
        sums: dict[str, int] = {}
        for entry in self.costs:
            sums[entry.payer] = sums.get(entry.payer, 0) + entry.cents
        return sums

    @property
    def without_source(self) -> Sequence[CostEntry]:
        return [entry for entry in self.costs if not entry.source]

    @property
    def kinds(self) -> list[KindReturn]:
        """Return each kind that has savings, apart from the others."""
        groups = ((kind, tuple(entry for entry in self.savings if entry.kind == kind)) for kind in SavingKind)
        return [KindReturn(kind, entries, self.cost) for kind, entries in groups if entries]
