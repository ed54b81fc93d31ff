"""What apps declare to the floors below them: one kind of registry for all of it, and a closed set of kinds.

A lower floor owns the registry and reads it; an app adds to it in a module that is found by its file name
(ledger/apps.py), so that nothing is listed twice and no `ready()` names what another module holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class RegistryKind(StrEnum):
    """All that can be declared. A new kind is a line here and a registry beside what reads it."""

    ADDRESS_ASKER = "who hears that a second account is asked to confirm an address (people/addresses.py)"
    ADDRESS_FOLLOWER = "what changes with an address, in its transaction (people/addresses.py)"
    ADDRESS_GUARD = "what a person is asked to sign (people/addresses.py)"
    ADDRESS_WATCHER = "who hears that an address has changed (people/addresses.py)"
    CONSTRAINT = "the sentence of a constraint of the database (acts/constraints.py)"
    DATES = "everything with a date (people/todo.py)"
    HEALTH_NOTE = "what the readiness probe tells besides (web/serving/health.py)"
    HISTORY_FACT = "the label of a fact in history (ledger/history_text.py)"
    HISTORY_MESSAGE = "the title of a message in history (ledger/history_text.py)"
    HISTORY_RENAMED = "what a model is called now (ledger/history_text.py)"
    HISTORY_SENTENCE = "the sentence of an act in history (ledger/history_text.py)"
    HISTORY_WORD = "the words for a code in history (ledger/history_text.py)"
    HOLDING = "what an account holds that leaves the lab (people/leaving.py)"
    MERGE_FATE = "what becomes of rows about a person who is merged (people/merging.py)"
    PEOPLE_AROUND = "whom an app knows around a residency (residencies/contacts.py)"
    RECIPE = "what makes a part of a mail as it leaves (outbox/delivery/compose.py)"
    RECORD = "a model whose rows are evidence (ledger/records.py)"
    SIGNATORIES = "who signs for the lab (residencies/contacts.py)"
    TODO = "what waits for the lab (people/todo.py)"


_claimed: set[RegistryKind] = set()


class Registry(dict[str, T], Generic[T]):
    """All that was declared of one kind, by name, in the order in which it was found."""

    def __init__(self, kind: RegistryKind) -> None:
        super().__init__()
        if kind in _claimed:
            raise ValueError(f"There is a registry of this kind already: {kind}")
        _claimed.add(kind)
        self.kind = kind

    def add(self, entry: T) -> T:
        """Declare a function or a class, under its own name; as a decorator too."""
        self[f"{getattr(entry, '__module__', '')}.{getattr(entry, '__qualname__', entry)}"] = entry
        return entry

    def all(self) -> Iterator[T]:
        """Every entry, without its name."""
        return iter(self.values())
