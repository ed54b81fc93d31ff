"""Comparing evidence rows with the ledger both ways: every row matches its events, and every row has one (EL-07)."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ledger import records
from ledger.models import Event, Stream

CHANGED = gettext_noop("the row doesn't match event %(seq)d: at least one of these fields was changed outside the portal: %(fields)s")
MISSING = gettext_noop("event %(seq)d recorded this row, but it is gone or now belongs to another subject")
UNRECORDED = gettext_noop("the row is in the database, but no event of its subject recorded it")
BACK = gettext_noop("event %(seq)d recorded that this row was removed, but it is in the database")
ALTERED = gettext_noop("the event's content was altered")
UNNAMED = gettext_noop("event %(seq)d, “%(act)s”, must have written such a row but recorded none")


@dataclass(frozen=True)
class Mismatch:
    """One row that the ledger contradicts. `reference` names the subject."""

    stream: int
    reference: str
    label: str
    row: str
    reason: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def says(self) -> str:
        return _(self.reason) % self.facts

    def __str__(self) -> str:
        row = f" {self.row}" if self.row else ""
        return f"{self.reference}, stream {self.stream}, {self.label}{row}: {self.says}"


@dataclass
class Comparison:
    """Counts of what was compared; `mismatch` is the first one found, None if everything matched."""

    streams: int = 0
    rows: int = 0
    events: int = 0
    by_label: dict[str, int] = field(default_factory=dict)
    mismatch: Mismatch | None = None


@dataclass(frozen=True)
class Last:
    """A row's latest entry in the ledger: its hash, None once removed, and the event's number."""

    digest: str | None
    seq: int


Known = dict[str, dict[str, Last]]
Row = tuple[int | None, Any, list[Any]]


class Book:
    """What one stream's events record about its rows, read in order."""

    def __init__(self, stream: int, only: frozenset[str] | None = None) -> None:
        self.stream, self.only = stream, only
        self.known: Known = {}
        self.unnamed: list[tuple[str, int, str]] = []
        self.events = 0

    def read(self, seq: int, act: str, facts: dict[str, Any]) -> None:
        self.events += 1
        named = facts.get(records.KEY) or {}
        if self.known:  # an event from before the stream was adopted names no rows
            self.unnamed += [(kind.label, seq, act) for kind in records.kinds() if act in kind.acts and kind.label not in named]
        for label, rows in named.items():
            if self.only is not None and label not in self.only:
                continue
            self.known.setdefault(label, {}).update({key: Last(digest, seq) for key, digest in rows.items()})

    def take(self, label: str, key: Any) -> Last | None:
        return self.known.get(label, {}).pop(str(key), None)


def verify_records() -> Comparison:
    """Compare every covered row with the ledger, stream by stream, and stop at the first mismatch.

    Holds one subject in memory at a time. Runs one query for the events and one per model, read side by side in stream order
    within one snapshot, so that acts carried out at the same time don't count as mismatches.
    """
    comparison = Comparison()
    with snapshot():
        comparison.mismatch = next(compare(comparison), None)
    return comparison


def compare(comparison: Comparison) -> Iterator[Mismatch]:
    """Yield every mismatch, counting in `comparison`."""
    lab = Stream.objects.filter(kind=records.LAB).values_list("pk", flat=True).first() or 0
    references = _References()
    sources: list[Iterator[tuple[int, int, Any]]] = [_events()]
    sources += [_rows(kind, place, lab) for place, kind in enumerate(records.kinds(), 1)]
    for stream, items in groupby(heapq.merge(*sources, key=lambda item: item[:2]), key=lambda item: item[0]):
        comparison.streams += 1
        yield from _of_stream(Book(stream), items, comparison, references)


def _events() -> Iterator[tuple[int, int, Any]]:
    acts = {act for kind in records.kinds() for act in kind.acts}
    naming = Event.objects.filter(models.Q(facts__has_key=records.KEY) | models.Q(act__in=acts))
    events = naming.order_by("stream_id", "seq").values_list("stream_id", "seq", "act", "facts")
    for stream, *rest in events.iterator(chunk_size=500):
        yield stream, 0, rest


def _rows(kind: records.Kind, place: int, lab: int) -> Iterator[tuple[int, int, Any]]:
    rows = kind.model._base_manager.order_by(kind.lookup, "pk") if kind.path else kind.model._base_manager.order_by("pk")
    for row in kind.read(rows):
        yield (row[0] if kind.path else lab) or 0, place, (kind, row)


