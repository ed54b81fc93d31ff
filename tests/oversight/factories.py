"""Money for tests, entered through the acts that people use."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from dates.months import fiscal_year_of
from ledger.subjects import Subject
from oversight.choices import BudgetKind, LineKind, Payer
from oversight.models import Budget, Contract, MoneyLine
from oversight.money import actions
from people.models import User
from tests.factories import account


def this_year() -> int:
    return fiscal_year_of(timezone.localdate())


def budget(of: Subject, dollars: int = 1_000_000, *, by: User | None = None, **fields: Any) -> Budget:
    """Set the team's budget for this fiscal year."""
    values = {"fiscal_year": this_year(), "kind": BudgetKind.TEAM, "amount_cents": dollars * 100, **fields}
    return actions.set_budget(of, **values, by=by or account("lab_ops"))


def entry(of: Subject, *, by: User | None = None, **fields: Any) -> MoneyLine:
    """Add an entry, by default $1,250.50 spent today."""
    values = {
        "kind": LineKind.SPENT,
        "item": "Design research",
        "payer": Payer.MINISTRY,
        "on": timezone.localdate(),
        "amount_cents": 125_050,
    }
    return actions.enter_money(of, **{**values, **fields}, by=by or account("lab_ops"))


def contract(of: Subject, *, days_left: int = 45, by: User | None = None, **fields: Any) -> Contract:
    """Add a contract that ends in `days_left` days."""
    today = timezone.localdate()
    values = {"vendor": "Cedar & Tide Digital", "purpose": "Service design", "from_on": today - datetime.timedelta(days=200)}
    values |= {"to_on": today + datetime.timedelta(days=days_left), "amount_cents": 24_000_000}
    return actions.add_contract(of, **{**values, **fields}, by=by or account("lab_ops"))


def a_contract_that_ends(of: Subject, *, days: int, by: User | None = None, **fields: Any) -> Contract:
    """Add a contract that was entered long ago and ends in `days` days."""
    row = contract(of, days_left=days, by=by, **fields)
    Contract.objects.filter(pk=row.pk).update(entered_at=timezone.now() - datetime.timedelta(days=300))
    return row
