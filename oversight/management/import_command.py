"""What commands that import a spreadsheet for one subject share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser

from acts.act import IMPORT, Actor, rehearsed
from findings import Refused
from ledger.subjects import Subject, subject_called
from web.acts import carry_out
from web.spreadsheets.reading import TableRefused

Plan = TypeVar("Plan")


class ImportCommand(BaseCommand, Generic[Plan]):
    """Read a file, hand it to an act, and write what the act did or why it refused. The exit code is 1 for a refusal, 2 for wrong use.

    A subclass names its `columns` and says what to do (`carry`) and how to sum it up (`summary`).
    """

    columns: ClassVar[Callable[[], list[str]]]

    def carry(self, subject: Subject, data: bytes, *, source: str, by: Actor) -> Plan:
        """Call the act."""
        raise NotImplementedError

    def summary(self, plan: Plan, verb: str) -> str:
        """Say what was done; `verb` is "Imported" or "Would import"."""
        raise NotImplementedError

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--residency", required=True, metavar="REF", help="the reference of the residency, such as XL-2026-014")
        parser.add_argument("--dry-run", action="store_true", help="show what would happen, without writing anything")

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
        self.stdout.write(self.summary(cast(Plan, result.value), "Would import" if dry_run else "Imported"))
        if dry_run:
            self.stdout.write("This was a dry run: nothing was written.")

    def _read(self, file: Path) -> bytes:
        try:
            return file.read_bytes()
        except OSError as fault:
            columns = ", ".join(type(self).columns())
            raise CommandError(f"{file} can't be read: {fault.strerror}. Its columns are: {columns}.", returncode=2) from fault

    def _import(self, subject: Subject, data: bytes, source: str, dry_run: bool) -> Plan:
        if not dry_run:
            return self.carry(subject, data, source=source, by=IMPORT)
        with rehearsed():
            plan = self.carry(subject, data, source=source, by=IMPORT)
        return plan
