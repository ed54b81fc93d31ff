"""The pages people wait for, at growing sizes, against a bare view in the same run.

Every request goes through the whole middleware, in one process, signed in as lab operations. Pages take
turns within a round, so that a busy moment of the machine falls on all of them alike; the median of the
rounds is what is told. Queries are counted in a pass that is not timed.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labportal.demo.scale import add
from people.models import User
from residencies.models import Residency
from residencies.states import State

WARM_UPS = 5
MOST_RATIO = 4
MOST_QUERIES = 15
BARE = "bare view, 50 rows, two joins"


@dataclass
class Page:
    name: str
    addresses: list[str]
    judged: bool = False
    milliseconds: list[float] = field(default_factory=list)
    queries: int = 0

    @property
    def p50(self) -> float:
        return statistics.median(self.milliseconds)


@dataclass(frozen=True)
class Line:
    """What was measured of one page at one size."""

    size: int
    page: str
    p50: float
    ratio: float
    queries: int
    judged: bool

    @property
    def faults(self) -> list[str]:
        faults = []
        if self.judged and self.ratio > MOST_RATIO:
            faults.append(f"{self.page} at {self.size:,}: {self.ratio:.1f} times the bare view, more than {MOST_RATIO}")
        if self.judged and self.queries > MOST_QUERIES:
            faults.append(f"{self.page} at {self.size:,}: {self.queries} queries, more than {MOST_QUERIES}")
        return faults


def fill_up_to(size: int) -> float:
    """Generate residencies until there are `size`; returns the seconds it took."""
    began = time.perf_counter()
    add(size - Residency.objects.count())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return time.perf_counter() - began


def pages() -> list[Page]:
    """What is asked for: a filtered list searches and narrows; the residency page takes a few of those that have most to show."""
    busy = Residency.objects.filter(state__in=(State.IN_RESIDENCE, State.LIVE)).order_by("pk")[:5]
    residencies = reverse("residency-list")
    return [
        Page(BARE, ["/bare/"]),
        Page("home", [reverse("home")]),
        Page("list, 25 rows", [residencies], judged=True),
        Page("list, 50 rows", [f"{residencies}?per_page=50"], judged=True),
        Page("list, searched and by state", [f"{residencies}?q=permit&state=live"], judged=True),
        Page("residency page", [reverse("residency", args=[residency.reference]) for residency in busy], judged=True),
    ]


def measure(size: int, rounds: int) -> Iterator[Line]:
    """The pages at the present size, `rounds` times in turn."""
    client = Client()
    client.force_login(User.objects.get(email="ops@example.test"), backend="allauth.account.auth_backends.AuthenticationBackend")
    asked = pages()
    for page in asked:
        for address in page.addresses:
            for _ in range(WARM_UPS):
                response = client.get(address)
                assert response.status_code == 200, (address, response.status_code)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            page.queries = max(page.queries, len(queries))
    for turn in range(rounds):
        for page in asked:
            address = page.addresses[turn % len(page.addresses)]
            began = time.perf_counter()
            client.get(address)
            page.milliseconds.append((time.perf_counter() - began) * 1000)
    bare = asked[0].p50
    for page in asked:
        yield Line(size, page.name, page.p50, page.p50 / bare, page.queries, page.judged)


def table(lines: list[Line]) -> str:
    """The lines as a table; growth is against the smallest size."""
    smallest = {line.page: line.p50 for line in reversed(lines)}
    rows = ["| residencies | page | p50 ms | × bare view | queries | growth |", "|---:|---|---:|---:|---:|---:|"]
    for line in lines:
        growth = line.p50 / smallest[line.page]
        rows.append(f"| {line.size:,} | {line.page} | {line.p50:.1f} | {line.ratio:.1f} | {line.queries} | {growth:.2f} |")
    return "\n".join(rows)


def faults_of(lines: list[Line]) -> list[str]:
    """Everything that misses the aim: ratio, queries, and queries that grow with every size.

    A list asks a little more or less with the states that happen to be on the page; that is no growth.
    """
    faults = [fault for line in lines for fault in line.faults]
    for name in dict.fromkeys(line.page for line in lines):
        counts = [line.queries for line in lines if line.page == name]
        if len(counts) > 1 and all(less < more for less, more in pairwise(counts)):
            faults.append(f"{name}: queries grow with the size: {counts}")
    return faults


def where() -> str:

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0].split()[0]
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, Django {django.get_version()}, PostgreSQL {version}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=lambda text: [int(part) for part in text.split(",")], default=[1_000, 10_000, 50_000])
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--write", type=Path, help="put the table into this file, between its markers")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    lines: list[Line] = []
    for size in sorted(options.sizes):
        print(f"{size:,} residencies: filled in {fill_up_to(size):.0f} s", file=sys.stderr)
        lines += measure(size, options.rounds)
    told = f"{where()}; median of {options.rounds} rounds.\n\n{table(lines)}"
    print(told)
    if options.write:
        write(options.write, told)
    faults = faults_of(lines)
    print("\n".join(["", *faults] if faults else ["", "Every aim is met."]))
    return 1 if faults else 0


def write(file: Path, told: str) -> None:
    """Replace what stands between the markers."""
    before, _begin, rest = file.read_text().partition("<!-- measured -->\n")
    _old, _end, after = rest.partition("<!-- end -->")
    file.write_text(f"{before}<!-- measured -->\n{told}\n<!-- end -->{after}")
