"""Evidence rows and their hashes: an act's event contains the hashes of what it wrote, so that no row changes unnoticed (EL-07).

A model declares which of its fields are evidence (`@recorded`). Every write to them — by `save`, `create`, `bulk_create`,
`update` or `delete` — waits on the connection until the next `append` to the row's stream in the same transaction, which puts
the row's SHA-256 into the event's hashed facts:

    "records": {"agreements.signature": {"12": "5f0c…"}, "agreements.clause": {"80": null}}

`null` means that the row was removed. The row must still match the last hash in the stream (ledger/compare_records.py).
An act only has to append its event after its writes. Rows written without an event are logged as errors, and
`verify_records` names them.
"""

from __future__ import annotations

import datetime
import decimal
import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, TypeVar

import structlog
from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction
from django.db.models import signals
from django.db.models.constants import LOOKUP_SEP

from acts.registry import Registry, RegistryKind
from ledger.models import Stream

log = structlog.get_logger(__name__)

KEY = "records"
LAB = "lab"
Hashes = dict[str, dict[str, str | None]]
ModelType = TypeVar("ModelType", bound=type[models.Model])
Row = TypeVar("Row", bound=models.Model)


# ── The hash of a row ─────────────────────────────────────────────────────────────────


def exact(value: Any) -> Any:
    """Return `value` in JSON's own types, letter by letter: unlike `canonical.plain`, nothing is tidied. Bytes become their hash."""
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return str(value)
        case bytes() | bytearray() | memoryview():
            return f"sha256:{hashlib.sha256(value).hexdigest()}"
        case datetime.datetime():
            return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")
        case datetime.date() | datetime.time() | uuid.UUID():
            return str(value)
        case decimal.Decimal():
            return format(value.normalize(), "f")
        case dict():
            return {str(key): exact(item) for key, item in value.items()}
        case list() | tuple():
            return [exact(item) for item in value]
        case _ if type(value).__name__ == "__proxy__":
            return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a record")


def row_hash(label: str, pk: Any, names: Sequence[str], values: Sequence[Any], scheme: int = 1) -> str:
    """Return the SHA-256 of the model, the row's key and its declared fields by name, prefixed with the scheme's number from the second on."""
    content = {"record": label, "id": exact(pk), "fields": dict(zip(names, map(exact, values), strict=True))}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
    return digest if scheme == 1 else f"{scheme}:{digest}"


@dataclass(frozen=True)
class Kind:
    """A model whose rows are evidence.

    `path` is the lookup from a row to its stream, empty for rows that belong to the lab itself. `schemes` are all lists of
    fields that were ever hashed, the current one last: old hashes are checked against the list they were made from. `acts`
    are acts in the ledger that always write such a row.
    """

    model: type[models.Model]
    label: str
    path: str
    schemes: tuple[tuple[str, ...], ...]
    acts: frozenset[str]

    @property
    def names(self) -> tuple[str, ...]:
        return self.schemes[-1]

    @property
    def lookup(self) -> str:
        """The lookup from a row to the key of its stream."""
        return f"{self.path}_id" if self.path else ""

    @cached_property
    def columns(self) -> frozenset[str]:
        """The model's own fields that are covered, under every name that a write may use."""
        own: set[str] = set()
        for name in {*self.names, self.path}:
            first = name.split(LOOKUP_SEP)[0]
            if first:
                field = self.model._meta.get_field(first)
                own |= {field.name, str(getattr(field, "attname", field.name))}
        return frozenset(own)

    def hash_of(self, pk: Any, values: Sequence[Any], scheme: int = 0) -> str:
        number = scheme or len(self.schemes)
        return row_hash(self.label, pk, self.schemes[number - 1], values, number)

    def of(self, stream: int) -> models.QuerySet[Any]:
        """Return the rows of one subject."""
        return self.model._base_manager.filter(**{self.lookup: stream}).order_by("pk")

    def read(self, rows: models.QuerySet[Any]) -> Iterator[tuple[int | None, Any, list[Any]]]:
        """Yield the stream (None for the lab's), key and current field values of each of `rows`."""
        for row in rows.values_list(*((self.lookup,) if self.path else ()), "pk", *self.names).iterator(chunk_size=2000):
            yield (row[0], row[1], list(row[2:])) if self.path else (None, row[0], list(row[1:]))

    def at_hand(self, row: models.Model) -> tuple[int | None, list[Any]] | None:
        """Return a row's stream and values if they are in memory; None if the database must be queried."""
        try:
            stream = _walk(row, self.lookup) if self.path else None
            return stream, [_walk(row, name) for name in self.names]
        except _NotAtHand:
            return None


