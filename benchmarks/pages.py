"""Measures the main pages at growing sizes, against a bare view in the same run.

Every request goes through all middleware, in one process, signed in as lab operations. Pages take turns
within a round, so that a busy moment of the machine affects them all alike. The result is the median of the
rounds, and for ratios the median of each round's ratio. Queries are counted in a separate pass that isn't
timed. Home and lists are measured with a warm cache, and again with nothing cached.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import django
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from demo.scale.generate import add
from people.models import User
from residencies.models import Residency
from residencies.models.states import State

WARM_UPS = 5
MOST_RATIO, MOST_ON_MAIN_PAGES = 4, 2.5  # OP-07: list, filter, workspace and home are the main pages
MOST_QUERIES = 15
NEWEST = 1_000
BARE = "bare view, 50 rows, two joins"


# Pages of a residency, and lists over the lab of what is recorded between its start and the years after graduation.
TABS = {
    "residency page": "residency", "money": "money", "tasks": "tasks", "barriers": "barriers", "status": "status",
    "conversations": "conversations", "graduation": "graduation",
}  # fmt: skip
OVER_THE_LAB = {
    "barriers of all teams": "barrier-list", "barriers by level": "barrier-levels", "systemic barriers": "barriers-systemic",
    "risks of all teams": "risk-list", "status of all teams": "status-list", "decisions needed": "decision-list",
    "graduated residencies": "graduate-list", "alumni": "alumni", "mentors": "mentors",
}  # fmt: skip


@dataclass
class Page:
    name: str
    addresses: list[str]
    judged: bool = False
    anew: bool = False
    most: float = MOST_RATIO
    milliseconds: list[float] = field(default_factory=list)
    queries: int = 0

    @property
    def p50(self) -> float:
        return statistics.median(self.milliseconds)


@dataclass(frozen=True)
class Line:
    """The measurements of a page at one size."""

    size: int
    page: str
    p50: float
    ratio: float
    queries: int
    judged: bool
    most: float = MOST_RATIO

    def __str__(self) -> str:
        return f"{self.page} at {self.size:,}"


def fill_up_to(size: int) -> float:
    """Generate residencies until there are `size`, with the same newest thousand at every size; returns the seconds it took.

    So the first page of a list always shows the same residencies, and only the number of rows behind it differs.
    """
    began = time.perf_counter()
    add(size - NEWEST - Residency.objects.count())
    add(NEWEST, seed="newest")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return time.perf_counter() - began


def pages() -> list[Page]:
    """Return the pages to measure. Filtered lists search and filter, and the residency page uses a few with the most to show."""
    residencies, busy = reverse("residency-list"), _busy()
    return [
        Page(BARE, ["/bare/"]),
        *(
            Page(called, [address], judged=True, most=MOST_ON_MAIN_PAGES)
            for called, address in (
                ("home", reverse("home")), ("list, 25 rows", residencies), ("list, 50 rows", f"{residencies}?per_page=50"),
                ("list, searched and by state", f"{residencies}?q=permit&state=live"),
                ("list, a word in every row, and by state", f"{residencies}?q=branch&state=in_residence"),
            )
        ),
        *(
            Page(
                called, [reverse(name, args=[residency.reference]) for residency in busy], judged=True,
                most=MOST_ON_MAIN_PAGES if name == "residency" else MOST_RATIO,
            )
            for called, name in TABS.items()
        ),
        *(Page(called, [reverse(name)], judged=True) for called, name in OVER_THE_LAB.items()),
    ]  # fmt: skip


def pages_anew() -> list[Page]:
    """Return home, lists and a residency's pages as on the first view of the day, or after an act: nothing is cached."""
    residencies, busy = reverse("residency-list"), _busy()
    return [
        Page(BARE, ["/bare/"]),
        Page("home, nothing cached", [reverse("home")], anew=True),
        Page("list, 25 rows, nothing cached", [residencies], judged=True, anew=True),
        Page("list, 50 rows, nothing cached", [f"{residencies}?per_page=50"], anew=True),
        *(
            Page(f"{called}, nothing cached", [reverse(TABS[called], args=[residency.reference]) for residency in busy], anew=True)
            for called in ("residency page", "money", "graduation")
        ),
    ]


def _busy() -> list[Residency]:
    """Return a few residencies with the most to show."""
    return list(Residency.objects.filter(state__in=(State.IN_RESIDENCE, State.LIVE)).order_by("pk")[:5])


def measure(size: int, rounds: int) -> Iterator[Line]:
    """Measure the pages at the current size, `rounds` times in turn, and then those with nothing cached."""
    desk = client()
    yield from measured(desk, pages(), size, rounds)
    yield from measured(desk, pages_anew(), size, rounds)[1:]


