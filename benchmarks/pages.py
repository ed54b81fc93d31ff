"""The pages people wait for, at growing sizes, against a bare view in the same run.

Every request goes through the whole middleware, in one process, signed in as lab operations. Pages take
turns within a round, so that a busy moment of the machine falls on all of them alike: what is told is the
median of the rounds, for the ratio the median of each round's own. Queries are counted in a pass that is
not timed. Home and lists are asked for as they are mostly seen, and again with nothing cached.
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
MOST_RATIO = 4
MOST_QUERIES = 15
NEWEST = 1_000
BARE = "bare view, 50 rows, two joins"


@dataclass
class Page:
    name: str
    addresses: list[str]
    judged: bool = False
    anew: bool = False
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

    def __str__(self) -> str:
        return f"{self.page} at {self.size:,}"


def fill_up_to(size: int) -> float:
    """Generate residencies until there are `size`, the newest thousand the same at every size; returns the seconds it took.

    So the first page of a list holds the same states, asks the same of them, and differs by what lies under it alone.
    """
    began = time.perf_counter()
    add(size - NEWEST - Residency.objects.count())
    add(NEWEST, seed="newest")
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
        Page("list, a word that all hold, and by state", [f"{residencies}?q=branch&state=in_residence"], judged=True),
        Page("residency page", [reverse("residency", args=[residency.reference]) for residency in busy], judged=True),
    ]


def pages_anew() -> list[Page]:
    """Home and lists on a day's first view: nothing is remembered of what needs the lab or stands in the way of any row."""
    residencies = reverse("residency-list")
    return [
        Page(BARE, ["/bare/"]),
        Page("home, nothing cached", [reverse("home")], anew=True),
        Page("list, 25 rows, nothing cached", [residencies], judged=True, anew=True),
        Page("list, 50 rows, nothing cached", [f"{residencies}?per_page=50"], anew=True),
    ]


def measure(size: int, rounds: int) -> Iterator[Line]:
    """The pages at the present size, `rounds` times in turn; then those that begin anew."""
    client = Client()
    client.force_login(User.objects.get(email="ops@example.test"), backend="allauth.account.auth_backends.AuthenticationBackend")
    for asked in (pages(), pages_anew()):
        for page in asked:
            page.queries = max(_queries(client, address, page.anew) for address in page.addresses)
        for turn in range(rounds):
            for page in asked:
                page.milliseconds.append(_timed(client, page.addresses[turn % len(page.addresses)], page.anew))
        for page in asked if asked[1].name == "home" else asked[1:]:
            yield Line(size, page.name, page.p50, ratio(page, asked[0]), page.queries, page.judged)


def ratio(page: Page, bare: Page) -> float:
    """How many times as long as the bare view it took, in the middle one of the rounds."""
    return statistics.median(its / bares for its, bares in zip(page.milliseconds, bare.milliseconds, strict=True))


def _queries(client: Client, address: str, anew: bool) -> int:
    """How many queries it takes, once it is warm."""
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
    """Remember nothing of what the ledger says from now on; what others keep in the same Redis stays."""
    caches["ledger"].key_prefix = f"bench-{uuid.uuid4()}"


def table(lines: list[Line]) -> str:
    """The lines as a table; growth is of the ratio, against the smallest size."""
    smallest = {line.page: line.ratio for line in reversed(lines)}
    rows = ["| residencies | page | p50 ms | × bare view | queries | growth |", "|---:|---|---:|---:|---:|---:|"]
    for line in lines:
        growth = line.ratio / smallest[line.page]
        rows.append(f"| {line.size:,} | {line.page} | {line.p50:.1f} | {line.ratio:.1f} | {line.queries} | {growth:.2f} |")
    return "\n".join(rows)


@dataclass(frozen=True)
class Aim:
    """Something the pages should hold to, whether they do, and by what it is known."""

    what: str
    met: bool
    known_by: str

    def __str__(self) -> str:
        return f"{'met   ' if self.met else 'MISSED'}  {self.what}: {self.known_by}"


def aims(lines: list[Line]) -> list[Aim]:
    """Ratio, queries, and queries that do not grow with the size."""
    judged = [line for line in lines if line.judged]
    over = [f"{line.ratio:.1f} {line}" for line in judged if line.ratio > MOST_RATIO]
    furthest, asking = max(judged, key=lambda line: line.ratio), max(judged, key=lambda line: line.queries)
    growing = [page for page in dict.fromkeys(line.page for line in judged) if _grows([o.queries for o in judged if o.page == page])]
    return [
        Aim(f"within {MOST_RATIO} times the bare view", not over, "; ".join(over) or f"at most {furthest.ratio:.1f}, {furthest}"),
        Aim(f"at most {MOST_QUERIES} queries", asking.queries <= MOST_QUERIES, f"at most {asking.queries}, {asking}"),
        Aim("queries that do not grow", not growing, "; ".join(growing) or "none does"),
    ]


def _grows(counts: list[int]) -> bool:
    """A search shows and asks a little more where it finds more; that is no growth unless every size asks more than the last."""
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
    """Replace what stands between the markers called `name`."""
    before, _begin, rest = file.read_text().partition(f"<!-- {name} -->\n")
    _old, _end, after = rest.partition("<!-- end -->")
    file.write_text(f"{before}<!-- {name} -->\n{text}\n<!-- end -->{after}")
