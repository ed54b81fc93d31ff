from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ledger import heads


class Command(BaseCommand):
    help = "Write a checkpoint, then every stream's head to a file to store elsewhere; `verify_ledger --against` compares with it (EL-07)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="where to write it; - for standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        lines = list(heads.export())
        if options["file"] == "-":
            self.stdout.write("\n".join(lines))
            return
        heads.write(Path(options["file"]), lines)
        self.stdout.write(f"{len(lines) - 2:,} heads written to {options['file']}. Keep it on another machine.")
