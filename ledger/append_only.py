"""A migration operation that makes a table append-only, on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

APPEND_ONLY_SQLITE = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only: {verb} refused'); END"""

APPEND_ONLY_FUNCTION = """CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{table} is append-only: % refused', lower(TG_OP) USING ERRCODE = 'integrity_constraint_violation'; END $$"""
APPEND_ONLY_ROWS = """CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"""
APPEND_ONLY_TABLE = """CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"""


class AppendOnly(Operation):
    """After it, UPDATE, DELETE and (PostgreSQL) TRUNCATE of `table` raise IntegrityError.

    SQLite loses triggers when a later migration rebuilds the table: such a migration must end with this
    operation again. tests/ledger/test_append_only.py tells when one forgot.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str) -> None:
        self.table = table

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.table], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Triggers are no part of the models' state."""

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        if schema_editor.connection.vendor == "postgresql":
            for statement in (APPEND_ONLY_FUNCTION, APPEND_ONLY_ROWS, APPEND_ONLY_TABLE):
                schema_editor.execute(statement.format(table=self.table), params=None)
        else:
            for verb in ("update", "delete"):
                schema_editor.execute(APPEND_ONLY_SQLITE.format(table=self.table, verb=verb, VERB=verb.upper()), params=None)

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            for name in ("append_only", "no_truncate"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.table}_{name} ON {self.table}", params=None)
        else:
            for verb in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.table}_no_{verb}", params=None)

    def describe(self) -> str:
        return f"Make {self.table} append-only"
