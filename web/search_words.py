"""How rows are found: by their words, kept in a column of the row, and by known words that are one typo away.

A word is found by its beginning. PostgreSQL keeps the lexemes in a separate, indexed column: a rare word is looked up in the
index, and if many rows have a word, a list reads rows in order and stops when it has enough. SQLite reads every row. The
lexemes are made here, so that both databases find the same.

Triggers add every word of such a column to `web.SearchWord`. A mistyped word is looked up there with a regular expression,
which an index of pg_trgm answers in a few milliseconds. Where that extension can't be installed, and on SQLite, the words
are read one by one (docs/search.md has the figures).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable
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
    """Return the words of `texts` in lower case, each once; a compound such as XL-2026-014 is included whole and in parts."""
    whole = [EDGES.sub("", word) for text in texts for word in text.casefold().split()]
    return list(dict.fromkeys(part for word in whole if word for part in (word, *PARTS.findall(word))))


def asked_for(text: str) -> list[str]:
    """Return the beginnings of words that a search asks for, with compounds whole; punctuation by itself is ignored."""
    return [word for word in (EDGES.sub("", word) for word in text.casefold().split()) if word][:MOST_WORDS]


class SearchText(models.TextField):
    """A column of words made by `words_of`, separated by single spaces."""


@SearchText.register_lookup
class HasWord(models.Lookup):
    """A lookup for rows with a word that begins with the given text."""

    lookup_name = "has_word"
    prepare_rhs = False

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        quoted = self.rhs.replace("\\", "\\\\").replace("'", "''")
        return f'{compiler.quote_name_unless_alias(self.lhs.alias)}."{KEPT}" @@ %s::tsquery', [f"'{quoted}':*"]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        lhs, params = self.process_lhs(compiler, connection)
        return f"(' ' || {lhs}) LIKE %s ESCAPE '\\'", [*params, f"% {connection.ops.prep_for_like_query(self.rhs)}%"]


class SearchIndex(migrations.operations.base.Operation):
    """A migration operation that adds PostgreSQL's index for finding words."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str, column: str) -> None:
        self.table, self.column = table, column

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.table, self.column], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Leave the models' state alone, because SQLite doesn't have this index."""

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
    """A migration operation that adds the column of lexemes on PostgreSQL, with an index that replaces the one on an expression.

    Making lexemes again for each row that a list reads took 50 ms; reading stored ones takes 5.
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

LEAST_LETTERS = 4  # almost any word is one typo away from a shorter one
INDEXED_LETTERS = 8  # a longer pattern costs more to look up than it is worth
MOST_FETCHED = 500
MOST_NEAR = 8
SHORTEST_KNOWN = 3


def one_typo(word: str) -> str:
    """Return a regular expression for text that begins with `word` except for one typo: a wrong, missing or extra letter, or two swapped."""
    variants = []
    for place in range(len(word)):
        before, letter, after = word[:place], word[place], word[place + 1 :]
        variants += [(before, ".", after), (before, "", after), (before, ".", letter + after)]
        if after:
            variants.append((before, "", after[0] + letter + after[1:]))
    return f"^({'|'.join(dict.fromkeys(f'{re.escape(before)}{any_letter}{re.escape(after)}' for before, any_letter, after in variants))})"


def may_be_mistyped(word: str) -> bool:
    """Whether `word` may be a typo. Short words never are, nor are numbers, because another digit means another residency."""
    return len(word) >= LEAST_LETTERS and word.isalpha()


def known_beginnings(words: Collection[str]) -> set[str]:
    """Return those of `words` that a known word begins with; at most one query.

    Each row is named by the longest of `words` that it begins with, which shows that the shorter ones are known too.
    """
    if not words:
        return set()
    condition, longest = models.Q(), []
    for word in sorted(words, key=len, reverse=True):
        condition |= models.Q(word__startswith=word)
        longest.append(models.When(word__startswith=word, then=models.Value(word)))
    known = set(SearchWord.objects.filter(condition).values_list(models.Case(*longest), flat=True).distinct())
    return {word for word in words if any(each.startswith(word) for each in known)}


