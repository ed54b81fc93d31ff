"""Import of budgets and entries from a spreadsheet: all rows or none. Importing an export adds nothing (EL-70)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import IMPORT, Actor, account_of, act
from dates.months import fiscal_bounds, fiscal_label, fiscal_year_of
from findings import Finding
from ledger.actions import append
from ledger.subjects import Subject, lock
from oversight.choices import MOST_CENTS, BudgetKind, LineKind, Payer
from oversight.models import Budget, MoneyLine
from oversight.money import rules
from oversight.money.actions import PLACE, written
from spelling.compare import title_key
from web.spreadsheets import reading
from web.spreadsheets.columns import Column, Unfit, amount, choice, day, line
from web.spreadsheets.reading import Fault, Record, Table, TableRefused
from web.templatetags.portal import dollars

MOST_ROWS = 2_000
MOST_DOLLARS = Decimal(MOST_CENTS) / 100
Identity = tuple[Any, ...]


def columns() -> tuple[Column, ...]:
    """Return the columns of imports and exports, in order."""
    kinds = {kind.value: (str(kind.label),) for kind in LineKind}
    budgets = {"budget": (_("Budget"), _("Team budget")), "fund": (_("Other funding"),)}
    return (
        Column("kind", _("Kind"), choice({**budgets, **kinds}), ("type",), required=True),
        Column("on", _("Date"), day, ("day",), required=True, empty=None),
        Column("amount_cents", _("Amount"), cents, ("amount in dollars", "dollars"), required=True, empty=None),
        Column("item", _("Item"), line(150), ("description", "what for")),
        Column("payer", _("Payer"), choice({payer.value: (str(payer.label), payer.value) for payer in Payer}), ("who pays", "paid by")),
        Column("vendor", _("Vendor"), line(150), ("company", "supplier")),
        Column("source", _("Source"), line(150), ("evidence", "reference")),
    )


def headers() -> list[str]:
    return [column.label for column in columns()]


def cents(text: str) -> int:
    """Return an amount in whole cents. Brackets mean a negative amount, as in accounting."""
    bare = text.strip()
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1].strip().removeprefix('$')}"
    elif bare[:1] in ("-", "−"):
        bare = f"-{bare[1:].strip().removeprefix('$')}"
    exact: Decimal = amount(-MOST_DOLLARS, MOST_DOLLARS)(bare) * 100
    if exact != exact.to_integral_value():
        raise Unfit(_("has more than two decimals. Use dollars and cents, for example 1250.50"))
    return int(exact)


def rows_of(budgets: list[Budget], lines: Iterator[MoneyLine]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of an export: the budgets, then the entries, in the columns that an import reads."""
    for budget in budgets:
        kind = _("Budget") if budget.kind == BudgetKind.TEAM else budget.get_kind_display()
        yield kind, fiscal_bounds(budget.fiscal_year)[0], Decimal(budget.amount_cents) / 100, "", "", "", ""
    for entry in lines:
        sum_of_money = Decimal(entry.amount_cents) / 100
        yield entry.get_kind_display(), entry.on, sum_of_money, entry.item, entry.get_payer_display(), entry.vendor, entry.source


# ── What a file would do ─────────────────────────────────────────────────────────────────────


@dataclass
class Plan:
    """The rows that an import would add, and how many are already on record."""

    budgets: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    known: int = 0

    @property
    def added(self) -> int:
        return len(self.budgets) + len(self.lines)


def plan_import(subject: Subject, table: Table) -> Plan:
    """Compare the rows of `table` with what is on record, and add every fault to it; three queries. Writes nothing.

    Entries that were corrected or removed since count as on record, so that importing the same file again doesn't add a
    mistake again.
    """
    plan = Plan()
    budgets = {(row.fiscal_year, row.kind): row.amount_cents for row in Budget.objects.current().filter(stream=subject.stream)}
    entries = MoneyLine.objects.filter(stream=subject.stream, removed=False)
    on_record = Counter(_identity(values) for values in entries.values("kind", "on", "amount_cents", "item", "payer", "vendor", "source"))
    for record in table.good:
        if faults := list(_row_faults(record, table, budgets)):
            table.faults += faults
        elif record.values["kind"] in BUDGETS:
            _plan_budget(record, budgets, plan)
        else:
            _plan_line(record, on_record, plan)
    return plan