class _NotAtHand(Exception):
    """Raised if a value isn't in memory."""


def _walk(row: models.Model, path: str) -> Any:
    *steps, last = path.split(LOOKUP_SEP)
    for step in steps:
        if step not in row._state.fields_cache or row._state.fields_cache[step] is None:
            raise _NotAtHand
        row = row._state.fields_cache[step]
    field = _field(type(row), last)
    if field.attname not in row.__dict__ or hasattr(row.__dict__[field.attname], "resolve_expression"):
        raise _NotAtHand
    return field.to_python(field.get_prep_value(row.__dict__[field.attname]))  # as the table would return it


def _field(model: type[models.Model], name: str) -> Any:
    """Return the field for `name`, with or without `_id`."""
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return model._meta.get_field(name.removesuffix("_id"))


# ── Covered models ─────────────────────────────────────────────────────────────────

_kinds: Registry[Kind] = Registry(RegistryKind.RECORD)
_by_model: dict[type[models.Model], Kind] = {}


def recorded(
    *, in_stream: str, fields: str, before: Sequence[str] = (), acts: str = "", label: str = ""
) -> Callable[[ModelType], ModelType]:
    """Declare a model's rows as evidence. `in_stream` is the lookup to their stream, "lab" for the lab's own.

    `fields`, separated by spaces, can follow foreign keys (`stream__kind`). If the list changes, move the old one to `before` and
    adopt the rows again in a migration (ledger/adoption.py). `label` keeps the ledger's name if a model is renamed.
    The model's default manager must come from `RecordQuerySet`, or bulk writes would be missed (a test checks that).
    """

    def declare(model: ModelType) -> ModelType:
        schemes = tuple(tuple(names.split()) for names in (*before, fields))
        kind = Kind(model, label or model._meta.label_lower, "" if in_stream == "lab" else in_stream, schemes, frozenset(acts.split()))
        _kinds[kind.label] = _by_model[model] = kind
        signals.post_save.connect(_saved, sender=model, dispatch_uid=f"recorded {kind.label}")
        signals.pre_delete.connect(_deleted, sender=model, dispatch_uid=f"recorded {kind.label}")
        return model

    return declare


def kinds() -> list[Kind]:
    """Return every covered model, ordered by label."""
    return [kind for _label, kind in sorted(_kinds.items())]


def kind_of(model: type[models.Model]) -> Kind | None:
    return _by_model.get(model)


def kind_named(label: str) -> Kind | None:
    return _kinds.get(label)


# ── Writes that aren't in the ledger yet ────────────────────────────────────────────


class _Written:
    """One write to one row. It is one of the connection's commit hooks, so that rolling back a savepoint removes it.

    If `known`, `stream` and `digest` are as written; otherwise they are read when an event is made. `digest` is None for a row
    that was removed.
    """

    __slots__ = ("digest", "kind", "known", "named", "pk", "stream")

    def __init__(self, kind: Kind, pk: Any) -> None:
        self.kind, self.pk = kind, pk
        self.stream: int | None = None
        self.digest: str | None = None
        self.known = self.named = False

    @property
    def key(self) -> tuple[str, Any]:
        return self.kind.label, self.pk

    def learn(self, stream: int | None, digest: str | None) -> _Written:
        self.stream, self.digest, self.known = stream, digest, True
        return self

    def belongs_to(self, stream: Stream) -> bool:
        return self.known and (self.stream == stream.pk if self.kind.path else stream.kind == LAB)

    def __call__(self) -> None:
        """Log an error at the commit if no event names this write."""
        if not self.named:
            log.error("evidence_without_event", record=self.kind.label, row=self.pk)


class _Named:
    """A marker that an event names these writes; with `all_before`, everything written until then."""

    __slots__ = ("all_before", "keys")

    def __init__(self, keys: Iterable[tuple[str, Any]], *, all_before: bool) -> None:
        self.keys, self.all_before = frozenset(keys), all_before

    def __call__(self) -> None:
        """Do nothing at the commit."""


_paused: ContextVar[bool] = ContextVar("records_paused", default=False)


@contextmanager
def left_to_adoption() -> Iterator[None]:
    """Don't track writes within the block; for generated data in large amounts, which is adopted afterwards. Never use it in an act."""
    token = _paused.set(True)
    try:
        yield
    finally:
        _paused.reset(token)


