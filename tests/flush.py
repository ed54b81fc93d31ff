"""Lets the test runner empty tables that refuse DELETE and TRUNCATE.

After a test with real transactions Django flushes every table; the ledger's triggers rightly refuse. The
triggers sleep for exactly that statement list, and only in tests: the product has no such way round.
On PostgreSQL only what holds rows is emptied, by DELETE: TRUNCATE writes a new file for every table and index.
The names of models and of their permissions stay: Django would write the same rows again after every test.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import flush
from django.db import transaction
from django.db.backends.base.operations import BaseDatabaseOperations

STAY = ("auth_permission", "django_content_type")
plainly = BaseDatabaseOperations.execute_sql_flush


def flush_past_triggers(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
    with transaction.atomic(using=self.connection.alias):
        if self.connection.vendor == "postgresql":
            tables = _with_rows(self.connection)
            with _asleep_on_postgresql(self.connection, tables):
                plainly(self, [*(f"DELETE FROM {table}" for table in tables), "SET CONSTRAINTS ALL IMMEDIATE"])  # noqa: S608 - the names the database itself gives
        else:
            with _asleep_on_sqlite(self.connection):
                plainly(self, [sql for sql in sql_list if not any(f'"{table}"' in sql for table in STAY)])


def _with_rows(connection: Any) -> list[str]:
    """Each table that holds rows; foreign keys are asked about at the end, when all are gone."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [connection.ops.quote_name(name) for name in names if name not in STAY]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables))  # noqa: S608 - likewise
        return [table for (table,) in cursor.fetchall()]


@contextmanager
def _asleep_on_postgresql(connection: Any, tables: list[str] | None = None) -> Iterator[None]:
    """Switches off the triggers our migrations made, of `tables` or of all; needs the tables' owner, not a superuser."""
    with connection.cursor() as cursor:
        if tables is None:
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
    flush.emit_post_migrate_signal = lambda *args, **kwargs: None  # it would make the rows that stay
