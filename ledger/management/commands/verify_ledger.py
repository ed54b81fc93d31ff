import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger import heads
from ledger.verification import verify


class Command(BaseCommand):
    help = "Verify that the ledger is intact: exit 0 with counts, or exit 1 with the first broken link (EL-07)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--against", type=Path, metavar="FILE", help="a file written by export_heads, to compare with")

    def handle(self, *args: Any, **options: Any) -> None:
        against = _read(options["against"]) if options["against"] else None
        verdict = verify(against)
        counts = f"{verdict.events:,} events in {verdict.streams:,} streams, {verdict.checkpoints:,} checkpoints"
        if verdict.broken:
            self.stderr.write(f"BROKEN: {verdict.broken}. Read {counts}.")
            sys.exit(1)
        self.stdout.write(f"The ledger is intact: {counts}.")
        if verdict.checkpoints > verdict.signed:
            self.stdout.write(
                f"{verdict.checkpoints - verdict.signed:,} checkpoints are not signed: anyone who can write them can rewrite them."
            )
        if against:
            signed = "signed by the lab" if against.signed else "not signed"
            self.stdout.write(
                f"It contains everything exported on {against.at:%Y-%m-%d at %H:%M} UTC: {len(against.heads):,} heads, {signed}."
            )
        else:
            self.stdout.write("It wasn't compared with anything outside this database. Use --against FILE for that (docs/security.md).")


def _read(path: Path) -> heads.Exported:
    try:
        return heads.read(path)
    except heads.NotHeads as error:
        raise CommandError(str(error)) from error