BUDGETS = {"budget": BudgetKind.TEAM.value, "fund": BudgetKind.FUND.value}


def _plan_budget(record: Record, budgets: dict[tuple[int, str], int], plan: Plan) -> None:
    key = (fiscal_year_of(record.values["on"]), BUDGETS[record.values["kind"]])
    if key in budgets:
        plan.known += 1
        return
    budgets[key] = record.values["amount_cents"]
    plan.budgets.append({"fiscal_year": key[0], "kind": key[1], "amount_cents": record.values["amount_cents"]})


def _plan_line(record: Record, on_record: Counter[Identity], plan: Plan) -> None:
    identity = _identity(record.values)
    # Two equal rows in a file are two amounts, unless both are on record.
    if on_record[identity]:
        on_record[identity] -= 1
        plan.known += 1
    else:
        plan.lines.append(record.values)


def _identity(values: dict[str, Any]) -> Identity:
    words = (title_key(values[name]) for name in ("item", "vendor", "source"))
    return (values["kind"], values["on"], values["amount_cents"], values["payer"], *words)


def _row_faults(record: Record, table: Table, budgets: dict[tuple[int, str], int]) -> Iterator[Fault]:
    """Yield what is wrong with a row as a whole."""

    def fault(column: str, value: str, expectation: str) -> Fault:
        return Fault(record.row, column, value, expectation, table.sheet)

    values = record.values
    on, sum_of_money = values["on"], values["amount_cents"]
    if values["kind"] not in BUDGETS:
        yield from (
            fault(label, "", _("needs a value")) for name, label in (("item", _("Item")), ("payer", _("Payer"))) if not values[name]
        )
        yield from (
            fault("", "", _sentence(finding)) for finding in rules.line_faults(values["kind"], on, sum_of_money, timezone.localdate())
        )
        return
    yield from (fault(_("Date"), str(on), _sentence(finding)) for finding in rules.year_faults(fiscal_year_of(on), timezone.localdate()))
    if sum_of_money < 0:
        yield fault(_("Amount"), dollars(sum_of_money), _("can’t be below zero for a budget"))
    before = budgets.get((fiscal_year_of(on), BUDGETS[values["kind"]]))
    if before is not None and before != sum_of_money:
        params = {"amount": dollars(before), "year": fiscal_label(fiscal_year_of(on))}
        yield fault(
            _("Amount"),
            dollars(sum_of_money),
            _("differs from the budget of %(amount)s for %(year)s. Correct it on the money page") % params,
        )


def _sentence(finding: Finding) -> str:
    return f"{finding.message} {finding.remedy}".strip().removesuffix(".")


# ── The import ───────────────────────────────────────────────────────────────────────────────


@act("oversight.keep_money", system=IMPORT)
def import_money(subject: Subject, data: bytes | str, *, source: str = "", by: Actor) -> Plan:
    """Add every row of a spreadsheet or pasted text that isn't on record yet; `source` names the file in the ledger.

    Raises `TableRefused` with the faults of every row, and `Refused` (`line-unreadable`) if there is no such table in it; nothing
    is written then.
    """
    subject = lock(subject.stream)
    table = read(data)
    plan = plan_import(subject, table)
    if table.faults:
        raise TableRefused(table, PLACE)
    for values in plan.budgets:
        Budget.objects.create(stream=subject.stream, entered_by=account_of(by), **values)
    for values in plan.lines:
        written(subject, by=by, **values)
    if plan.added:
        facts: dict[str, Any] = {"rows": plan.added, "known": plan.known} | ({"file": source} if source else {})
        append(subject.stream, "money-imported", by=by, facts=facts)
    return plan


def read(data: bytes | str) -> Table:
    """Return the rows of a file or pasted text, with every fault in their cells. Raises `Refused` if there is no such table in it."""
    return reading.read_or_refuse(data, columns(), place=PLACE, most_rows=MOST_ROWS)
