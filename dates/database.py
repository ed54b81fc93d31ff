"""Days in the database, without asking the database what day it is; and, at the foot, values in SQL that is written out.

PostgreSQL has zone files of its own, which may be older than ours (dates/zone.py). So a query compares with instants that
were worked out here (`start_of`, `end_of`), and where it needs a day out of an instant, it subtracts offsets that were
worked out here too (`LocalDate`). `make check` refuses `__date`, `Trunc…`, `Extract…` and `AT TIME ZONE` elsewhere.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import DateField, Func

from dates.zone import NAME, PACIFIC

DAY = datetime.timedelta(days=1)
FIRST, LAST = datetime.date(2010, 1, 1), datetime.date(2100, 1, 1)  # no instant of ours is before


def start_of(day: datetime.date) -> datetime.datetime:
    """The instant at which `day` begins, Pacific."""
    return datetime.datetime.combine(min(day, datetime.date.max - DAY), datetime.time(), tzinfo=PACIFIC)


def end_of(day: datetime.date) -> datetime.datetime:
    """The instant at which `day` is over, Pacific; the first of the next."""
    return start_of(min(day, datetime.date.max - 2 * DAY) + DAY)


class LocalDate(Func):
    """The Pacific day of an instant, by our own zone data on every database. In place of `TruncDate` and `__date`."""

    arity = 1
    output_field = DateField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        sql, params = compiler.compile(self.source_expressions[0])
        return date_sql(sql), (*params, *params)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        sql, params = compiler.compile(self.source_expressions[0])
        return connection.ops.datetime_cast_date_sql(sql, params, NAME)  # Python's own function, in our process


def date_sql(sql: str) -> str:
    """PostgreSQL's expression for the Pacific day of `sql`, which it holds twice: the instant in UTC, moved by our offset of then."""
    instants, offsets = _changes()
    moved = f"(ARRAY[{offsets}]::interval[])[1 + width_bucket({sql}, ARRAY[{instants}]::timestamptz[])]"
    return f"CAST((({sql}) AT TIME ZONE 'UTC') + {moved} AS date)"  # UTC is the same in every zone file


def day_sql(column: str) -> str:
    """SQL for the Pacific day of the instant in `column`, where a query is written by hand."""
    if connection.vendor == "postgresql":
        return date_sql(column)
    sql, params = connection.ops.datetime_cast_date_sql(column, (), NAME)
    return str(sql % tuple(f"'{param}'" for param in params))


@cache
def _changes() -> tuple[str, str]:
    """When the offset changes, and the offsets before, between and after, as lists for SQL."""
    offset_changes = changes()
    instants = ", ".join(f"'{instant:%Y-%m-%d %H:%M:%S}+00'" for instant, _offset in offset_changes[1:])
    offsets = ", ".join(f"'{int(offset.total_seconds())} seconds'" for _instant, offset in offset_changes)
    return instants, offsets


def changes() -> list[tuple[datetime.datetime, datetime.timedelta]]:
    """Every instant from `FIRST` to `LAST` at which Pacific time changes its distance from UTC, with the new one; the first is `FIRST`."""
    moment = datetime.datetime.combine(FIRST, datetime.time(), tzinfo=datetime.UTC)
    offset_changes = [(moment, _offset(moment))]
    while moment.date() < LAST:
        if _offset(moment + DAY) != offset_changes[-1][1]:
            instant = _first_with_another(moment, moment + DAY)
            offset_changes.append((instant, _offset(instant)))
        moment += DAY
    return offset_changes


def _first_with_another(low: datetime.datetime, high: datetime.datetime) -> datetime.datetime:
    """To the second; zone data knows nothing finer."""
    before = _offset(low)
    while high - low > datetime.timedelta(seconds=1):
        middle = low + datetime.timedelta(seconds=(high - low) // datetime.timedelta(seconds=2))
        low, high = (middle, high) if _offset(middle) == before else (low, middle)
    return high


def _offset(moment: datetime.datetime) -> datetime.timedelta:
    return moment.astimezone(PACIFIC).utcoffset() or datetime.timedelta()


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
