"""`manage.py import_observations FILE --residency REF`: readings of a residency's metrics, from a spreadsheet."""

from __future__ import annotations

from acts.act import Actor
from ledger.subjects import Subject
from metrics.readings.importing import MOST_ROWS, Plan, headers, import_observations
from oversight.management.import_command import ImportCommand


class Command(ImportCommand[Plan]):
    help = (
        f"Import readings of a residency's metrics from a spreadsheet (CSV, XLSX or ODS) of up to {MOST_ROWS} rows. The first row names "
        "the columns, as in the export from the value page. Readings that are already on record don't change. If any row has a problem, "
        "nothing is imported. Readings that look unusual are listed and imported."
    )
    columns = staticmethod(headers)

    def carry(self, target: Subject, data: bytes, *, source: str, by: Actor) -> Plan:
        return import_observations(target, data, source=source, by=by)

    def summary(self, plan: Plan, verb: str) -> str:
        unusual = [f"Row {planned.row}: {planned.doubt}" for planned in plan.doubtful]
        return "\n".join([*unusual, f"{verb} {plan.added} readings. Already on record: {plan.known}."])
