"""What commands that import a spreadsheet about one thing share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser

from acts.act import IMPORT, Actor, rehearsed
from findings import Refused
from ledger.subjects import subject_called
from web.acts import carry_out
from web.spreadsheets.reading import TableRefused

Plan = TypeVar("Plan")


class ImportCommand(BaseCommand, Generic[Plan]):
    """Read a file, hand it to an act, and write what the act did or why it refused. The exit code is 1 for a refusal, 2 for wrong use.

    A subclass names its `columns` and says what to do (`carry`) and how to sum it up (`summary`). The file is about a residency unless
    the subclass names another `target`.
    """

    columns: ClassVar[Callable[[], list[str]]]

    def carry(self, target: Any, data: bytes, *, source: str, by: Actor) -> Plan:
        """Call the act."""
        raise NotImplementedError

    def summary(self, plan: Plan, verb: str) -> str:
        """Say what was done; `verb` is "Imported" or "Would import"."""
        raise NotImplementedError

    def add_target(self, parser: CommandParser) -> None:
        """Add the option that names what the file is about."""
        parser.add_argument("--residency", required=True, metavar="REF", help="the reference of the residency, such as XL-2026-014")

    def target(self, options: dict[str, Any]) -> Any:
        """Return what the file is about. Raises CommandError with code 2 if it doesn't exist."""
        subject = subject_called(options["residency"])
        if subject is None:
            raise CommandError(f"There is no residency {options['residency']}.", returncode=2)
        return subject

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        self.add_target(parser)
        parser.add_argument("--dry-run", action="store_true", help="show what would happen, without writing anything")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        target = self.target(options)
        data = self._read(file)
        result = carry_out(lambda: self._import(target, data, file.name, dry_run))
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

    def _import(self, target: Any, data: bytes, source: str, dry_run: bool) -> Plan:
        if not dry_run:
            return self.carry(target, data, source=source, by=IMPORT)
        with rehearsed():
            plan = self.carry(target, data, source=source, by=IMPORT)
        return plan
