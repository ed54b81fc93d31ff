"""Queries for the money pages, each with a fixed number of database queries."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from dates.months import fiscal_bounds, fiscal_year_of
from findings import Finding
from ledger.subjects import Subject, kind_of_subject
from oversight.choices import BudgetKind, CostItem, LineKind, Payer, usual_payer
from oversight.models import Budget, Contract, CostShare, FundingConfirmation, MoneyLine
from oversight.money import rules
from oversight.money.rules import Amount, Range, YearSums

CENTS = 100
SOON = datetime.timedelta(days=60)


def usual_cost(subject: Subject, on: datetime.date) -> Range | None:
    """Return what a team of this kind of subject usually costs in a year, by the program's figures on `on`, or None without any (EL-08)."""
    path = kind_of_subject(subject).yearly_cost
    if not path:
        return None
    least, most = import_string(path)(on)
    return Range(least * CENTS, most * CENTS)


@dataclass(frozen=True)
class ShareRow:
    """Who pays for one of the items a team needs; `share` is set if this subject has its own answer."""

    item: CostItem
    share: CostShare | None

    @property
    def label(self) -> str:
        return str(self.item.label)

    @property
    def payer(self) -> Payer:
        return Payer(self.share.payer) if self.share else usual_payer(self.item)

    @property
    def is_usual(self) -> bool:
        return self.payer == usual_payer(self.item)


@dataclass(frozen=True)
class Bar:
    """A row of the year's chart: a label, an amount, and whether it is over budget."""

    label: str
    cents: int
    is_over: bool = False
    is_forecast: bool = False


class MoneyOf:
    """A subject's money in one fiscal year and in all years: six queries, however many entries there are (EL-70, EL-71)."""

    def __init__(self, subject: Subject, year: int, today: datetime.date) -> None:
        self.subject, self.year, self.today = subject, year, today
        of_stream: dict[str, Any] = {"stream": subject.stream_id}
        self.budgets = list(Budget.objects.current().filter(**of_stream))
        self.confirmations = list(FundingConfirmation.objects.current().filter(**of_stream))
        lines = MoneyLine.objects.counting().filter(**of_stream)
        self.amounts = [Amount(*row) for row in lines.order_by().values_list("kind", "on", "amount_cents", "payer")]
        self.contracts = list(Contract.objects.current().filter(**of_stream))
        self._shares = {share.item: share for share in CostShare.objects.filter(**of_stream)}
        self.usual = usual_cost(subject, today)

    @property
    def shares(self) -> list[ShareRow]:
        return [ShareRow(item, self._shares.get(item.value)) for item in CostItem]

    @cached_property
    def years(self) -> list[YearSums]:
        """Return the sums of each fiscal year with money, of this year and of the one shown, newest first."""
        known = {row.fiscal_year for row in (*self.budgets, *self.confirmations)} | {fiscal_year_of(amount.on) for amount in self.amounts}
        return [self._sums(year) for year in sorted(known | {self.year, fiscal_year_of(self.today)}, reverse=True)]

    def _sums(self, year: int) -> YearSums:
        budgets = {row.kind: row.amount_cents for row in self.budgets if row.fiscal_year == year}
        sums = rules.totals(amount for amount in self.amounts if fiscal_year_of(amount.on) == year)
        confirmed = next((row.amount_cents for row in self.confirmations if row.fiscal_year == year), None)
        return YearSums(
            year, budgets.get(BudgetKind.TEAM), budgets.get(BudgetKind.FUND), sums.get(LineKind.COMMITTED, 0), sums.get(LineKind.SPENT, 0),
            confirmed,
        )  # fmt: skip

    @property
    def sums(self) -> YearSums:
        """Return the sums of the year shown."""
        return next(sums for sums in self.years if sums.year == self.year)

    @property
    def confirmation(self) -> FundingConfirmation | None:
        return next((row for row in self.confirmations if row.fiscal_year == self.year), None)

    @cached_property
    def findings(self) -> list[Finding]:
        return list(rules.attention(self.sums, self.usual))

    @cached_property
    def run_rate(self) -> rules.RunRate | None:
        return rules.run_rate(self.amounts, self.year, self.today)

    @cached_property
    def entered(self) -> rules.Entered:
        return rules.as_entered(self.amounts, self.year, self.today)

    @cached_property
    def bars(self) -> list[Bar]:
        """Return the rows of the year's chart: budget, committed, spent, and both forecasts until the year has ended."""
        budget, sums = self.sums.budget, self.sums
        rows = [(_("Committed"), sums.committed, False), (_("Spent"), sums.spent, False)]
        if not self.is_over:
            rows += [(_("Forecast by run rate"), self.run_rate.total, True)] if self.run_rate else []
            rows += [(_("Forecast as entered"), self.entered.total, True)]
        bars = [Bar(label, cents, budget is not None and cents > budget, is_forecast) for label, cents, is_forecast in rows]
        return bars if budget is None else [Bar(_("Budget"), budget), *bars]

    @property
    def widest(self) -> int:
        """Return the amount that fills the whole width of the chart."""
        return max((bar.cents for bar in self.bars), default=0)

    @property
    def ending_soon(self) -> set[int]:
        """Return the keys of the contracts that end within `SOON` and need a decision."""
        ahead = self.today + SOON
        return {row.pk for row in self.contracts if self.today <= row.to_on <= ahead and not row.ends_as_planned}

    @property
    def last_day(self) -> datetime.date:
        return fiscal_bounds(self.year)[1]

    @property
    def next_year(self) -> int:
        return fiscal_year_of(self.today) + 1

    @property
    def is_over(self) -> bool:
        """Return whether the year shown has ended, so that it needs no forecast."""
        return fiscal_bounds(self.year)[1] < self.today

    @property
    def daily_cost(self) -> int | None:
        """Return the team's cost on one working day of the year, in cents."""
        return None if self.sums.team is None else rules.daily_cost(self.sums.team, self.year)

    @cached_property
    def payers(self) -> list[tuple[str, int, int]]:
        """Return what each payer has committed and spent in the year: label, cents, cents."""
        sums = rules.by_payer(
            amount for amount in self.amounts if fiscal_year_of(amount.on) == self.year and amount.kind != LineKind.FORECAST
        )
        return [
            (str(payer.label), sums[payer].get(LineKind.COMMITTED, 0), sums[payer].get(LineKind.SPENT, 0))
            for payer in Payer
            if payer in sums
        ]


def lines_of(subject: Subject, year: int | None) -> QuerySet[MoneyLine]:
    """Return a subject's current entries for one fiscal year or all of them, newest first."""
    lines = MoneyLine.objects.counting().filter(stream=subject.stream_id)
    return lines.in_year(year) if year else lines


def daily_costs(streams: Iterable[int], on: datetime.date) -> dict[int, int]:
    """Return the daily cost of each subject's team in the fiscal year of `on`, in cents, if it has a team budget; one query (EL-74)."""
    year = fiscal_year_of(on)
    rows = Budget.objects.current().filter(stream__in=list(streams), fiscal_year=year, kind=BudgetKind.TEAM)
    return {stream: rules.daily_cost(cents, year) for stream, cents in rows.values_list("stream", "amount_cents")}
