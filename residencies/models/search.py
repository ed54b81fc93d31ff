"""What a residency is found by: the words of its reference, product, program area and ministry, kept beside it.

A word is found by how it begins. PostgreSQL keeps the lexemes in a column of its own, indexed: a rare word is looked
up, and where many rows hold a word a list reads along them and stops when it has enough. SQLite reads. Lexemes are
made here, so that both mean the same.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PARTS = re.compile(r"[^\W_]+")
EDGES = re.compile(r"^[\W_]+|[\W_]+$")
LEXEMES = "array_to_tsvector(string_to_array({}, ' '))"
KEPT = "search_words"
MOST_WORDS = 5


def words_of(*texts: str) -> list[str]:
    """The words of `texts` in lower case, each once, a compound such as XL-2026-014 whole and in its parts."""
    whole = [EDGES.sub("", word) for text in texts for word in text.casefold().split()]
    return list(dict.fromkeys(part for word in whole if word for part in (word, *PARTS.findall(word))))


def asked_for(text: str) -> list[str]:
    """The beginnings of words that a search asks for, compounds whole; marks that stand alone are passed over."""
    return [word for word in (EDGES.sub("", word) for word in text.casefold().split()) if word][:MOST_WORDS]


class SearchText(models.TextField):
    """Words with one space between them, as `words_of` makes them."""


@SearchText.register_lookup
class HasWord(models.Lookup):
    """Whether one of the words begins so."""

    lookup_name = "has_word"
    prepare_rhs = False

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        quoted = self.rhs.replace("\\", "\\\\").replace("'", "''")
        return f'{compiler.quote_name_unless_alias(self.lhs.alias)}."{KEPT}" @@ %s::tsquery', [f"'{quoted}':*"]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        lhs, params = self.process_lhs(compiler, connection)
        return f"(' ' || {lhs}) LIKE %s ESCAPE '\\'", [*params, f"% {connection.ops.prep_for_like_query(self.rhs)}%"]


class SearchIndex(migrations.operations.base.Operation):
    """The index that PostgreSQL finds words in."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str, column: str) -> None:
        self.table, self.column = table, column

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.table, self.column], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """An index that SQLite has not is no part of the models' state."""

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            lexemes = LEXEMES.format(self.column)
            schema_editor.execute(
                f"CREATE INDEX {self.table}_search ON {self.table} USING gin (({lexemes})) WITH (fastupdate = off)", params=None
            )

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX IF EXISTS {self.table}_search", params=None)

    def describe(self) -> str:
        return f"Make {self.table}.{self.column} searchable"


class SearchWords(SearchIndex):
    """The column in which PostgreSQL keeps the lexemes, and its index in place of the one over an expression.

    Made anew for each row that a list reads along, lexemes took 50 ms where kept ones take 5.
    """

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
            lexemes = LEXEMES.format(self.column)
            schema_editor.execute(
                f"ALTER TABLE {self.table} ADD COLUMN {KEPT} tsvector GENERATED ALWAYS AS ({lexemes}) STORED", params=None
            )
            schema_editor.execute(
                f"CREATE INDEX {self.table}_search ON {self.table} USING gin ({KEPT}) WITH (fastupdate = off)", params=None
            )

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"ALTER TABLE {self.table} DROP COLUMN {KEPT}", params=None)
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Keep the words of {self.table}.{self.column}"
