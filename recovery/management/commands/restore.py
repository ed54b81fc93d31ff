import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from recovery.engines import EngineFailed
from recovery.manifest import NotABackup
from recovery.restore import NotEmpty, ProofFailed, rehearse, restore


class Command(BaseCommand):
    help = "Restore a backup and prove that it is whole: exit 0 with counts and the time it took, or exit 1 with every fault (OP-06)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that `backup` wrote")
        parser.add_argument("--rehearse", action="store_true", help="restore into a new database beside this one, and remove it afterwards")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"].resolve()
        try:
            outcome = rehearse(folder) if options["rehearse"] else restore(folder)
        except (NotABackup, NotEmpty, EngineFailed, ProofFailed, OSError) as error:
            raise CommandError(str(error)) from error
        for name in outcome.other_keys:
            self.stdout.write(f"Note: this portal's key isn't the one of the backup ({name}). See the operator's guide.")
        if not outcome.is_whole:
            for fault in outcome.proof.faults:
                self.stderr.write(f"FAULT: {fault}")
            sys.exit(1)
        self.stdout.write(f"{outcome.summary}.")
        if not options["rehearse"]:
            self.stdout.write("Mail is held. Look through the outbox, then run: manage.py resume_mail")