def _note(written: _Written) -> None:
    if not _paused.get():
        transaction.get_connection().on_commit(written)


def _pending() -> list[_Written]:
    """Return the last write to each row that no event names yet, in order of writing."""
    waiting: dict[tuple[str, Any], _Written] = {}
    named: set[tuple[str, Any]] = set()
    for _sids, hook, *_rest in reversed(transaction.get_connection().run_on_commit):
        if isinstance(hook, _Named):
            if hook.all_before:
                break
            named |= hook.keys
        elif isinstance(hook, _Written) and hook.key not in named:
            waiting.setdefault(hook.key, hook)
    return list(reversed(waiting.values()))


def _on_insert(kind: Kind, row: models.Model) -> _Written:
    """Return the write of a newly inserted row, whose values in memory are what was written."""
    written = _Written(kind, row.pk)
    at_hand = kind.at_hand(row)
    return written.learn(at_hand[0], kind.hash_of(row.pk, at_hand[1])) if at_hand else written


def _saved(sender: type[models.Model], instance: models.Model, created: bool, raw: bool, update_fields: Any, **kwargs: Any) -> None:
    kind = _by_model[sender]
    if raw or _paused.get() or (update_fields is not None and kind.columns.isdisjoint(update_fields)):
        return
    # After an update, other fields in memory may be older than the table, so the row is read again.
    _note(_on_insert(kind, instance) if created else _Written(kind, instance.pk))


def _deleted(sender: type[models.Model], instance: models.Model, **kwargs: Any) -> None:
    kind = _by_model[sender]
    row = kind.model._base_manager.filter(pk=instance.pk)
    stream = row.values_list(kind.lookup, flat=True).first() if kind.path else None
    _note(_Written(kind, instance.pk).learn(stream, None))


class RecordQuerySet(models.QuerySet[Row]):
    """A queryset that tracks bulk writes of evidence rows like single ones."""

    def update(self, **values: Any) -> int:
        kind = kind_of(self.model)
        if kind is None or kind.columns.isdisjoint(values):
            return super().update(**values)
        keys = list(self.order_by().values_list("pk", flat=True))
        count = super().update(**values)
        for key in keys:
            _note(_Written(kind, key))
        return count

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        rows = super().bulk_create(objs, *args, **options)
        kind = kind_of(self.model)
        if kind and not _paused.get():
            if options.get("ignore_conflicts") or options.get("update_conflicts"):
                raise TypeError(
                    "Evidence rows can't be written with ignore_conflicts or update_conflicts: it must be known which were written."
                )
            for row in rows:
                _note(_on_insert(kind, row))
        return rows

    bulk_create.alters_data = True  # type: ignore[attr-defined]


# ── Adding writes to an event ───────────────────────────────────────────────────────────────────────────


def take(stream: Stream) -> tuple[Hashes, Callable[[], None]]:
    """Return the hashes of rows of `stream` written since its last event, and a function that marks them as named by an event.

    Runs one query per model with changed rows; new rows are in memory.
    """
    pending = _pending()
    _read([written for written in pending if not written.known])
    mine = [written for written in pending if written.belongs_to(stream)]
    hashes: Hashes = {}
    for written in mine:
        hashes.setdefault(written.kind.label, {})[str(written.pk)] = written.digest
    return hashes, partial(_mark, mine, all_before=len(mine) == len(pending))


def _read(pending: list[_Written]) -> None:
    """Read the current state of the rows in `pending` from the database; one query per model."""
    by_kind: dict[str, list[_Written]] = {}
    for written in pending:
        by_kind.setdefault(written.kind.label, []).append(written)
    for group in by_kind.values():
        kind = group[0].kind
        by_key = {written.pk: written for written in group}
        for stream, pk, values in kind.read(kind.model._base_manager.filter(pk__in=by_key)):
            by_key[pk].learn(stream, kind.hash_of(pk, values))


def _mark(named: list[_Written], *, all_before: bool) -> None:
    if not named:
        return
    keys = {written.key for written in named}
    # A row written several times since then is in the event once, as it is now, which covers its earlier writes too.
    for _sids, hook, *_rest in reversed(transaction.get_connection().run_on_commit):
        if isinstance(hook, _Named) and hook.all_before:
            break
        if isinstance(hook, _Written) and hook.key in keys:
            hook.named = True
    transaction.get_connection().on_commit(_Named(keys, all_before=all_before))
