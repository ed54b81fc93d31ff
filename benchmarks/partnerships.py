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
from partnerships.models import Partnership, Site, SiteService
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
        Page("where to partner, searched", [f"{reverse('opportunities')}?q=cedar&signal=lease"], judged=True),
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


# A tap per client: 50 sites, a year of which every day is full.
FILL = """INSERT INTO partnerships_tap (key, service_id, kind, score, at, "on")
SELECT gen_random_uuid(), (%(services)s::bigint[])[1 + (n %% %(count)s)], (ARRAY['right', 'wrong', 'served'])[1 + (n / %(count)s) %% 3],
  NULL, now() - ((n / %(daily)s) || ' days')::interval, current_date - (n / %(daily)s)::int FROM generate_series(0, %(taps)s - 1) n"""
COUNT = """INSERT INTO partnerships_tapday (service_id, "on", kind, score, count)
SELECT service_id, "on", kind, coalesce(score, 0), count(*) FROM partnerships_tap GROUP BY 1, 2, 3, 4"""


def add_taps(taps: int, sites: int = 50) -> float:
    """Add a year of taps at the newest operating sites, counted by day as `record_taps` counts them; returns the seconds it took."""
    began = time.perf_counter()
    newest = Site.objects.filter(partnership__state=Stage.OPERATING).order_by("-partnership", "pk")[:sites]
    services = SiteService.objects.bulk_create(SiteService(site=site, name="Passports") for site in newest)
    facts = {"services": [row.pk for row in services], "count": len(services), "daily": taps // 250, "taps": taps}
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(FILL, facts)
        cursor.execute(COUNT)
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")
    return time.perf_counter() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--taps", type=int, default=2_500_000, help="how many taps at the counters of 50 sites there are at the full size")
    parser.add_argument("--write", type=Path, help="put the table into this file, between its markers")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    if not Residency.objects.exists():
        add(FEW)
    lines: list[Line] = []
    for size in (FEW, options.size):
        add_partnerships(size - Partnership.objects.count())
        if size == options.size and options.taps:
            print(f"{options.taps:,} taps in {add_taps(options.taps):.0f} s", file=sys.stderr)
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
