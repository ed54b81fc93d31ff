"""The demo's money: a budget on track, and an unconfirmed one below the usual range with too much committed."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from dates.months import fiscal_bounds, fiscal_year_of, months_after
from ledger.subjects import Subject
from oversight.choices import BudgetKind, CostItem, LineKind, Payer
from oversight.money import actions
from oversight.money.importing import headers, import_money
from people.models import User

DAY = datetime.timedelta(days=1)
VENDORS = {
    "Cedar & Tide Digital": "Service design and research",
    "Northlight Agile Co-op": "Agile coaching and product support",
    "Saltbox Software": "Development and accessibility testing",
}


def fund(subject: Subject, today: datetime.date, *, since: datetime.date, dollars: int, confirmed_by: str, by: User) -> None:
    """Set the team's budget for each fiscal year since it started, and confirm this year's unless `confirmed_by` is empty."""
    year = fiscal_year_of(today)
    for each in range(fiscal_year_of(since), year + 1):
        actions.set_budget(subject, fiscal_year=each, kind=BudgetKind.TEAM, amount_cents=dollars * 100, by=by)
    if confirmed_by:
        actions.confirm_funding(
            subject, fiscal_year=year, amount_cents=dollars * 100, confirmed_by=confirmed_by, confirmed_on=today - 3 * DAY, by=by
        )


def keep_books(subject: Subject, today: datetime.date, *, since: datetime.date, salaries: int, vendor: str, invoice: int, by: User) -> None:
    """Import the finance branch's spreadsheet: salaries and an invoice for each month so far, and forecasts until 31 March."""
    rows = [",".join(headers()), *_months(today, since, salaries, vendor, invoice)]
    import_money(subject, "\n".join(rows), source="team-costs.xlsx", by=by)


def _months(today: datetime.date, since: datetime.date, salaries: int, vendor: str, invoice: int) -> Iterator[str]:
    last = fiscal_bounds(fiscal_year_of(today))[1]
    first_of = months_after(since.replace(day=1), 1)
    number = 1040
    while (end := first_of - DAY) <= last:
        number += 1
        kind = "Spent" if end <= today else "Forecast"
        source = f"Invoice {number}" if end <= today else "Finance branch estimate"
        yield f'{kind},{end},"{salaries / 100:.2f}",Salaries,The ministry,,{"Payroll" if end <= today else source}'
        yield f'{kind},{end},"{invoice / 100:.2f}",{VENDORS[vendor]},The ministry,{vendor},{source}'
        first_of = months_after(first_of, 1)


def commit(subject: Subject, today: datetime.date, *, dollars: int, item: str, vendor: str, by: User) -> None:
    actions.enter_money(
        subject, kind=LineKind.COMMITTED, item=item, payer=Payer.MINISTRY, on=today, amount_cents=dollars * 100, vendor=vendor,
        source="Contract" if vendor else "Staffing plan", by=by,
    )  # fmt: skip


def correct(subject: Subject, today: datetime.date, *, by: User) -> None:
    """Enter a credit as an invoice by mistake, and correct it."""
    wrong = actions.enter_money(
        subject, kind=LineKind.SPENT, item="Software licences", payer=Payer.MINISTRY, on=today, amount_cents=418_035, source="Credit note 77", by=by
    )  # fmt: skip
    values = {name: getattr(wrong, name) for name in ("kind", "item", "payer", "vendor", "on", "source")}
    reason = "It was a credit, not an invoice."
    actions.correct_entry(wrong, **values, amount_cents=-418_035, reason=reason, shown_revision=wrong.revision, by=by)


def contract(subject: Subject, today: datetime.date, *, vendor: str, dollars: int, days: int, ends: int, planned: bool, by: User) -> None:
    """Add a contract that runs for `days` and ends in `ends` days."""
    actions.add_contract(
        subject, vendor=vendor, purpose=VENDORS[vendor], amount_cents=dollars * 100, from_on=today + (ends - days) * DAY,
        to_on=today + ends * DAY, ends_as_planned=planned, by=by,
    )  # fmt: skip


def share_costs(subject: Subject, *, by: User) -> None:
    """Record that the ministry pays for hosting."""
    note = "The product runs on the ministry’s own cluster because it handles personal information."
    actions.set_payer(subject, item=CostItem.HOSTING, payer=Payer.MINISTRY, note=note, shown_revision=0, by=by)


def plan_next_year(subject: Subject, today: datetime.date, *, dollars: int, by: User) -> None:
    """Set a team budget and other funding for the next fiscal year."""
    year = fiscal_year_of(today) + 1
    actions.set_budget(subject, fiscal_year=year, kind=BudgetKind.TEAM, amount_cents=dollars * 100, by=by)
    actions.set_budget(subject, fiscal_year=year, kind=BudgetKind.FUND, amount_cents=6_000_000, by=by)
