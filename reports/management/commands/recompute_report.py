"""`manage.py recompute_report REPORT`: work out a sealed report's figures again, and compare them with the sealed ones (EL-97)."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.models import ReportRun
from reports.runs import recompute, run_called


class Command(BaseCommand):
    help = (
        "Work out a sealed report's figures again from the rows as they were known at its moment. Exits with 0 only if their SHA-256 is "
        "the sealed one. REPORT is the reference of its document, such as XL-2026-014-D3, or the report's key."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("report", metavar="REPORT")

    def handle(self, *args: Any, **options: Any) -> None:
        run = self._run(options["report"])
        result = recompute(run)
        self.stdout.write(f"Report:     {run.document.reference}, as of {run.as_of.isoformat()}, calculation {run.calculation}")
        self.stdout.write(f"Sealed:     {result.sealed}\nRecomputed: {result.now}")
        if not result.is_same:
            raise CommandError("The figures differ from the sealed ones. Run verify_records to find the rows that were changed.")
        self.stdout.write("The figures are the same, byte for byte.")

    def _run(self, name: str) -> ReportRun:
        rows = ReportRun.objects.select_related("document__stream", "stream")
        run = rows.filter(pk=int(name)).first() if name.isascii() and name.isdecimal() else run_called(name)
        if run is None:
            raise CommandError(f"There is no sealed report “{name}”.")
        return run
