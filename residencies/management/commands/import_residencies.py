"""`manage.py import_residencies FILE`: what was there before the portal."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import Http404

from acts.act import IMPORT
from residencies.importing.actions import import_residencies, plan_import
from residencies.importing.workbook import COLUMNS, RESIDENT, BadRow, Row, Unreadable, read
from residencies.models import Ministry
from spelling.compare import title_key
from web.acts import carry_out
from web.exports import export
from web.spreadsheets.reading import Fault, Table


class Command(BaseCommand):
    help = (
        f"Import residencies from a spreadsheet (CSV, XLSX or ODS) with the columns {', '.join(COLUMNS)}. "
        "A resident becomes a draft intake; an alumni team is recorded as graduated before the portal. "
        "Nothing is imported unless every row is valid or you use --skip-bad. Rows that are already on record don't change."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="show what would happen, without writing anything")
        parser.add_argument("--skip-bad", action="store_true", help="import the valid rows even if others have problems")
        parser.add_argument("--encoding", default="", help="encoding of a CSV file whose accents come out wrong, such as mac_roman")
        parser.add_argument(
            "--faulty", type=Path, help="write the rows that can't be imported into this .csv or .xlsx file, each with the reason"
        )

    def handle(self, *args: Any, file: Path, dry_run: bool, skip_bad: bool, encoding: str, faulty: Path | None, **options: Any) -> None:
        sheet = self._read(file, encoding)
        plan = plan_import(sheet.rows)
        bad = sorted([*sheet.bad, *plan.bad], key=lambda row: row.line)
        if sheet.ignored:
            self.stdout.write(f"Columns that were ignored: {', '.join(sheet.ignored)}.")
        for note in sheet.table.notes:
            self.stdout.write(note)
        self._report(bad)
        if faulty and bad:
            sheet.table.faults += [Fault(row.line, "", row.product, reason) for row in plan.bad for reason in row.reasons]
            self._write_faulty(faulty, sheet.table)
        if bad and not skip_bad:
            good = f"{row_count(len(plan.new))} could be imported. Correct the others, or use --skip-bad."
            raise CommandError(f"Nothing was imported. {row_count(len(bad))} with problems, {good}", returncode=1)
        if not dry_run:
            self._import(plan.new, file.name)
        self._summary(plan.new, len(plan.known), len(bad), dry_run)

    def _read(self, file: Path, encoding: str) -> Any:
        try:
            return read(file.read_bytes(), encoding)
        except OSError as fault:
            raise CommandError(f"{file} can't be read: {fault.strerror}.", returncode=2) from fault
        except Unreadable as fault:
            raise CommandError(f"{file}: {fault}", returncode=2) from fault

    def _write_faulty(self, file: Path, table: Table) -> None:
        """The guard against formulas is that of every export."""
        try:
            file.write_bytes(export(file.stem, file.suffix.removeprefix(".").lower(), *table.faulty_rows()).content)
        except Http404:
            raise CommandError("--faulty needs a file name that ends in .csv or .xlsx.", returncode=2) from None
        self.stdout.write(f"The rows to correct, each with the reason, are in {file}.")

    def _report(self, bad: list[BadRow]) -> None:
        for row in bad:
            for reason in row.reasons:
                self.stderr.write(f"Row {row.line} ({row.product or 'no product'}): {reason}.")

    def _import(self, rows: list[Row], source: str) -> None:
        result = carry_out(lambda: import_residencies(rows, by=IMPORT, source=source))
        if not result:
            raise CommandError(f"Nothing was imported. {result.refusal}", returncode=1)

    def _summary(self, new: list[Row], known: int, bad: int, dry_run: bool) -> None:
        standings = Counter("draft intakes" if row.standing == RESIDENT else "past residencies" for row in new)
        parts = [f"{count} {what}" for what, count in sorted(standings.items())]
        verb = "Would import" if dry_run else "Imported"
        self.stdout.write(f"{verb} {row_count(len(new))}{': ' + ', '.join(parts) if parts else ''}.")
        self.stdout.write(f"Already on record: {known}. Left out because of problems: {bad}.")
        if dry_run:
            self._would_add(new)
            self.stdout.write("This was a dry run: nothing was written.")

    def _would_add(self, new: list[Row]) -> None:
        known = {title_key(name) for name in Ministry.objects.values_list("name", flat=True)}
        ministries = sorted({row.ministry for row in new if title_key(row.ministry) not in known})
        if ministries:
            self.stdout.write(f"Ministries it would add: {'; '.join(ministries)}.")


def row_count(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
