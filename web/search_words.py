"""What a row is found by: its words, kept in a column beside it, and the known words that are one typo away.

A word is found by how it begins. PostgreSQL keeps the lexemes in a column of its own, indexed: a rare word is looked
up, and where many rows hold a word a list reads along them and stops when it has enough. SQLite reads. Lexemes are
made here, so that both mean the same.

Triggers add every word of such a column to `web.SearchWord`. A word that was mistyped is looked up there with a regular
expression, which pg_trgm's index answers in a few milliseconds; where that extension can't be installed, and on SQLite,
the words are read one after the other (docs/search.md has the figures).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

from django.db import DatabaseError, migrations, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from web.models import SearchWord

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


# ── Typos ────────────────────────────────────────────────────────────────────────────────────

LEAST_LETTERS = 4  # of a shorter word almost any other is one typo away
INDEXED_LETTERS = 8  # a longer pattern costs more to look up than what it finds is worth
MOST_FETCHED = 500
MOST_NEAR = 8


def one_typo(word: str) -> str:
    """A regular expression for what begins with `word` but for one typo: a letter wrong, missing, too many, or two swapped."""
    variants = []
    for place in range(len(word)):
        before, letter, after = word[:place], word[place], word[place + 1 :]
        variants += [(before, ".", after), (before, "", after), (before, ".", letter + after)]
        if after:
            variants.append((before, "", after[0] + letter + after[1:]))
    return f"^({'|'.join(dict.fromkeys(f'{re.escape(before)}{any_letter}{re.escape(after)}' for before, any_letter, after in variants))})"


def may_be_mistyped(word: str) -> bool:
    """Whether another word could be meant: not a short one, nor a number, where another digit is another residency."""
    return len(word) >= LEAST_LETTERS and word.isalpha()


def near_words(words: Iterable[str]) -> dict[str, list[str]]:
    """For each of `words` the known words that begin so but for one typo, the closest first; at most one query."""
    mistyped = [word for word in words if may_be_mistyped(word)]
    if not mistyped:
        return {}
    condition = models.Q()
    for word in mistyped:
        condition |= models.Q(word__regex=one_typo(word[:INDEXED_LETTERS]))
    known = set(SearchWord.objects.filter(condition).values_list("word", flat=True)[:MOST_FETCHED])
    return {word: closest(word, known) for word in mistyped}


def closest(word: str, known: Iterable[str]) -> list[str]:
    """Those of `known` that begin with `word` but for one typo, the most alike first."""
    typo = re.compile(one_typo(word))
    alike = difflib.SequenceMatcher(b=word)

    def likeness(other: str) -> float:
        alike.set_seq1(other)
        return alike.ratio()

    near = sorted((other for other in known if typo.match(other)), key=lambda other: (-likeness(other), other))
    return near[:MOST_NEAR]


# No unique constraint and no upsert: two acts that name the same new word at once must not wait for one another.
LEARN = "INSERT INTO web_searchword (word) SELECT DISTINCT {word} FROM {source} WHERE length({word}) >= 3 AND {letters} AND {new}"
NEW = "NOT EXISTS (SELECT 1 FROM web_searchword known WHERE known.word = {word})"
POSTGRESQL = {"word": "given.word", "letters": "given.word !~ '[0-9]'", "new": NEW.format(word="given.word")}
SQLITE = {"word": "given.value", "letters": "given.value NOT GLOB '*[0-9]*'", "new": NEW.format(word="given.value")}
WORDS_POSTGRESQL = "unnest(string_to_array({text}, ' ')) AS given (word)"
WORDS_SQLITE = """json_each('[' || replace(json_quote({text}), ' ', '","') || ']') AS given"""
FUNCTION = """CREATE OR REPLACE FUNCTION web_learn_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {learn}; RETURN NULL; END $$"""
TRIGGER_POSTGRESQL = """CREATE TRIGGER {table}_learn_words AFTER INSERT OR UPDATE OF search_text ON {table}
FOR EACH ROW EXECUTE FUNCTION web_learn_words()"""
TRIGGER_SQLITE = "CREATE TRIGGER {table}_learn_words_{verb} AFTER {when} ON {table} BEGIN {learn}; END"


class LearnWords(migrations.operations.base.Operation):
    """From now on the words of `table.search_text` are known words, those of the rows that are there too.

    SQLite loses triggers when a later migration rebuilds the table: such a migration must end with this operation again.
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
            kept, new, parts = WORDS_POSTGRESQL.format(text="search_text"), WORDS_POSTGRESQL.format(text="NEW.search_text"), POSTGRESQL
            statements = [FUNCTION.format(learn=LEARN.format(source=new, **parts)), TRIGGER_POSTGRESQL.format(table=self.table)]
        else:
            kept, new, parts = WORDS_SQLITE.format(text="search_text"), WORDS_SQLITE.format(text="NEW.search_text"), SQLITE
            learn = LEARN.format(source=new, **parts)
            statements = [
                TRIGGER_SQLITE.format(table=self.table, verb=verb, when=when, learn=learn)
                for verb, when in (("insert", "INSERT"), ("update", "UPDATE OF search_text"))
            ]
        for statement in [*statements, LEARN.format(source=f"{self.table}, {kept}", **parts)]:
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.table}_learn_words ON {self.table}", params=None)
        else:
            for verb in ("insert", "update"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.table}_learn_words_{verb}", params=None)

    def describe(self) -> str:
        return f"Learn the words of {self.table}"


class TrigramIndex(migrations.operations.base.Operation):
    """An index that answers regular expressions over the known words, where PostgreSQL lets us install pg_trgm.

    Where it doesn't (no contrib modules, or no right to create extensions), nothing is made and words are read one by one.
    """

    reversible = True
    reduces_to_sql = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """An index that not every database has is no part of the models' state."""

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        try:
            with transaction.atomic(using=schema_editor.connection.alias):
                schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm", params=None)
                schema_editor.execute("CREATE INDEX web_searchword_trigrams ON web_searchword USING gin (word gin_trgm_ops)", params=None)
        except DatabaseError:
            pass  # looked up without an index: slower, and as right

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute("DROP INDEX IF EXISTS web_searchword_trigrams", params=None)

    def describe(self) -> str:
        return "Index the known words by their trigrams, where the database can"
