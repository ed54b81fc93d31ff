import sys

from django.core.management.base import BaseCommand

from ledger.compare_records import verify_records


class Command(BaseCommand):
    help = "Compare every evidence row with the ledger, both ways: exit 0 with counts, or exit 1 with the first mismatch (EL-07)."

    def handle(self, *args: object, **options: object) -> None:
        comparison = verify_records()
        counts = f"{comparison.rows:,} rows and {comparison.events:,} events of {comparison.streams:,} subjects"
        if comparison.mismatch:
            self.stderr.write(f"MISMATCH: {comparison.mismatch}. Read {counts}.")
            sys.exit(1)
        self.stdout.write(f"Every record matches the ledger: {counts}.")
        for label, count in sorted(comparison.by_label.items()):
            self.stdout.write(f"  {label:<32}{count:>10,}")
