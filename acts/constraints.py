"""Messages for people when a row would violate a database constraint.

An act checks first, so that it can give a good message. If two people act at the same moment, both may pass the check, and the
database refuses one of them. `@act` (acts/act.py) turns that into the message declared for the constraint, beside its model,
instead of a server error. A constraint without its own message gets a general one and is logged, because no simultaneous acts
are known to cause it, so it is probably a bug.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import structlog
from django.apps import apps
from django.db import IntegrityError
from django.db.models import BaseConstraint, CheckConstraint, Field, UniqueConstraint
from django.utils.translation import gettext as _

from acts.registry import Registry, RegistryKind
from findings import Finding, Refused, blocking

log = structlog.get_logger(__name__)

_sentences: Registry[Callable[[], Finding]] = Registry(RegistryKind.CONSTRAINT)


def declare(constraint: str, finding: Callable[[], Finding]) -> None:
    """Declare the finding to refuse a violation of `constraint` with. A unique field is named "table.column"."""
    _sentences[constraint] = finding


def declared() -> set[str]:
    """Return the constraints that have their own message."""
    return set(_sentences)


def refusal_of(error: IntegrityError) -> Refused | None:
    """Return the refusal for `error`; None if it isn't about a model's constraint, for example if a trigger raised it."""
    name = violated(error)
    if name not in known():
        return None
    if name not in _sentences:
        log.error("constraint_without_a_sentence", constraint=name)
    return Refused([sentence(name)])


def sentence(name: str) -> Finding:
    """Return the finding for a constraint: its own, or a general one for its kind."""
    if name in _sentences:
        return _sentences[name]()
    constraint = known()[name]
    if isinstance(constraint, CheckConstraint):
        own = constraint.violation_error_message != constraint.default_violation_error_message
        message = (
            str(constraint.violation_error_message) if own else _("Some of what you entered doesn’t go together, so nothing was saved.")
        )
        return blocking("not-consistent", message, _("Check what you entered. If it looks right, tell the lab."))
    return blocking(
        "saved-meanwhile",
        _("Someone else saved the same thing at the same time, so yours wasn’t saved."),
        _("Reload the page to see what was saved."),
    )


@cache
def known() -> dict[str, BaseConstraint | Field]:
    """Return every constraint and unique field of every model, by the name used here."""
    by_name: dict[str, BaseConstraint | Field] = {}
    for model in apps.get_models(include_auto_created=True):
        by_name |= {constraint.name: constraint for constraint in model._meta.constraints}
        by_name |= {f"{model._meta.db_table}.{field.column}": field for field in model._meta.local_fields if field.unique}
    return by_name


def violated(error: IntegrityError) -> str:
    """Return the name of the constraint that `error` is about, on either database; empty if it is about something else, such as a trigger."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is not None:
        return _on_postgresql(diagnosis.table_name or "", diagnosis.constraint_name or "")
    return _on_sqlite(str(error))


def _on_postgresql(table: str, constraint: str) -> str:
    """Return the constraint's name here. Django or PostgreSQL name a unique field's constraint after its table and column."""
    # If one column's name starts with another's ("name", "name_key"), the longest match is the right one.
    fields = [name for columns, name in _by_columns().items() if name.startswith(f"{table}.") and len(columns) == 1]
    candidates = [name for name in fields if constraint.startswith(name.replace(".", "_"))]
    return max(candidates, key=len) if candidates and constraint not in _sentences else constraint


def _on_sqlite(message: str) -> str:
    """Return the constraint's name here. SQLite names its columns, except for a check or an index on expressions."""
    if named := re.fullmatch(r"(?:CHECK constraint failed: |UNIQUE constraint failed: index ')(\w+)'?", message):
        return named[1]
    if columns := re.fullmatch(r"UNIQUE constraint failed: (.+)", message):
        return _by_columns().get(frozenset(columns[1].split(", ")), "")
    return ""


@cache
def _by_columns() -> dict[frozenset[str], str]:
    """Return unique constraints and unique fields by their columns."""
    names: dict[frozenset[str], str] = {}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        columns = {field.name: f"{meta.db_table}.{field.column}" for field in meta.local_fields}
        names |= {frozenset([columns[field.name]]): columns[field.name] for field in meta.local_fields if field.unique}
        for constraint in meta.constraints:
            if isinstance(constraint, UniqueConstraint) and constraint.fields:
                names[frozenset(columns[name] for name in constraint.fields)] = constraint.name
    return names
