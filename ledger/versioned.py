"""Edits that never overwrite somebody else's unseen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models, transaction

from ledger.actions import append
from ledger.models import Stream


class Versioned(models.Model):
    """A row that counts its edits; a form carries the count it was shown."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class Stale(Exception):
    """Somebody changed the row since the form was shown. `current` is the row now, `differing` its fields that differ."""

    def __init__(self, current: Versioned, differing: Mapping[str, tuple[Any, Any]]) -> None:
        self.current = current
        self.differing = differing
        super().__init__("changed meanwhile")


Record = TypeVar("Record", bound=Versioned)


@transaction.atomic
def revise(
    record: Record,
    *,
    expected: int,
    changes: Mapping[str, Any],
    act: str,
    by: object,
    stream: Stream,
    facts: Mapping[str, Any] | None = None,
) -> Record:
    """Write `changes` to `record` if it is still at version `expected`, and record what changed from what.

    `facts` go into the ledger beside the changes. Returns the row as it now stands; an edit that changes nothing writes nothing. Raises `Stale` when
    somebody else's edit came first; nothing has changed then.
    """
    manager = type(record)._default_manager
    current = manager.select_for_update().get(pk=record.pk)
    differing = {name: (getattr(current, name), value) for name, value in changes.items() if getattr(current, name) != value}
    if current.version != expected:
        raise Stale(current, differing)
    if not differing:
        return current
    for name, value in changes.items():
        setattr(current, name, value)
    current.version += 1
    current.full_clean(validate_unique=False, validate_constraints=False)
    current.save(update_fields=[*changes, "version"])
    changed = {name: {"from": _display(old), "to": _display(new)} for name, (old, new) in differing.items()}
    append(stream, act, by=by, facts={"record": current._meta.label_lower, "id": current.pk, "changes": changed, **(facts or {})})
    return current


def _display(value: Any) -> Any:
    return str(value) if isinstance(value, models.Model) else value
