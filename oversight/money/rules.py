"""Rules for a fiscal year's money: sums, warnings, two forecasts with their arithmetic, and a team's daily cost (EL-70, EL-74).

Amounts are whole cents, never floats. A quotient is rounded once, half a cent up.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dates.months import fiscal_bounds, fiscal_label, fiscal_year_of
from dates.plausible import EARLIEST, YEARS_AHEAD
from dates.working_days import working_days_from
from findings import Finding, Severity, blocking
from oversight.choices import MOST_CENTS, LineKind
from web.templatetags.portal import dollars

PLACE = "money"
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Amount:
    """One current entry: its kind, date, amount and payer."""

    kind: str
    on: datetime.date
    cents: int
    payer: str = ""


@dataclass(frozen=True)
class Range:
    """What a team usually costs in a year, in cents."""

    least: int
    most: int


@dataclass(frozen=True)
class YearSums:
    """A subject's budget and spending in one fiscal year, in cents; None if nothing was entered."""

    year: int
    team: int | None = None
    fund: int | None = None
    committed: int = 0
    spent: int = 0
    confirmed: int | None = None

    @property
    def budget(self) -> int | None:
        return None if self.team is None and self.fund is None else (self.team or 0) + (self.fund or 0)

    @property
    def left(self) -> int | None:
        """Return what isn't committed yet; negative if more is committed than budgeted."""
        return None if self.budget is None else self.budget - self.committed

    @property
    def label(self) -> str:
        return fiscal_label(self.year)


def divided(cents: int, by: int) -> int:
    """Return `cents` ÷ `by` in whole cents, rounding half a cent away from zero."""
    quotient = (2 * abs(cents) + by) // (2 * by)
    return quotient if cents >= 0 else -quotient


def totals(amounts: Iterable[Amount]) -> dict[str, int]:
    """Return the sum of each kind."""
    sums: dict[str, int] = {}
    for amount in amounts:
        sums[amount.kind] = sums.get(amount.kind, 0) + amount.cents
    return sums


def by_payer(amounts: Iterable[Amount]) -> dict[str, dict[str, int]]:
    """Return the sum of each kind, for each payer."""
    groups: dict[str, list[Amount]] = {}
    for amount in amounts:
        groups.setdefault(amount.payer, []).append(amount)
    return {payer: totals(group) for payer, group in groups.items()}


# ── What can't be entered ────────────────────────────────────────────────────────────────────


def year_faults(year: int, today: datetime.date) -> Iterator[Finding]:
    """Check that money can be planned for a fiscal year: not before 2000, and not too far ahead."""
    this_year = fiscal_year_of(today)
    if not EARLIEST.year <= year <= this_year + YEARS_AHEAD:
        params = {"first": fiscal_label(EARLIEST.year), "last": fiscal_label(this_year + YEARS_AHEAD)}
        yield blocking("money-year", _("That fiscal year is out of range."), _("Use one from %(first)s to %(last)s.") % params, PLACE)


def budget_faults(cents: int) -> Iterator[Finding]:
    """Check that a budget is neither negative nor more than a billion dollars."""
    if not 0 <= cents <= MOST_CENTS:
        yield _out_of_range(_("Enter an amount from $0 to $1,000,000,000."))


def line_faults(kind: str, on: datetime.date, cents: int, today: datetime.date) -> Iterator[Finding]:
    """Check the amount and the date of an entry. A negative amount is a credit."""
    if cents == 0 or abs(cents) > MOST_CENTS:
        yield _out_of_range(_("Enter an amount other than $0, up to $1,000,000,000. Use a minus sign for a credit."))
    if kind == LineKind.SPENT and on > today:
        yield ahead(today)


def ahead(today: datetime.date) -> Finding:
    """Return the finding for a date that is in the future and can't be."""
    params = {"today": date_format(today, "j F Y")}
    return blocking("money-ahead", _("That date is in the future."), _("Use today’s date, %(today)s, or an earlier one.") % params, PLACE)


def _out_of_range(remedy: str) -> Finding:
    return blocking("money-amount", _("That amount is out of range."), remedy, PLACE)


# ── Warnings ──────────────────────────────────────────────────────────────────


