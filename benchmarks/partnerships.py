"""Measures the pages of service partnerships at 10,000 of them, against a bare view in the same run (SP-01, OP-07)."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from benchmarks.pages import BARE, MOST_QUERIES, MOST_RATIO, Line, Page, client, measured, ratio_faults, table, where, write_between
from demo.scale.generate import add
from demo.scale.partnerships import add_partnerships
from partnerships.choices import Stage
from partnerships.models import Partnership, Site
from residencies.models import Residency

FEW = 100


def pages() -> list[Page]:
    """Return the pages to measure: the lists, and the pages of a few operating partnerships and their sites."""
    operating = Partnership.objects.filter(state=Stage.OPERATING).order_by("-pk")[:5]
    sites = Site.objects.filter(partnership__in=list(operating)).select_related("partnership").order_by("pk")[:5]
    listed = reverse("partnership-list")
    return [
        Page(BARE, ["/bare/"]),
        Page("partnerships", [listed], judged=True),
        Page("partnerships, searched and by stage", [f"{listed}?q=cedar&state=operating"], judged=True),
        Page("where to partner", [reverse("opportunities")], judged=True),
        Page("agreements, as an auditor sees them", [reverse("agreement-audit")], judged=True),
        *(
            Page(name, [reverse(page, args=[row.reference]) for row in operating], judged=True)
            for name, page in (
                ("partnership", "partnership"), ("partners", "partners"), ("ending", "partnership-ending"), ("sites", "sites"),
                ("waits", "waits"), ("relationship", "relationship"),
            )
        ),
        *(
            Page(name, [reverse(page, args=[site.partnership.reference, site.pk]) for site in sites], judged=True)
            for name, page in (("site", "site"), ("counter", "counter"))
        ),
    ]  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--write", type=Path, help="put the table into this file, between its markers")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    if not Residency.objects.exists():
        add(FEW)
    lines: list[Line] = []
    for size in (FEW, options.size):
        add_partnerships(size - Partnership.objects.count())
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        print(f"{size:,} partnerships after {time.perf_counter() - began:.0f} s", file=sys.stderr)
        lines += measured(client(), pages(), size, options.rounds)
    report = f"{where()}; median of {options.rounds} rounds.\n\n{table(lines).replace('residencies', 'partnerships', 1)}"
    print(report)
    if options.write:
        write_between(options.write, "partnerships", report)
    over, most = ratio_faults(lines), max(line.queries for line in lines if line.judged)
    print(f"{'MISSED' if over else 'met'}: within {MOST_RATIO} times the bare view: {'; '.join(over)}")
    print(f"{'met' if most <= MOST_QUERIES else 'MISSED'}: at most {MOST_QUERIES} queries: {most}")
    return 0 if not over and most <= MOST_QUERIES else 1