def client() -> Client:
    """Return a client signed in as lab operations."""
    desk = Client()
    desk.force_login(User.objects.get(email="ops@example.test"), backend="labportal.accounts.Backend")
    return desk


def measured(desk: Client, asked: list[Page], size: int, rounds: int) -> list[Line]:
    """Measure pages in turn, the first of which is the bare view."""
    for page in asked:
        page.queries = max(_queries(desk, address, page.anew) for address in page.addresses)
    for turn in range(rounds):
        for page in asked:
            page.milliseconds.append(_timed(desk, page.addresses[turn % len(page.addresses)], page.anew))
    return [Line(size, page.name, page.p50, ratio(page, asked[0]), page.queries, page.judged, page.most) for page in asked]


def ratio(page: Page, bare: Page) -> float:
    """Return how many times as long as the bare view the page took, as the median of the rounds."""
    return statistics.median(its / bares for its, bares in zip(page.milliseconds, bare.milliseconds, strict=True))


def _queries(client: Client, address: str, anew: bool) -> int:
    """Count the queries of a page once it is warm."""
    for _ in range(WARM_UPS):
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
    if anew:
        forget()
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def _timed(client: Client, address: str, anew: bool) -> float:
    if anew:
        forget()
    began = time.perf_counter()
    client.get(address)
    return (time.perf_counter() - began) * 1000


def forget() -> None:
    """Forget everything cached from the ledger, and leave other data in the same Redis alone."""
    caches["ledger"].key_prefix = f"bench-{uuid.uuid4()}"


def table(lines: list[Line]) -> str:
    """Format the lines as a table; growth is that of the ratio, compared with the smallest size."""
    smallest = {line.page: line.ratio for line in reversed(lines)}
    rows = ["| residencies | page | p50 ms | × bare view | queries | growth |", "|---:|---|---:|---:|---:|---:|"]
    for line in lines:
        growth = line.ratio / smallest[line.page]
        rows.append(f"| {line.size:,} | {line.page} | {line.p50:.1f} | {line.ratio:.1f} | {line.queries} | {growth:.2f} |")
    return "\n".join(rows)


@dataclass(frozen=True)
class Aim:
    """A target for the pages, whether it is met, and the evidence."""

    what: str
    met: bool
    known_by: str

    def __str__(self) -> str:
        return f"{'met   ' if self.met else 'MISSED'}  {self.what}: {self.known_by}"


def aims(lines: list[Line]) -> list[Aim]:
    """Check the targets: the ratio, the number of queries, and that it doesn't grow with the size."""
    judged, over = [line for line in lines if line.judged], ratio_faults(lines)
    furthest, asking = max(judged, key=lambda line: line.ratio), max(judged, key=lambda line: line.queries)
    growing = [page for page in dict.fromkeys(line.page for line in judged) if _grows([o.queries for o in judged if o.page == page])]
    return [
        Aim(
            f"within {MOST_ON_MAIN_PAGES} times the bare view on main pages, {MOST_RATIO} elsewhere",
            not over,
            "; ".join(over) or f"at most {furthest.ratio:.1f}, {furthest}",
        ),
        Aim(f"at most {MOST_QUERIES} queries", asking.queries <= MOST_QUERIES, f"at most {asking.queries}, {asking}"),
        Aim("number of queries doesn't grow", not growing, "; ".join(growing) or "steady on every page"),
    ]


def ratio_faults(lines: list[Line]) -> list[str]:
    """Return the pages that take too many times as long as the bare view."""
    return [f"{line.ratio:.1f} {line}" for line in lines if line.judged and line.ratio > line.most]


def _grows(counts: list[int]) -> bool:
    """Whether queries grow with every size. A search that finds more shows and queries a little more, which doesn't count."""
    return len(counts) > 1 and all(less < more for less, more in pairwise(counts))


def where() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0].split()[0]
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, Django {django.get_version()}, PostgreSQL {version}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=lambda text: [int(part) for part in text.split(",")], default=[1_000, 10_000, 50_000])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--write", type=Path, help="put the table into this file, between its markers")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    lines: list[Line] = []
    for size in sorted(options.sizes):
        print(f"{size:,} residencies: filled in {fill_up_to(size):.0f} s", file=sys.stderr)
        lines += measure(size, options.rounds)
    report = f"{where()}; median of {options.rounds} rounds.\n\n{table(lines)}"
    print(report)
    if options.write:
        write_between(options.write, "measured", report)
    held = aims(lines)
    print("", *held, sep="\n")
    return 0 if all(aim.met for aim in held) else 1


def write_between(file: Path, name: str, text: str) -> None:
    """Replace the text between the markers called `name`."""
    before, _begin, rest = file.read_text().partition(f"<!-- {name} -->\n")
    _old, _end, after = rest.partition("<!-- end -->")
    file.write_text(f"{before}<!-- {name} -->\n{text}\n<!-- end -->{after}")
