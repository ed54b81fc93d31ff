from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from recovery.backup import NoRoom, back_up
from recovery.engines import EngineFailed


class Command(BaseCommand):
    help = "Write a backup of the database and the files into a new folder, with a manifest and the ledger's heads (OP-06)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that doesn't exist yet, or is empty")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        try:
            manifest = back_up(folder)
        except (NoRoom, EngineFailed, OSError) as error:
            raise CommandError(str(error)) from error
        rows = sum(manifest.tables.values())
        self.stdout.write(f"{folder}: {rows:,} rows of {len(manifest.tables)} tables, {len(manifest.files):,} files.")
        self.stdout.write(f"Prove that it can be restored: manage.py restore {folder} --rehearse")