def near_words(words: Iterable[str]) -> dict[str, list[str]]:
    """Return, for each of `words`, the known words that begin with it except for one typo, closest first; at most one query."""
    mistyped = [word for word in words if may_be_mistyped(word)]
    if not mistyped:
        return {}
    condition = models.Q()
    for word in mistyped:
        condition |= models.Q(word__regex=one_typo(word[:INDEXED_LETTERS]))
    known = set(SearchWord.objects.filter(condition).values_list("word", flat=True)[:MOST_FETCHED])
    return {word: closest(word, known) for word in mistyped}


def closest(word: str, known: Iterable[str]) -> list[str]:
    """Return those of `known` that begin with `word` except for one typo, most similar first."""
    typo = re.compile(one_typo(word))
    alike = difflib.SequenceMatcher(b=word)

    def likeness(other: str) -> float:
        alike.set_seq1(other)
        return alike.ratio()

    near = sorted((other for other in known if typo.match(other)), key=lambda other: (-likeness(other), other))
    return near[:MOST_NEAR]


# No unique constraint and no upsert, because two acts that add the same new word at once must not wait for each other.
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
    """A migration operation that makes the words in `table.search_text` known words, including those of existing rows.

    SQLite loses triggers when a later migration rebuilds the table, so such a migration must end with this operation again.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str) -> None:
        self.table = table

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.table], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Leave the models' state alone: triggers aren't part of it."""

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


def _to_be_known(*texts: str) -> set[str]:
    """Return the words of `texts` that become known words, by the rule of `LEARN`: not the shortest, nor any with a digit."""
    return {word for word in words_of(*texts) if len(word) >= SHORTEST_KNOWN and not any(letter.isdigit() for letter in word)}


def learn(*texts: str) -> None:
    """Make the words of `texts` known, as the triggers of `LearnWords` do for a column of words; one query if all are known."""
    words = _to_be_known(*texts)
    new = words.difference(SearchWord.objects.filter(word__in=words).values_list("word", flat=True)) if words else ()
    SearchWord.objects.bulk_create(SearchWord(word=word) for word in sorted(new))


class Learned(models.Model):
    """A row whose words in the columns `learned_from` are known after it is saved. For few rows, which are searched as they are."""

    learned_from: tuple[str, ...]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        learn(*(str(getattr(self, name)) for name in self.learned_from))


def learn_rows(app_label: str, columns: dict[str, str]) -> migrations.RunPython:
    """Return a migration operation that makes the words of existing rows known; `columns` names one column for each model."""

    def known(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        words: Any = apps.get_model("web", "SearchWord").objects
        texts = [
            text for model, column in columns.items() for text in apps.get_model(app_label, model).objects.values_list(column, flat=True)
        ]
        new = _to_be_known(*texts).difference(words.values_list("word", flat=True))
        words.bulk_create(words.model(word=word) for word in sorted(new))

    return migrations.RunPython(known, migrations.RunPython.noop)


class TrigramIndex(migrations.operations.base.Operation):
    """A migration operation that adds an index for regular expressions on the known words, if PostgreSQL lets us install pg_trgm.

    If it doesn't (no contrib modules, or no right to create extensions), there is no index and words are read one by one.
    """

    reversible = True
    reduces_to_sql = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Leave the models' state alone, because not every database has this index."""

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        try:
            with transaction.atomic(using=schema_editor.connection.alias):
                schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm", params=None)
                schema_editor.execute("CREATE INDEX web_searchword_trigrams ON web_searchword USING gin (word gin_trgm_ops)", params=None)
        except DatabaseError:
            pass  # lookups work without the index, only slower

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute("DROP INDEX IF EXISTS web_searchword_trigrams", params=None)

    def describe(self) -> str:
        return "Index the known words by their trigrams, where the database can"