def attention(sums: YearSums, usual: Range | None) -> Iterator[Finding]:
    """Yield the warnings about a year's money. None of them blocks anything (EL-70)."""
    params = {"year": sums.label, "budget": dollars(sums.budget or 0), "team": dollars(sums.team or 0)}
    if sums.budget is None:
        yield _warning("money-no-budget", _("There is no budget for %(year)s yet.") % params, _("Add the budget."))
    elif usual and sums.team is not None and not usual.least <= sums.team <= usual.most:
        message = _("The team’s budget for %(year)s is %(team)s. A team usually costs %(least)s to %(most)s a year.")
        remedy = _("Check the amount, or tell the lab why this team differs.")
        yield _warning("money-outside-range", message % {**params, **_in_dollars(usual)}, remedy)
    yield from _beyond(sums, params)
    if sums.budget and (sums.confirmed or 0) < sums.budget:
        yield _unconfirmed(sums, params)


def _beyond(sums: YearSums, params: dict[str, str]) -> Iterator[Finding]:
    if sums.budget is None:
        return
    remedy = _("Reduce what is committed, or ask for a larger budget.")
    if sums.committed > sums.budget:
        more = {**params, "used": dollars(sums.committed), "more": dollars(sums.committed - sums.budget)}
        message = _("%(used)s is committed for %(year)s, %(more)s more than the budget of %(budget)s.")
        yield _warning("money-over-committed", message % more, remedy)
    if sums.spent > sums.budget:
        more = {**params, "used": dollars(sums.spent), "more": dollars(sums.spent - sums.budget)}
        message = _("%(used)s is spent in %(year)s, %(more)s more than the budget of %(budget)s.")
        yield _warning("money-overspent", message % more, remedy)


def _unconfirmed(sums: YearSums, params: dict[str, str]) -> Finding:
    remedy = _("Ask the program area to confirm the amount.")
    if sums.confirmed is None:
        return _warning("money-not-confirmed", _("The program area hasn’t confirmed that it can pay for %(year)s.") % params, remedy)
    message = _("The program area has confirmed %(confirmed)s of the %(budget)s budgeted for %(year)s.")
    return _warning("money-not-confirmed", message % {**params, "confirmed": dollars(sums.confirmed)}, remedy)


def _in_dollars(usual: Range) -> dict[str, str]:
    return {"least": dollars(usual.least), "most": dollars(usual.most)}


def _warning(code: str, message: str, remedy: str) -> Finding:
    return Finding(code, Severity.WARNS, message, remedy, PLACE)


# ── Forecasts ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class RunRate:
    """A forecast to 31 March at the current rate: `spent` over `days`, for `days_left` more."""

    since: datetime.date
    spent: int
    days: int
    days_left: int

    @property
    def total(self) -> int:
        return self.spent + divided(self.spent * self.days_left, self.days)

    @property
    def per_day(self) -> int:
        return divided(self.spent, self.days)


def run_rate(amounts: Iterable[Amount], year: int, today: datetime.date) -> RunRate | None:
    """Return the forecast by run rate, or None if nothing has been spent this year or the year hasn't started.

    Days are counted from the first of the month in which spending started, so that a team that started in September isn't
    treated as one that spent nothing all summer. After the year has ended, no days are left.
    """
    first, last = fiscal_bounds(year)
    until = min(today, last)
    spent = [amount for amount in amounts if amount.kind == LineKind.SPENT and first <= amount.on <= until]
    if not spent:
        return None
    since = min(amount.on for amount in spent).replace(day=1)
    days = (until - since).days + 1
    return RunRate(since, sum(amount.cents for amount in spent), days, (last - until).days)


@dataclass(frozen=True)
class Entered:
    """A forecast to 31 March from the entries: `spent` so far plus `forecast` for days after today. `passed` doesn't count."""

    spent: int
    forecast: int
    passed: int

    @property
    def total(self) -> int:
        return self.spent + self.forecast


def as_entered(amounts: Iterable[Amount], year: int, today: datetime.date) -> Entered:
    """Return the forecast by entries. A forecast for a day that has passed doesn't count: the money is spent by now, or never was."""
    first, last = fiscal_bounds(year)
    within = [amount for amount in amounts if first <= amount.on <= last]
    ahead = sum(amount.cents for amount in within if amount.kind == LineKind.FORECAST and amount.on > today)
    passed = sum(amount.cents for amount in within if amount.kind == LineKind.FORECAST and amount.on <= today)
    return Entered(sum(amount.cents for amount in within if amount.kind == LineKind.SPENT), ahead, passed)


# ── Daily cost ───────────────────────────────────────────────────────────────────────


def daily_cost(team_budget: int, year: int) -> int:
    """Return a team's cost on one working day, in cents: the year's team budget ÷ its working days in British Columbia (EL-74)."""
    return divided(team_budget, working_days_from(*fiscal_bounds(year)))
