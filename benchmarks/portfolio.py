"""Measures the portfolio at 10,000 residencies and 1,000,000 readings: its page, and how much memory its exports take."""

from __future__ import annotations

import argparse
import datetime
import gc
import io
import random
import statistics
import sys
import time
import tracemalloc
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from benchmarks.pages import BARE, where, write_between
from demo.scale.generate import add
from ledger.actions import append
from metrics.models import Metric, Observation
from metrics.readings.importing import MOST_ROWS, import_observations
from people.models import User
from reports.portfolio import counting
from residencies.models import Residency
from residencies.models.states import State

MOST_QUERIES = 12
MOST_RATIO = 5
MOST_MEGABYTES = 30
IMPORT_SECONDS = 3
MEGABYTE = 1024 * 1024
READINGS = 100  # of each metric
FIRST, WEEK = datetime.date(2024, 11, 4), datetime.timedelta(weeks=1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--readings", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--write", type=Path, help="put the table into this file, between its markers")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    small = max(options.size // 10, 100)
    add(small)
    client = _client()
    memory = [_memory(client)]
    add(options.size - small)
    fill(options.readings)
    print(f"filled in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    memory.append(_memory(client))
    lines = [*_times(client, options.rounds), *_exports(client, memory), _import()]
    faults = [line for line, holds in lines if not holds]
    size = f"{Residency.objects.count():,} residencies, {Observation.objects.count():,} readings"
    head = ["| portfolio | queries | ms | × bare view | MB |", "|---|---:|---:|---:|---:|"]
    report = f"{where()}; {size}.\n\n" + "\n".join([*head, *(line for line, _holds in lines)])
    print(report)
    if options.write:
        write_between(options.write, "portfolio", report)
    print("", *(f"MISSED {line}" for line in faults), sep="\n")
    return 1 if faults else 0


def _client() -> Client:
    client = Client()
    client.force_login(User.objects.get(email="ops@example.test"), backend="labportal.accounts.Backend")
    return client


def fill(readings: int) -> None:
    """Give the newest residencies a metric with a hundred weekly readings each, by COPY, until there are as many as asked for."""
    account = User.objects.get(email="ops@example.test").pk
    count = readings // READINGS
    streams = list(Residency.objects.order_by("-pk").values_list("stream_id", flat=True))
    metrics = Metric.objects.bulk_create(
        (
            Metric(
                stream_id=streams[number % len(streams)], name=f"Days to a decision {number // len(streams)}", kind="user-value",
                unit="days", direction="down", cadence="weekly", method="Measured only.", defined_on="2024-01-05", defined_by_id=account,
            )
            for number in range(count)
        ),
        batch_size=5_000,
    )  # fmt: skip
    dice = random.Random("portfolio")
    columns = [field.column for field in Observation._meta.concrete_fields if not field.primary_key]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no trigger per row: these are no evidence
        for start in range(0, len(metrics), 1_000):
            cursor.copy_expert(
                f"COPY {Observation._meta.db_table} ({', '.join(map(connection.ops.quote_name, columns))}) FROM STDIN",
                _rows(metrics[start : start + 1_000], columns, dice),
            )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def _rows(metrics: list[Metric], columns: list[str], dice: random.Random) -> io.StringIO:
    text = io.StringIO()
    for metric in metrics:
        for number in range(READINGS):
            values = _values(metric.pk, str(FIRST + number * WEEK), dice)
            text.write("\t".join(values.get(column, "\\N") for column in columns) + "\n")
    text.seek(0)
    return text


def _values(metric: int, on: str, dice: random.Random) -> dict[str, str]:
    filled = {field.column: "" for field in Observation._meta.concrete_fields if field.get_internal_type() in TEXTS}
    facts = {"metric_id": str(metric), "on": on, "value": str(dice.randint(1, 90)), "entered_at": f"{on} 12:00:00+00", "removed": "f"}
    return filled | facts | {"is_current": "t", "source": "file"}


TEXTS = ("CharField", "TextField", "FileField", "SlugField")


# ── Measuring ────────────────────────────────────────────────────────────────────────────────


AFTER, COUNTED = "page, after an act", "page, without a count"


def _nothing() -> None:
    pass


def _act() -> None:
    """Let something happen in a residency, so that the last count isn't of now."""
    with transaction.atomic():
        append(Residency.objects.select_related("stream").earliest("pk").stream, "assigned", by="system")


def _spent(client: Client, address: str) -> float:
    began = time.perf_counter()
    assert client.get(address).status_code == 200, address
    return (time.perf_counter() - began) * 1000


def _times(client: Client, rounds: int) -> list[tuple[str, bool]]:
    """Time the page as it is remembered, on the first view after an act, and when there is no count yet, beside the bare view.

    After an act it shows the last count, and a worker counts again; the worker isn't part of what is measured.
    """
    page, bare = reverse("portfolio"), "/bare/"
    settings.CELERY_BROKER_URL, counting.wake = "memory://", lambda task: None
    steps = ((BARE, bare, _nothing), ("page", page, _nothing), (AFTER, page, _act), (COUNTED, page, caches["ledger"].clear))
    times: dict[str, list[float]] = {name: [] for name, _address, _before in steps}
    queries: dict[str, int] = {}
    for name, address, before in steps:
        client.get(address)
        before()
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        queries[name] = len(captured)
    for turn in range(rounds):
        for name, address, before in steps:
            if name != COUNTED or turn < 3:
                before()
                times[name].append(_spent(client, address))
                client.get(page, {"again": 1})
    usual = statistics.median(times[BARE])
    lines = []
    for name, spent in times.items():
        half = statistics.median(spent)
        holds = queries[name] <= MOST_QUERIES and (name == COUNTED or half / usual <= MOST_RATIO)
        lines.append((f"| {name} | {queries[name]} | {half:.1f} | {half / usual:.1f} | |", holds))
    return lines


def _memory(client: Client) -> dict[str, tuple[int, float, float]]:
    """Return the queries, the milliseconds and the peak of memory above idle of each export."""
    measured = {}
    for file_format in ("csv", "xlsx"):
        address = reverse("portfolio-export", args=[file_format])
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            spent = _spent(client, address)
            queries = len(captured)
        gc.collect()
        tracemalloc.start()
        client.get(address)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        measured[file_format] = (queries, spent, peak / MEGABYTE)
    return measured


def _exports(client: Client, memory: list[dict[str, tuple[int, float, float]]]) -> list[tuple[str, bool]]:
    small, large = memory
    lines = []
    for file_format, (queries, spent, peak) in large.items():
        before = small[file_format]
        holds = queries == before[0] <= MOST_QUERIES and peak <= MOST_MEGABYTES
        lines.append((f"| {file_format.upper()} | {queries} | {spent:.0f} | | {peak:.1f} (a tenth of the rows: {before[2]:.1f}) |", holds))
    return lines


def _import() -> tuple[str, bool]:
    """Time the import of as many readings as one file may have, for a residency under way (EL-91: 3 seconds, 12 queries)."""
    by = User.objects.get(email="ops@example.test")
    of = Residency.objects.filter(state=State.IN_RESIDENCE).select_related("stream").latest("pk")
    fields = {
        "stream": of.stream,
        "kind": "user-value",
        "unit": "days",
        "direction": "down",
        "cadence": "weekly",
        "method": "Measured only.",
    }
    names = [f"Imported {number}" for number in range(4)]
    Metric.objects.bulk_create(Metric(**fields, name=name, defined_on=timezone.localdate(), defined_by=by) for name in names)
    days = [timezone.localdate() - datetime.timedelta(days=number) for number in range(MOST_ROWS // len(names))]
    rows = [f"{name},{day},{50 + day.toordinal() % 7}" for name in names for day in days]
    began = time.perf_counter()
    with CaptureQueriesContext(connection) as captured:
        plan = import_observations(of, "\n".join(["Metric,Date,Value", *rows]), by=by)
    spent = time.perf_counter() - began
    assert plan.added == MOST_ROWS
    holds = len(captured) <= MOST_QUERIES and spent <= IMPORT_SECONDS
    return f"| import of {MOST_ROWS:,} readings | {len(captured)} | {spent * 1000:.0f} | | |", holds
