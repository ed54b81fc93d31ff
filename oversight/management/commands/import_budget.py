"""`manage.py import_budget FILE --residency REF`: budgets, and what is committed, spent or forecast, from a spreadsheet."""

from __future__ import annotations

from acts.act import Actor
from ledger.subjects import Subject
from oversight.management.import_command import ImportCommand
from oversight.money.importing import MOST_ROWS, Plan, headers, import_money


class Command(ImportCommand[Plan]):
    help = (
        f"Import a residency's money from a spreadsheet (CSV, XLSX or ODS) of up to {MOST_ROWS} rows. The first row names the columns, "
        "as in the export from the money page. Rows that are already on record don't change. If any row has a problem, nothing is "
        "imported."
    )
    columns = staticmethod(headers)

    def carry(self, target: Subject, data: bytes, *, source: str, by: Actor) -> Plan:
        return import_money(target, data, source=source, by=by)

    def summary(self, plan: Plan, verb: str) -> str:
        return f"{verb} {len(plan.budgets)} budgets and {len(plan.lines)} entries. Already on record: {plan.known}."
