"""`manage.py recompute_report REPORT`: work out a sealed report's figures again, and compare them with the sealed ones (EL-97)."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oversight.models import StatusReport
from oversight.status.recompute import RowsNotKept, report_called
from oversight.status.recompute import recompute as recompute_status
from reports.models import ReportRun
from reports.runs import recompute, run_called


class Command(BaseCommand):
    help = (
        "Work out a sealed report's figures again: a value report or the portfolio from the rows as they were known at its moment, a "
        "status report from the rows that were kept with it. Exits with 0 only if their SHA-256 is the sealed one. REPORT is the "
        "reference of its document, such as XL-2026-014-D3, or the key of a value report or portfolio."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("report", metavar="REPORT")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["report"]
        rows = ReportRun.objects.select_related("document__stream", "stream")
        run = rows.filter(pk=int(name)).first() if name.isascii() and name.isdecimal() else run_called(name)
        if run is not None:
            return self._recompute(run)
        report = report_called(name)
        if report is None:
            raise CommandError(f"There is no sealed report “{name}”.")
        return self._recompute_status(name, report)

    def _recompute(self, run: ReportRun) -> None:
        result = recompute(run)
        self.stdout.write(f"Report:     {run.document.reference}, as of {run.as_of.isoformat()}, calculation {run.calculation}")
        self.stdout.write(f"Sealed:     {result.sealed}\nRecomputed: {result.now}")
        if not result.is_same:
            raise CommandError("The figures differ from the sealed ones. Run verify_records to find the rows that were changed.")
        self.stdout.write("The figures are the same, byte for byte.")

    def _recompute_status(self, name: str, report: StatusReport) -> None:
        try:
            result = recompute_status(report)
        except RowsNotKept:
            raise CommandError(
                "This report was sent before the portal kept the rows behind its figures. They can’t be recomputed."
            ) from None
        self.stdout.write(f"Report:     {name}, as of {report.facts_at.isoformat()}, calculation {result.calculation}")
        self.stdout.write(f"Rows:       {result.sealed_rows} sealed\n            {result.rows} kept")
        self.stdout.write(f"Sealed:     {result.sealed}\nRecomputed: {result.now}")
        if not result.is_same:
            raise CommandError(
                "The figures or their rows differ from the sealed ones. Run verify_records to find the rows that were changed."
            )
        self.stdout.write("The figures are the same, byte for byte.")
