"""Revisions, so that an edit never silently overwrites someone else's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models


class Revised(models.Model):
    """A row that counts its edits; a form contains the revision it was shown."""

    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class Stale(Exception):
    """Raised if someone changed the row after the form was shown. `current` is the row now; `differing` has the fields that differ."""

    def __init__(self, current: Revised, differing: Mapping[str, tuple[Any, Any]]) -> None:
        self.current = current
        self.differing = differing
        super().__init__("someone else changed the row after the form was shown")


def refuse_if_stale(current: Revised, shown_revision: int, wanted: Mapping[str, Any] | None = None) -> None:
    """Raise `Stale` if `current`, which the caller has locked, is no longer at the revision that was shown.

    `wanted` are the values of the edit: those that differ from the row's are named beside each other.
    """
    if current.revision != shown_revision:
        values = wanted or {}
        raise Stale(current, {name: (getattr(current, name), value) for name, value in values.items() if getattr(current, name) != value})
