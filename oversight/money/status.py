"""What a status report says about a subject's money (EL-96)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dates.months import fiscal_bounds, fiscal_label, fiscal_year_of
from ledger.subjects import Subject
from oversight.choices import BudgetKind, LineKind
from oversight.models import Budget, Contract, FundingConfirmation, MoneyLine
from oversight.money import rules
from oversight.money.rules import Amount
from oversight.status.facts import named
from oversight.status.sources import Contribution, Figure, Period, Rows, Source, SourceRow, SourceTable, status_source
from web.templatetags.portal import day, dollars

SOON = datetime.timedelta(days=30)
PERCENT = 100


def read(subject: Subject, period: Period) -> Iterator[SourceRow]:
    """Yield the budgets, confirmations and entries of the period's fiscal years, and contracts whose end needs a decision; four queries."""
    first, last = fiscal_year_of(period.start), fiscal_year_of(period.today)
    of_years = {"stream": subject.stream_id, "fiscal_year__range": (first, last)}
    for budget in Budget.objects.current().filter(**of_years):
        values = {"kind": budget.kind, "fiscal_year": budget.fiscal_year, "amount_cents": budget.amount_cents}
        yield SourceRow("budget", budget.pk, str(budget), values)
    for row in FundingConfirmation.objects.current().filter(**of_years):
        yield SourceRow(
            "confirmation", row.pk, fiscal_label(row.fiscal_year), {"fiscal_year": row.fiscal_year, "amount_cents": row.amount_cents}
        )
    days = (fiscal_bounds(first)[0], fiscal_bounds(last)[1])
    entries = MoneyLine.objects.counting().filter(stream=subject.stream_id, on__range=days).order_by("on", "pk")
    for pk, item, *values in entries.values_list("pk", "item", "kind", "on", "amount_cents"):
        yield SourceRow("entry", pk, item, dict(zip(("kind", "on", "amount_cents"), values, strict=True)))
    for pk, vendor, to_on in Contract.objects.watched().filter(stream=subject.stream_id).values_list("pk", "vendor", "to_on"):
        yield SourceRow("contract", pk, vendor, {"to_on": to_on})


def count(rows: Rows, period: Period) -> Contribution:
    """Return this fiscal year's money against its budget, and contracts that end."""
    year = fiscal_year_of(period.today)
    budgets = [row.values["amount_cents"] for row in rows["budget"] if row.values["fiscal_year"] == year]
    confirmed = sum(row.values["amount_cents"] for row in rows["confirmation"] if row.values["fiscal_year"] == year)
    entries = (Amount(row.values["kind"], row.day("on") or period.today, row.values["amount_cents"]) for row in rows["entry"])
    amounts = [amount for amount in entries if fiscal_year_of(amount.on) == year]
    last_days = ((row.label, row.day("to_on") or period.today) for row in rows["contract"])
    contracts = sorted((to_on, vendor) for vendor, to_on in last_days if to_on <= period.today + SOON)
    budget = sum(budgets) if budgets else None
    spent = rules.totals(amounts).get(LineKind.SPENT, 0)
    forecast = _forecast(amounts, year, period.today)
    facts = {"contracts_ending": len(contracts), "budget_missing": int(budget is None)}
    if budget:
        facts |= {
            "overspent_percent": over_percent(spent, budget),
            "forecast_over_percent": over_percent(forecast, budget),
            "unconfirmed_percent": PERCENT * max(0, budget - confirmed) // budget,
        }
    lately = sum(amount.cents for amount in amounts if amount.kind == LineKind.SPENT and period.covers(amount.on))
    done = (_("Spent %(amount)s.") % {"amount": dollars(lately)},) if lately else ()
    ends = [_("%(vendor)s (%(day)s)") % {"vendor": vendor, "day": day(to_on)} for to_on, vendor in contracts]
    upcoming = (_("Decide on vendor contracts that end: %(contracts)s.") % {"contracts": named(ends)},) if ends else ()
    return Contribution(facts, done, upcoming, _figures(budget, spent, forecast))


def _forecast(amounts: list[Amount], year: int, today: datetime.date) -> int:
    """Return the forecast to year end: the one from the entries, or by run rate if no forecast was entered."""
    entered = rules.as_entered(amounts, year, today)
    by_rate = rules.run_rate(amounts, year, today)
    return entered.total if entered.forecast or by_rate is None else by_rate.total


def over_percent(cents: int, budget: int) -> int:
    """Return how far an amount is over budget, in whole percent, rounded up so that a dollar over counts; 0 if it isn't."""
    return max(0, -(-PERCENT * (cents - budget) // budget))


def _figures(budget: int | None, spent: int, forecast: int) -> tuple[Figure, ...]:
    spent_label, numbers = _("Spent this fiscal year"), {"cents": spent, "budget_cents": budget}
    if budget is None:
        return (Figure("spent", spent_label, _("%(spent)s, no budget yet") % {"spent": dollars(spent)}, numbers),)
    of_budget = _("%(amount)s of %(budget)s")
    forecast_text = of_budget % {"amount": dollars(forecast), "budget": dollars(budget)}
    return (
        Figure("spent", spent_label, of_budget % {"amount": dollars(spent), "budget": dollars(budget)}, numbers),
        Figure("forecast", _("Forecast to 31 March"), forecast_text, {"cents": forecast, "budget_cents": budget}),
    )


AMOUNT = {"amount_cents": gettext_lazy("amount")}
TABLES = {
    "budget": SourceTable(gettext_lazy("Budget"), AMOUNT, {"kind": dict(BudgetKind.choices)}),
    "confirmation": SourceTable(gettext_lazy("Confirmation of funding"), AMOUNT),
    "entry": SourceTable(
        gettext_lazy("Entry"), {"kind": gettext_lazy("kind"), "on": gettext_lazy("date"), **AMOUNT}, {"kind": dict(LineKind.choices)}
    ),
    "contract": SourceTable(gettext_lazy("Contract"), {"to_on": gettext_lazy("last day")}),
}
FACTS = {
    "contracts_ending": gettext_lazy("Contracts that end within 30 days"),
    "budget_missing": gettext_lazy("Budget missing"),
    "overspent_percent": gettext_lazy("Spending over budget, in percent"),
    "forecast_over_percent": gettext_lazy("Forecast over budget, in percent"),
    "unconfirmed_percent": gettext_lazy("Budget that isn’t confirmed, in percent"),
}
status_source(Source("money", 50, TABLES, FACTS, read, count))
