"""Migration operations that make a table append-only, or freeze its rows once people may have read or signed them (EL-07, EL-26)."""

from __future__ import annotations

from collections.abc import Iterator
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
    """Makes UPDATE, DELETE and (on PostgreSQL) TRUNCATE of `table` raise IntegrityError.

    SQLite loses triggers when a later migration rebuilds the table: such a migration must end with this
    operation again. tests/ledger/test_append_only.py fails if one doesn't.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str) -> None:
        self.table = table

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.table], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Do nothing: triggers aren't part of the models' state."""

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        if schema_editor.connection.vendor == "postgresql":
            # TRUNCATE fires no row triggers, so it needs its own; SQLite has no TRUNCATE.
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


FROZEN_SQLITE = """CREATE TRIGGER {table}_{name}_{verb} BEFORE {VERB} ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{table} {why}: {verb} refused'); END"""

FROZEN_FUNCTION = """CREATE OR REPLACE FUNCTION {table}_{name}_{verb}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN IF {when} THEN RAISE EXCEPTION '{table} {why}: {verb} refused' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN {row}; END $$"""
FROZEN_TRIGGER = """CREATE TRIGGER {table}_{name}_{verb} BEFORE {VERB} ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_{name}_{verb}()"""


class _Triggers(Operation):
    reversible = True
    reduces_to_sql = True
    table: str
    name, why = "frozen", "is frozen"

    def conditions(self, differs: str) -> dict[str, str]:
        """Return the SQL condition for refusing each verb; `differs` is the database's NULL-safe comparison."""
        raise NotImplementedError

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Do nothing: triggers aren't part of the models' state."""

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        postgres = schema_editor.connection.vendor == "postgresql"
        # `<>` is unknown, not true, if one side is NULL: a column could be set to NULL and the trigger would allow it.
        for verb, when in self.conditions("IS DISTINCT FROM" if postgres else "IS NOT").items():
            parts = {"table": self.table, "name": self.name, "why": self.why, "verb": verb, "VERB": verb.upper(), "when": when}
            parts["row"] = "OLD" if verb == "delete" else "NEW"
            for statement in (FROZEN_FUNCTION, FROZEN_TRIGGER) if postgres else (FROZEN_SQLITE,):
                schema_editor.execute(statement.format(**parts), params=None)

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        on_table = f" ON {self.table}" if schema_editor.connection.vendor == "postgresql" else ""
        for verb in self.conditions("IS NOT"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.table}_{self.name}_{verb}{on_table}", params=None)

    def describe(self) -> str:
        return f"Freeze {self.table}"


class FrozenRow(_Triggers):
    """Stops changes to `columns` of rows of `table` for which `when` holds, and stops deleting those rows.

    `when` is an SQL condition on `OLD`. With `always`, no row can be deleted and those columns never change.
    SQLite loses triggers when a later migration rebuilds the table: such a migration must end with
    this operation again.
    """

    def __init__(self, table: str, when: str, columns: list[str], always: list[str] | None = None) -> None:
        self.table, self.when, self.columns, self.always = table, when, columns, always or []

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.table, self.when, self.columns, *([self.always] if self.always else [])], {}

    def conditions(self, differs: str) -> dict[str, str]:
        def changed(columns: list[str]) -> str:
            return " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in columns)

        refused = f"({self.when}) AND ({changed(self.columns)})"
        if not self.always:
            return {"update": refused, "delete": f"({self.when})"}
        return {"update": f"({refused}) OR ({changed(self.always)})", "delete": "1 = 1"}


class FrozenChildren(_Triggers):
    """Stops rows of `table` from being added, changed or removed while their parent is frozen.

    `column` points at `parent`; `when` is an SQL condition on the parent's columns. A row with a value in `joins` can still be
    added, but not changed after that.
    """

    def __init__(self, table: str, column: str, parent: str, when: str, joins: str = "") -> None:
        self.table, self.column, self.parent, self.when, self.joins = table, column, parent, when, joins

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.table, self.column, self.parent, self.when, *([self.joins] if self.joins else [])], {}

    def conditions(self, differs: str) -> dict[str, str]:
        def frozen(row: str) -> str:
            return f"EXISTS (SELECT 1 FROM {self.parent} WHERE id = {row}.{self.column} AND {self.when})"  # noqa: S608 - names from a migration

        # Both sides of an update: otherwise a row could be moved out of a frozen parent, or into one.
        added = f"NEW.{self.joins} IS NULL AND {frozen('NEW')}" if self.joins else frozen("NEW")
        return {"insert": added, "update": f"{frozen('OLD')} OR {frozen('NEW')}", "delete": frozen("OLD")}


class NoOverlap(_Triggers):
    """After it, no two rows of `table` with one value in `group` may share a day: each lasts from `start` until, not including, `end`.

    A row without an end lasts on. PostgreSQL has exclusion constraints for this and SQLite has none, so both get a trigger; of two
    transactions at once neither trigger sees the other's row, so the acts lock what `group` points at first.
    """

    name, why = "overlap", "would overlap"

    def __init__(self, table: str, group: str, start: str, end: str) -> None:
        self.table, self.group, self.start, self.end = table, group, start, end

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.table, self.group, self.start, self.end], {}

    def conditions(self, differs: str) -> dict[str, str]:
        # A row that is being added has no id yet on SQLite: only an operator that knows NULL tells it from the others.
        overlaps = (
            f"EXISTS (SELECT 1 FROM {self.table} AS other WHERE other.{self.group} = NEW.{self.group} AND other.id {differs} NEW.id "  # noqa: S608 - names from a migration
            f"AND (NEW.{self.end} IS NULL OR other.{self.start} < NEW.{self.end}) "
            f"AND (other.{self.end} IS NULL OR NEW.{self.start} < other.{self.end}))"
        )
        return {"insert": overlaps, "update": overlaps}

    def describe(self) -> str:
        return f"Keep rows of {self.table} from overlapping"


KEPT_TOTAL = "UPDATE {parent} SET {total} = {total} {change} WHERE id = {row}.{column}"
KEPT_RIGHT = "NEW.{total} <> (SELECT COALESCE(SUM({amount}), 0) FROM {table} WHERE {column} = NEW.id AND {counts})"


class KeptTotal(Operation):
    """Keeps in `parent`.`total` the sum of `amount` over the rows of `table` for which `counts` holds, and refuses any other total.

    `column` points at the parent. A check constraint on the total then bounds the sum, on both databases and for two writers at
    once: the second waits for the parent's row, and its amount is added to what the first one left. A row's amount and parent
    never change, and no row is deleted (`FrozenRow`); only whether it counts may.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str, column: str, parent: str, total: str, amount: str, counts: str) -> None:
        self.table, self.column, self.parent, self.total, self.amount, self.counts = table, column, parent, total, amount, counts

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.table, self.column, self.parent, self.total, self.amount, self.counts], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Do nothing: triggers aren't part of the models' state."""

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        before, after = (f"CASE WHEN {row}.{self.counts} THEN {row}.{self.amount} ELSE 0 END" for row in ("OLD", "NEW"))
        names = {name: getattr(self, name) for name in ("table", "column", "parent", "total", "amount", "counts")}
        changes = {
            "insert": KEPT_TOTAL.format(change=f"+ ({after})", row="NEW", **names),
            "update": KEPT_TOTAL.format(change=f"+ ({after}) - ({before})", row="NEW", **names),
        }
        wrong, refused = KEPT_RIGHT.format(**names), f"{self.parent}.{self.total} is kept by its rows"
        # A new parent has no rows yet, and its key isn't known before it is inserted.
        checks = {"insert": f"NEW.{self.total} <> 0", "update": wrong}
        create = self._on_postgresql if schema_editor.connection.vendor == "postgresql" else self._on_sqlite
        for verb in ("insert", "update"):
            for statement in create(verb, changes[verb], checks[verb], refused):
                schema_editor.execute(statement, params=None)

    def _names(self, verb: str) -> tuple[str, str]:
        """Return the names of the trigger that keeps the total, and of the one that refuses another."""
        return f"{self.table}_{self.total}_{verb}", f"{self.parent}_{self.total}_{verb}"

    def _on_postgresql(self, verb: str, change: str, wrong: str, refused: str) -> Iterator[str]:
        keeper, guard = self._names(verb)
        raised = f"IF {wrong} THEN RAISE EXCEPTION '{refused}' USING ERRCODE = 'integrity_constraint_violation'; END IF"
        yield f"CREATE OR REPLACE FUNCTION {keeper}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {change}; RETURN NULL; END $$"
        yield f"CREATE TRIGGER {keeper} AFTER {verb} ON {self.table} FOR EACH ROW EXECUTE FUNCTION {keeper}()"
        yield f"CREATE OR REPLACE FUNCTION {guard}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {raised}; RETURN NEW; END $$"
        yield f"CREATE TRIGGER {guard} BEFORE {verb} ON {self.parent} FOR EACH ROW EXECUTE FUNCTION {guard}()"

    def _on_sqlite(self, verb: str, change: str, wrong: str, refused: str) -> Iterator[str]:
        keeper, guard = self._names(verb)
        yield f"CREATE TRIGGER {keeper} AFTER {verb} ON {self.table} BEGIN {change}; END"
        yield f"CREATE TRIGGER {guard} BEFORE {verb} ON {self.parent} WHEN {wrong} BEGIN SELECT RAISE(ABORT, '{refused}'); END"

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        postgres = schema_editor.connection.vendor == "postgresql"
        for table in (self.table, self.parent):
            for verb in ("insert", "update"):
                on_table = f" ON {table}" if postgres else ""
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_{self.total}_{verb}{on_table}", params=None)

    def describe(self) -> str:
        return f"Keep the total of {self.table} in {self.parent}.{self.total}"


class Unfreeze(Operation):
    """Removes the triggers of `frozen` in a migration that rebuilds a table they read; the migration must end with `frozen` again."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, frozen: FrozenRow | FrozenChildren) -> None:
        self.frozen = frozen

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.frozen], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Do nothing: triggers aren't part of the models' state."""

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        self.frozen.database_backwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        self.frozen.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Remove the triggers from {self.frozen.table}"
