"""Adoption: recording the hashes of rows from before the ledger had hashes, once, as they are (EL-07)."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from django.db import transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

from ledger import records
from ledger.actions import append
from ledger.models import Stream
from ledger.subjects import after_end

ACT = "records-adopted"
after_end(ACT)  # rows written before events had hashes are adopted even if their subject has ended since
ROWS_AN_EVENT = 500


@dataclass(frozen=True)
class Adopted:
    """A model as it was when a migration was written; later releases may define it differently."""

    model: str
    in_stream: str
    fields: str
    scheme: int = 1

    @property
    def label(self) -> str:
        return self.model.lower()


class AdoptRecords(Operation):
    """Put the hash of every row of some models into the ledger: one event per subject, more if it has many rows.

    Use it for models that become evidence, and after a migration that rewrites covered fields. It records what the rows are
    now; it can't prove what happened to them before. Does nothing in an empty database.
    """

    reversible = True
    reduces_to_sql = False

    def __init__(self, *models: tuple[str, str, str] | tuple[str, str, str, int]) -> None:
        self.models = models

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, list(self.models), {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Do nothing: rows aren't part of the models' state."""

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        adopted = [Adopted(*each) for each in self.models]
        adopt([(each, to_state.apps.get_model(each.model)) for each in adopted])

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        """Do nothing: the ledger never loses an event."""

    def describe(self) -> str:
        return "Record evidence rows as they are"


def adopt_all(streams: Sequence[int] | None = None) -> int:
    """Record every covered row as it is, or those of some subjects; for generated data, never for what people did."""
    kinds = [kind for kind in records.kinds() if kind.path or streams is None]
    now = [(Adopted(kind.label, kind.path or records.LAB, " ".join(kind.names), len(kind.schemes)), kind.model) for kind in kinds]
    return adopt(now, streams)


@transaction.atomic
def adopt(models: Sequence[tuple[Adopted, Any]], streams: Sequence[int] | None = None) -> int:
    """Append the hashes of all rows of `models`, one subject in memory at a time; returns how many rows."""
    lab = Stream.objects.filter(kind=records.LAB).values_list("pk", flat=True).first() or 0
    # Each model's rows come sorted by stream, so merging them keeps one subject in memory, however many rows there are.
    rows = heapq.merge(*(_rows(each, model, lab, streams) for each, model in models), key=lambda row: row[0])
    count = 0
    for stream, group in groupby(rows, key=lambda row: row[0]):
        while batch := list(islice(group, ROWS_AN_EVENT)):
            _record(stream, batch)
            count += len(batch)
    return count


def _rows(adopted: Adopted, model: Any, lab: int, streams: Sequence[int] | None) -> Iterator[tuple[int, str, Any, str]]:
    names = adopted.fields.split()
    path = [] if adopted.in_stream == records.LAB else [f"{adopted.in_stream}_id"]
    # The base manager: a default one may leave rows out, and later those would look removed.
    rows = model._base_manager.order_by(*path, "pk")
    if streams is not None:
        rows = rows.filter(**{f"{path[0]}__in": streams})
    for row in rows.values_list(*path, "pk", *names).iterator(chunk_size=2000):
        stream, (pk, *values) = (row[0], row[1:]) if path else (lab, row)
        yield stream, adopted.label, pk, records.row_hash(adopted.label, pk, names, values, adopted.scheme)


def _record(stream: int, batch: list[tuple[int, str, Any, str]]) -> None:
    hashes: records.Hashes = {}
    for _stream, label, pk, digest in batch:
        hashes.setdefault(label, {})[str(pk)] = digest
    subject = Stream.objects.get(pk=stream) if stream else Stream.objects.create(kind=records.LAB)
    append(subject, ACT, by="system", facts={"rows": len(batch), records.KEY: hashes})
