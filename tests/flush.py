"""Lets the test runner empty tables that refuse DELETE and TRUNCATE.

After a test with real transactions Django flushes every table; the ledger's triggers rightly refuse. The
triggers sleep for exactly that statement list, and only in tests: the product has no such way round.
On PostgreSQL only what holds rows is emptied, by DELETE: TRUNCATE writes a new file for every table and index.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.backends.base.operations import BaseDatabaseOperations

plainly = BaseDatabaseOperations.execute_sql_flush


def flush_past_triggers(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
    asleep = _asleep_on_postgresql if self.connection.vendor == "postgresql" else _asleep_on_sqlite
    with transaction.atomic(using=self.connection.alias), asleep(self.connection):
        plainly(self, _deletions(self.connection) if self.connection.vendor == "postgresql" else sql_list)


def _deletions(connection: Any) -> list[str]:
    """Deletes from each table that holds rows; foreign keys are asked about at the end, when all are gone."""
    tables = [
        connection.ops.quote_name(name) for name in connection.introspection.django_table_names(only_existing=True, include_views=False)
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables))  # noqa: S608 - the names the database itself gives
        return [f"DELETE FROM {table}" for (table,) in cursor.fetchall()] + ["SET CONSTRAINTS ALL IMMEDIATE"]  # noqa: S608 - likewise


@contextmanager
def _asleep_on_postgresql(connection: Any) -> Iterator[None]:
    """Switches off the triggers our migrations made; needs the tables' owner, not a superuser."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'")
        tables = [table for (table,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@contextmanager
def _asleep_on_sqlite(connection: Any) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _, sql in triggers:
            cursor.execute(sql)


def allow() -> None:
    BaseDatabaseOperations.execute_sql_flush = flush_past_triggers
