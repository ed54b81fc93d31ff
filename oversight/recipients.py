"""Who gets a reminder about something that a person may own: the owner, or the lab lead, or lab operations (EL-60)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import BigIntegerField, F, QuerySet, Value
from django.db.models.functions import Coalesce

from ledger import subjects
from people.lab import is_lab_staff
from people.models import Role

Rows = Callable[[], QuerySet[Any]]


def _lead(stream: str, last: str = "") -> Any:
    """Return an expression for the lab lead's account of the subject of `stream`, of any kind; `last` is a lookup from there."""
    paths = [f"{stream}__{kind.related_name}__{kind.contact}{last}" for kind in subjects.kinds() if kind.contact]
    return Coalesce(*map(F, paths), Value(None, output_field=BigIntegerField()), Value(None, output_field=BigIntegerField()))


def to_owner(rows: Rows, to: Any, owner: str, stream: str) -> QuerySet[Any]:
    """Select the owner."""
    return to(rows().exclude(**{owner: None}), person=owner)


def to_lead(rows: Rows, to: Any, owner: str, stream: str) -> QuerySet[Any]:
    """Select the lab lead if there is no owner; `owner` is "" for what nobody owns."""
    return to(_unowned(rows, owner, stream).filter(is_lab_staff("lead_account"), lead_person__isnull=False), person="lead_person")


def to_all(rows: Rows, to: Any, owner: str, stream: str) -> QuerySet[Any]:
    """Select all of lab operations if there is neither an owner nor a lab lead; `owner` is "" for what nobody owns."""
    return to(_unowned(rows, owner, stream).exclude(is_lab_staff("lead_account"), lead_person__isnull=False), role=Role.LAB_OPS)


def _unowned(rows: Rows, owner: str, stream: str) -> QuerySet[Any]:
    unowned = rows().filter(**{owner: None}) if owner else rows()
    return unowned.annotate(lead_account=_lead(stream), lead_person=_lead(stream, "__person"))