def _of_stream(book: Book, items: Iterable[Any], comparison: Comparison, references: _References) -> Iterator[Mismatch]:
    def mismatch(label: str, row: Any, reason: str, **facts: Any) -> Mismatch:
        return Mismatch(book.stream, references.of(book.stream), label, str(row), reason, facts)

    for _stream, place, item in items:
        if place == 0:
            book.read(*item)
            comparison.events += 1
            continue
        kind, row = item
        comparison.rows += 1
        comparison.by_label[kind.label] = comparison.by_label.get(kind.label, 0) + 1
        yield from _of_row(book, kind, row, mismatch)
    yield from _left_over(book, mismatch)


def _of_row(book: Book, kind: records.Kind, row: Row, mismatch: Callable[..., Mismatch]) -> Iterator[Mismatch]:
    _stream, pk, values = row
    last = book.take(kind.label, pk)
    if last is None:
        yield mismatch(kind.label, pk, UNRECORDED)
    elif last.digest is None:
        yield mismatch(kind.label, pk, BACK, seq=last.seq)
    elif not agrees(kind, pk, values, last.digest):
        yield mismatch(kind.label, pk, CHANGED, seq=last.seq, fields=", ".join(kind.names))


def _left_over(book: Book, mismatch: Callable[..., Mismatch]) -> Iterator[Mismatch]:
    """Yield mismatches for what events name but no row matched."""
    for label, rows in book.known.items():
        if records.kind_named(label):  # the rows of a removed model are gone too
            yield from (mismatch(label, key, MISSING, seq=last.seq) for key, last in rows.items() if last.digest is not None)
    yield from (mismatch(label, "", UNNAMED, seq=seq, act=act) for label, seq, act in book.unnamed)


def agrees(kind: records.Kind, pk: Any, values: list[Any], digest: str) -> bool:
    """Return whether the row still has its recorded hash, computed from the list of fields used at the time."""
    scheme = int(digest.split(":")[0]) if ":" in digest else 1
    if scheme > len(kind.schemes):
        return False
    if scheme < len(kind.schemes):
        row = kind.model._base_manager.filter(pk=pk).values_list(*kind.schemes[scheme - 1]).first()
        return row is not None and kind.hash_of(pk, list(row), scheme) == digest
    return kind.hash_of(pk, values) == digest


class _References:
    """References of subjects, loaded only for those in a mismatch."""

    def of(self, stream: int) -> str:
        return reference_of(Stream.objects.filter(pk=stream).first())


def reference_of(stream: Stream | None) -> str:
    """Return the reference of `stream`'s subject, for people."""
    from ledger import subjects

    if stream is None:
        return _("no subject")
    if stream.kind == records.LAB:
        return _("the lab")
    try:
        return str(subjects.subject_of(stream).reference)
    except (KeyError, AttributeError, models.ObjectDoesNotExist):
        return _("no subject")


@contextmanager
def snapshot() -> Iterator[None]:
    """Read one consistent view of the database within the block, whatever is committed in the meantime."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # Only as the first statement of the outermost transaction: PostgreSQL refuses it any later.
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


# ── One subject, before its records are shown or sealed ──────────────────────────────────────


def mismatches(stream: Stream, labels: Iterable[str]) -> list[Mismatch]:
    """Return the mismatches among one subject's rows of the models in `labels`.

    Runs one query for the stream's events and one per model. The events' own hashes are recomputed, so that changing both a row
    and its event is detected here too.
    """
    comparison, references = Comparison(), _References()
    kinds = [kind for label in labels if (kind := records.kind_named(label))]
    book = Book(stream.pk, frozenset(kind.label for kind in kinds))
    alterations = []
    for event in Event.objects.filter(stream=stream, facts__has_key=records.KEY).order_by("seq").iterator(chunk_size=200):
        if event.computed_hash() != event.hash:
            alterations.append(Mismatch(stream.pk, references.of(stream.pk), "ledger.event", str(event.seq), ALTERED))
        book.read(event.seq, event.act, event.facts)
    rows = ((stream.pk, 1, (kind, row)) for kind in kinds for row in kind.read(kind.of(stream.pk)))
    return [*alterations, *_of_stream(book, rows, comparison, references)]
