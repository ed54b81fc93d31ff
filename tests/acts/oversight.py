"""Acts on a subject's money."""

from functools import partial

from django.utils import timezone

from oversight.choices import BudgetKind, CostItem, LineKind, Payer
from oversight.money import actions, importing
from tests.acts import Act, scenario
from tests.factories import account
from tests.oversight.factories import budget, contract, entry, this_year
from tests.teams.factories import residency

LINE = {
    "kind": LineKind.COMMITTED,
    "item": "Salaries",
    "payer": Payer.MINISTRY,
    "amount_cents": 4_800_050,
    "vendor": "",
    "source": "Payroll",
}


@scenario("oversight.money.actions.set_budget")
def set_budget() -> Act:
    fields = {"fiscal_year": this_year(), "kind": BudgetKind.TEAM, "amount_cents": 110_000_000, "reason": "Two more people."}
    return partial(actions.set_budget, budget(residency()).subject, **fields, shown_revision=1, by=account("lab_ops"))


@scenario("oversight.money.actions.confirm_funding")
def confirm_funding() -> Act:
    fields = {"fiscal_year": this_year(), "amount_cents": 90_000_000, "confirmed_by": "Kofi Marchbanks, CFO"}
    return partial(actions.confirm_funding, residency(), **fields, confirmed_on=timezone.localdate(), by=account("lab_ops"))


@scenario("oversight.money.actions.enter_money")
def enter_money() -> Act:
    return partial(actions.enter_money, residency(), **LINE, on=timezone.localdate(), by=account("lab_ops"))


@scenario("oversight.money.actions.correct_entry")
def correct_entry() -> Act:
    fields = {**LINE, "on": timezone.localdate(), "reason": "It was committed, not spent."}
    return partial(actions.correct_entry, entry(residency()), **fields, shown_revision=1, by=account("lab_ops"))


@scenario("oversight.money.actions.remove_entry")
def remove_entry() -> Act:
    return partial(actions.remove_entry, entry(residency()), reason="Entered twice.", shown_revision=1, by=account("lab_ops"))


@scenario("oversight.money.actions.set_payer")
def set_payer() -> Act:
    fields = {"item": CostItem.HOSTING, "payer": Payer.PARTNER, "note": "A shared cluster", "shown_revision": 0}
    return partial(actions.set_payer, residency(), **fields, by=account("lab_ops"))


@scenario("oversight.money.actions.add_contract")
def add_contract() -> Act:
    fields = {"vendor": "Saltbox Software", "purpose": "Development", "amount_cents": 30_000_000}
    today = timezone.localdate()
    return partial(actions.add_contract, residency(), **fields, from_on=today, to_on=today, by=account("lab_ops"))


@scenario("oversight.money.actions.edit_contract")
def edit_contract() -> Act:
    row = contract(residency())
    return partial(
        actions.edit_contract, row, ends_as_planned=True, amount_cents=25_000_000, shown_revision=row.revision, by=account("lab_ops")
    )


@scenario("oversight.money.actions.remove_contract")
def remove_contract() -> Act:
    row = contract(residency())
    return partial(actions.remove_contract, row, reason="Entered twice.", shown_revision=row.revision, by=account("lab_ops"))


@scenario("oversight.money.importing.import_money")
def import_money() -> Act:
    rows = "Kind,Date,Amount,Item,Payer\nBudget,2026-06-01,1100000,,\nCommitted,2026-06-01,500.25,Licences,The ministry\n"
    return partial(importing.import_money, residency(), rows, by=account("lab_ops"))
