"""What a status report says about a subject's money (EL-96)."""

from __future__ import annotations

import datetime

from django.utils.translation import gettext as _

from dates.months import fiscal_year_of
from ledger.subjects import Subject
from oversight.choices import LineKind
from oversight.models import Budget, Contract, FundingConfirmation, MoneyLine
from oversight.money import rules
from oversight.money.rules import Amount
from oversight.status.facts import Contribution, Figure, Period, named, status_facts
from web.templatetags.portal import day, dollars

SOON = datetime.timedelta(days=30)
PERCENT = 100


@status_facts(place=50)
def money(subject: Subject, period: Period) -> Contribution:
    """Return this fiscal year's money against its budget, and contracts that end; four queries."""
    year = fiscal_year_of(period.today)
    of_year = {"stream": subject.stream_id, "fiscal_year": year}
    budgets = list(Budget.objects.current().filter(**of_year).values_list("amount_cents", flat=True))
    confirmed = FundingConfirmation.objects.current().filter(**of_year).values_list("amount_cents", flat=True).first() or 0
    lines = MoneyLine.objects.counting().filter(stream=subject.stream_id).in_year(year)
    amounts = [Amount(*row) for row in lines.order_by().values_list("kind", "on", "amount_cents", "payer")]
    ending = Contract.objects.watched().filter(stream=subject.stream_id, to_on__lte=period.today + SOON).order_by("to_on", "pk")
    contracts = list(ending.values_list("vendor", "to_on"))
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
    ends = [_("%(vendor)s (%(day)s)") % {"vendor": vendor, "day": day(to_on)} for vendor, to_on in contracts]
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
    if budget is None:
        return (Figure("spent", _("Spent this fiscal year"), _("%(spent)s, no budget yet") % {"spent": dollars(spent)}),)
    of_budget = _("%(amount)s of %(budget)s")
    return (
        Figure("spent", _("Spent this fiscal year"), of_budget % {"amount": dollars(spent), "budget": dollars(budget)}),
        Figure("forecast", _("Forecast to 31 March"), of_budget % {"amount": dollars(forecast), "budget": dollars(budget)}),
    )
