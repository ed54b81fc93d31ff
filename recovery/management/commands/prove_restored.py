from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from recovery.proof import prove


class Command(BaseCommand):
    help = "Used by `restore`: hold mail, migrate and verify a restored database, and print the result as JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(prove(options["folder"]).as_json())
