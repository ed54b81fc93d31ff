import sys

from django.core.management.base import BaseCommand

from ledger.verification import verify


class Command(BaseCommand):
    help = "Prove that the ledger is whole: exit 0 with counts, or exit 1 and the first broken link (EL-07)."

    def handle(self, *args: object, **options: object) -> None:
        verdict = verify()
        counts = f"{verdict.events:,} events in {verdict.streams:,} streams, {verdict.checkpoints:,} checkpoints"
        if verdict.broken:
            self.stderr.write(f"BROKEN: {verdict.broken}. Read {counts}.")
            sys.exit(1)
        self.stdout.write(f"The ledger is whole: {counts}.")
