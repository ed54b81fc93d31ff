"""`manage.py import_observations FILE --residency REF`: readings of a residency's metrics, from a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from acts.act import IMPORT, rehearsed
from findings import Refused
from ledger.subjects import Subject, subject_called
from metrics.readings.importing import MOST_ROWS, Plan, headers, import_observations
from web.acts import carry_out
from web.spreadsheets.reading import TableRefused


class Command(BaseCommand):
    help = (
        f"Import readings of a residency's metrics from a spreadsheet (CSV, XLSX or ODS) of up to {MOST_ROWS} rows. The first row names "
        "the columns, as in the export from the value page. Readings that are already on record don't change. If any row has a problem, "
        "nothing is imported. Readings that look unusual are listed and imported."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--residency", required=True, metavar="REF", help="the reference of the residency, such as XL-2026-014")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")

    def handle(self, *args: Any, file: Path, residency: str, dry_run: bool, **options: Any) -> None:
        subject = subject_called(residency)
        if subject is None:
            raise CommandError(f"There is no residency {residency}.", returncode=2)
        data = self._read(file)
        result = carry_out(lambda: self._import(subject, data, file.name, dry_run))
        if isinstance(result.refusal, TableRefused):
            for fault in result.refusal.table.faults:
                self.stderr.write(fault.sentence)
            raise CommandError("Nothing was imported. Correct these rows and try again.", returncode=1)
        if isinstance(result.refusal, Refused):
            raise CommandError(f"Nothing was imported. {result.refusal}", returncode=1)
        self._summary(result.value or Plan(), dry_run)

    def _read(self, file: Path) -> bytes:
        try:
            return file.read_bytes()
        except OSError as fault:
            raise CommandError(f"{file} can't be read: {fault.strerror}. Its columns are: {', '.join(headers())}.", returncode=2) from fault

    def _import(self, subject: Subject, data: bytes, source: str, dry_run: bool) -> Plan:
        if not dry_run:
            return import_observations(subject, data, source=source, by=IMPORT)
        with rehearsed():
            plan = import_observations(subject, data, source=source, by=IMPORT)
        return plan

    def _summary(self, plan: Plan, dry_run: bool) -> None:
        for planned in plan.doubtful:
            self.stdout.write(f"Row {planned.row}: {planned.doubt}")
        self.stdout.write(f"{'Would import' if dry_run else 'Imported'} {plan.added} readings. Already on record: {plan.known}.")
        if dry_run:
            self.stdout.write("This was a dry run: nothing was written.")
