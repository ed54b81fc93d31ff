"""What people read when a row would break a constraint of the database.

An act checks first, for a good sentence; of two who act at one moment both may pass the check, and the database refuses
one of them. `@act` (acts/act.py) turns that into the sentence that is declared here, beside the model that has the
constraint, so that nobody reads “server error” for it. A constraint without a sentence of its own gets one that is true of its kind, and
is logged: of two at one moment no such thing is known, so it is likely a fault of ours.
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
    """Let a violation of `constraint` be refused for what `finding` makes. A unique field is named "table.column"."""
    _sentences[constraint] = finding


def declared() -> set[str]:
    """The constraints that have a sentence of their own."""
    return set(_sentences)


def refusal_of(error: IntegrityError) -> Refused | None:
    """The refusal that `error` stands for; None when it is about no constraint of a model, such as a trigger's."""
    name = violated(error)
    if name not in known():
        return None
    if name not in _sentences:
        log.error("constraint_without_a_sentence", constraint=name)
    return Refused([sentence(name)])


def sentence(name: str) -> Finding:
    """What is said of a constraint: its own sentence, or one that is true of all of its kind."""
    if name in _sentences:
        return _sentences[name]()
    constraint = known()[name]
    if isinstance(constraint, CheckConstraint):
        own = constraint.violation_error_message != constraint.default_violation_error_message
        message = str(constraint.violation_error_message) if own else _("What was entered doesn't fit together, so nothing was saved.")
        return blocking("not-consistent", message, _("Check what you entered. If it looks right, tell the lab."))
    return blocking(
        "saved-meanwhile",
        _("Someone else saved the same thing at the same moment, so yours wasn't saved."),
        _("Load the page again to see what is there now."),
    )


@cache
def known() -> dict[str, BaseConstraint | Field]:
    """Every constraint and unique field of every model, by its name here."""
    by_name: dict[str, BaseConstraint | Field] = {}
    for model in apps.get_models(include_auto_created=True):
        by_name |= {constraint.name: constraint for constraint in model._meta.constraints}
        by_name |= {f"{model._meta.db_table}.{field.column}": field for field in model._meta.local_fields if field.unique}
    return by_name


def violated(error: IntegrityError) -> str:
    """The constraint that `error` is about, on either engine; empty when it is about another thing, such as a trigger."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is not None:
        return _on_postgresql(diagnosis.table_name or "", diagnosis.constraint_name or "")
    return _on_sqlite(str(error))


def _on_postgresql(table: str, constraint: str) -> str:
    """A unique field's constraint has a name that Django or PostgreSQL made of its table and column."""
    # Where one column's name begins another's ("name", "name_key"), the longest that fits is meant.
    fields = [name for columns, name in _by_columns().items() if name.startswith(f"{table}.") and len(columns) == 1]
    candidates = [name for name in fields if constraint.startswith(name.replace(".", "_"))]
    return max(candidates, key=len) if candidates and constraint not in _sentences else constraint


def _on_sqlite(message: str) -> str:
    """SQLite names a constraint by its columns, but for a check and for an index on expressions."""
    if named := re.fullmatch(r"(?:CHECK constraint failed: |UNIQUE constraint failed: index ')(\w+)'?", message):
        return named[1]
    if columns := re.fullmatch(r"UNIQUE constraint failed: (.+)", message):
        return _by_columns().get(frozenset(columns[1].split(", ")), "")
    return ""


@cache
def _by_columns() -> dict[frozenset[str], str]:
    """Unique constraints and unique fields by the columns that they are about."""
    names: dict[frozenset[str], str] = {}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        columns = {field.name: f"{meta.db_table}.{field.column}" for field in meta.local_fields}
        names |= {frozenset([columns[field.name]]): columns[field.name] for field in meta.local_fields if field.unique}
        for constraint in meta.constraints:
            if isinstance(constraint, UniqueConstraint) and constraint.fields:
                names[frozenset(columns[name] for name in constraint.fields)] = constraint.name
    return names
