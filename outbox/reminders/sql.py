"""SQL that is written out: its values as each database takes them, and its rows."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import connection


def cast(value: str, kind: str) -> str:
    """PostgreSQL asks for types; SQLite keeps days, moments and JSON as text."""
    return f"{value}::{kind}" if connection.vendor == "postgresql" else value


def adapted(value: Any) -> Any:
    """A moment, a day or a text as the database takes it."""
    if isinstance(value, datetime.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, datetime.date) else str(value)


def rows_of(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Every row that `sql` finds."""
    with connection.cursor() as cursor:
        # `sql` is put together from our own names; whatever comes from a row or a person is in `values`.
        cursor.execute(sql, values)
        return cursor.fetchall()
