"""Reports that are sealed with their figures, and recomputed from the records as they were known then (EL-97).

Each kind of report registers how its figures are worked out in its `document_kinds.py`. A change to what a calculation returns needs a
new number; the earlier one stays, so that reports that were sealed with it can be recomputed.
"""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Max

from acts.act import Actor, account_of, part
from acts.registry import Registry, RegistryKind
from ledger.actions import append
from ledger.canonical import canonical_json, sha256_of
from ledger.models import Stream
from oversight.documents.actions import issue_document
from oversight.documents.queries import of_document_called
from reports.models import ReportRun

Rebuild = Callable[[ReportRun], bytes]
REBUILDS: Registry[Rebuild] = Registry(RegistryKind.REPORT_FIGURES)


@dataclass(frozen=True)
class Knowledge:
    """A report's day and moment: what it covers until, and up to when its rows were entered."""

    on: datetime.date
    as_of: datetime.datetime


@part
def seal(
    stream: Stream, kind: str, *, title: Callable[[int], str], known: Knowledge, calculation: int, figures: bytes, labels: Mapping[str, Any],
    event: str, by: Actor,
) -> ReportRun:  # fmt: skip
    """Issue a report as a document with its figures, and put it on record; part of the act that decides on it, under its subject's lock.

    `figures` is canonical JSON. `labels` is what the figures' keys are called, frozen beside them because names can be edited later.
    """
    digest = sha256_of(figures)
    number = (ReportRun.objects.filter(stream=stream, kind=kind).aggregate(last=Max("number"))["last"] or 0) + 1
    content = {"calculation": calculation, "figures": json.loads(figures), "figures_sha256": digest, "labels": labels}
    document = issue_document(stream, kind=kind, title=title(number), content=content, by=by)
    run = ReportRun.objects.create(
        stream=stream, kind=kind, number=number, as_of=known.as_of, on=known.on, calculation=calculation, figures=figures.decode(),
        figures_sha256=digest, document=document, made_by=account_of(by),
    )  # fmt: skip
    append(stream, event, by=by, facts={"number": number, "document": document.title, "sha256": digest})
    return run


def run_called(name: str) -> ReportRun | None:
    """Return the sealed report whose document has this reference, such as "XL-2026-014-D3"; one query. It checks no permission."""
    return of_document_called(ReportRun.objects.all(), name)


# ── Waiting for acts that are being written ──────────────────────────────────────────────────

PAUSE = 0.02  # seconds
# Every transaction that writes holds a lock on its own number. Only this database's: others' may go on for long.
WRITING = """SELECT DISTINCT own.transactionid::text FROM pg_locks own JOIN pg_locks used ON used.pid = own.pid
WHERE own.locktype = 'transactionid' AND own.mode = 'ExclusiveLock' AND own.granted AND own.pid <> pg_backend_pid()
AND used.database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
STILL = """SELECT count(*) FROM pg_locks
WHERE locktype = 'transactionid' AND mode = 'ExclusiveLock' AND granted AND transactionid::text = ANY(%s)"""


def wait_for_writers(seconds: float) -> bool:
    """Wait until every transaction that is writing now has ended; return False if one hasn't after so many seconds.

    An act locks its subject before it dates what it writes. So a row dated before this call is on record after it, and everything that
    is written later is dated later. It takes no lock: nothing waits for it, and it can't deadlock. SQLite has one writer, the caller.
    """
    if connection.vendor != "postgresql":
        return True
    until = time.monotonic() + seconds
    with connection.cursor() as cursor:
        cursor.execute(WRITING)
        writing = [xid for (xid,) in cursor.fetchall()]
        while writing:
            cursor.execute(STILL, [writing])
            if not cursor.fetchone()[0]:
                break
            if time.monotonic() > until:
                return False
            time.sleep(PAUSE)
    return True


# ── Recomputing ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Recomputed:
    """A sealed report's figures, worked out again from the rows: the hash in the sealed document, and the hash now."""

    sealed: str
    now: str

    @property
    def is_same(self) -> bool:
        return self.sealed == self.now


def recompute(run: ReportRun) -> Recomputed:
    """Work out a sealed report's figures again as of its moment, by the calculation it was made with.

    The sealed hash is that of the figures in the document itself, so a changed `ReportRun` row proves nothing.
    """
    sealed = sha256_of(canonical_json(run.sealed_figures))
    return Recomputed(sealed, sha256_of(REBUILDS[run.kind](run)))


@dataclass(frozen=True)
class Difference:
    """A figure that differs: what it is, its value in the report and today, and each reason."""

    key: tuple[Any, ...]
    what: str
    before: str
    after: str
    why: tuple[str, ...]
    amount: int | Decimal = 0  # by how much it differs, in its unit, such as cents or hours
