"""Pacific days in database queries, without relying on the database's time zones; and helpers for values in handwritten SQL.

PostgreSQL has its own zone files, which may be older than ours (dates/zone.py). So queries compare with instants that are
computed here (`start_of`, `end_of`), and if they need the day of an instant, they apply offsets that are computed here
(`LocalDate`). `make check` refuses `__date`, `Trunc…`, `Extract…` and `AT TIME ZONE` elsewhere.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import DateField, Func, Q

from dates.zone import NAME, PACIFIC

DAY = datetime.timedelta(days=1)
FIRST, LAST = datetime.date(2010, 1, 1), datetime.date(2100, 1, 1)  # no instant of ours is outside


def start_of(day: datetime.date) -> datetime.datetime:
    """Return the instant at which `day` starts, Pacific."""
    return datetime.datetime.combine(min(day, datetime.date.max - DAY), datetime.time(), tzinfo=PACIFIC)


def end_of(day: datetime.date) -> datetime.datetime:
    """Return the instant at which `day` is over, Pacific, which is the first of the next day."""
    return start_of(min(day, datetime.date.max - 2 * DAY) + DAY)


def entered_by(moment: datetime.datetime, field: str) -> Q:
    """Return a condition on rows: entered at `moment` or earlier, or so long ago that the time in `field` wasn't kept yet (EL-97)."""
    return Q(**{field: None}) | Q(**{f"{field}__lte": moment})


def on_record(moment: datetime.datetime, *, entered: str, undone: str) -> Q:
    """Return a condition on rows: on record at `moment`, whatever was struck out or removed since (EL-97)."""
    return entered_by(moment, entered) & (Q(**{undone: None}) | Q(**{f"{undone}__gt": moment}))


class LocalDate(Func):
    """The Pacific day of an instant, from our own zone data on every database. Use it instead of `TruncDate` and `__date`."""

    arity = 1
    output_field = DateField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        sql, params = compiler.compile(self.source_expressions[0])
        return date_sql(sql), (*params, *params)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        sql, params = compiler.compile(self.source_expressions[0])
        return connection.ops.datetime_cast_date_sql(sql, params, NAME)  # Python's own function, in our process


def date_sql(sql: str) -> str:
    """Return PostgreSQL's expression for the Pacific day of `sql`, which occurs in it twice: the instant in UTC, plus our offset at that time."""
    instants, offsets = _changes()
    moved = f"(ARRAY[{offsets}]::interval[])[1 + width_bucket({sql}, ARRAY[{instants}]::timestamptz[])]"
    return f"CAST((({sql}) AT TIME ZONE 'UTC') + {moved} AS date)"  # UTC is the same in every zone file


def day_sql(column: str) -> str:
    """Return SQL for the Pacific day of the instant in `column`, for handwritten queries."""
    if connection.vendor == "postgresql":
        return date_sql(column)
    sql, params = connection.ops.datetime_cast_date_sql(column, (), NAME)
    return str(sql % tuple(f"'{param}'" for param in params))


@cache
def _changes() -> tuple[str, str]:
    """Return the instants at which the offset changes, and the offsets before, between and after, as lists for SQL."""
    offset_changes = changes()
    instants = ", ".join(f"'{instant:%Y-%m-%d %H:%M:%S}+00'" for instant, _offset in offset_changes[1:])
    offsets = ", ".join(f"'{int(offset.total_seconds())} seconds'" for _instant, offset in offset_changes)
    return instants, offsets


def changes() -> list[tuple[datetime.datetime, datetime.timedelta]]:
    """Return every instant from `FIRST` to `LAST` at which the Pacific offset from UTC changes, with the new one; starts with `FIRST`."""
    moment = datetime.datetime.combine(FIRST, datetime.time(), tzinfo=datetime.UTC)
    offset_changes = [(moment, _offset(moment))]
    while moment.date() < LAST:
        if _offset(moment + DAY) != offset_changes[-1][1]:
            instant = _first_with_another(moment, moment + DAY)
            offset_changes.append((instant, _offset(instant)))
        moment += DAY
    return offset_changes


def _first_with_another(low: datetime.datetime, high: datetime.datetime) -> datetime.datetime:
    """Find the second at which the offset changes; zone data is no finer."""
    before = _offset(low)
    while high - low > datetime.timedelta(seconds=1):
        middle = low + datetime.timedelta(seconds=(high - low) // datetime.timedelta(seconds=2))
        low, high = (middle, high) if _offset(middle) == before else (low, middle)
    return high


def _offset(moment: datetime.datetime) -> datetime.timedelta:
    return moment.astimezone(PACIFIC).utcoffset() or datetime.timedelta()


def cast(value: str, kind: str) -> str:
    """Cast a value for PostgreSQL, which needs types; SQLite stores days, moments and JSON as text."""
    return f"{value}::{kind}" if connection.vendor == "postgresql" else value


def adapted(value: Any) -> Any:
    """Return a moment, a day or a text in the form that the database expects."""
    if isinstance(value, datetime.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, datetime.date) else str(value)


def rows_of(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return every row of the query."""
    with connection.cursor() as cursor:
        # `sql` is built only from our own names; anything from a row or a person is in `values`.
        cursor.execute(sql, values)
        return cursor.fetchall()
