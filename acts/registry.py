"""Registries for what apps declare to the floors below them: one class for all, and a fixed set of kinds.

A lower floor owns and reads the registry; an app adds to it in a module that is found by its file name
(ledger/apps.py), so that nothing is listed twice and no `ready()` names another module's contents.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class RegistryKind(StrEnum):
    """Everything that can be declared. To add a kind, add a line here and a registry beside the code that reads it."""

    ADDRESS_ASKER = "who is notified when a second account must confirm an address (people/addresses.py)"
    ADDRESS_FOLLOWER = "what changes with an address, in its transaction (people/addresses.py)"
    ADDRESS_GUARD = "what a person is asked to sign (people/addresses.py)"
    ADDRESS_WATCHER = "who is notified when an address has changed (people/addresses.py)"
    CONSTRAINT = "the message for a database constraint (acts/constraints.py)"
    CONVERSATION_CLAUSES = "the clauses a conversation can be about (residencies/conversations/proposals.py)"
    CONVERSATION_PEOPLE = "who should be at a conversation, by group (residencies/conversations/proposals.py)"
    DATES = "everything with a date (people/todo.py)"
    DOCUMENT_KIND = "a kind of sealed document (oversight/documents/kinds.py)"
    GRADUATION_SECTION = "a section of a residency’s Graduation page (residencies/graduation/sections.py)"
    GRADUATION_TEAM = "who is on the team that graduates, and where they go (residencies/lifecycle/team.py)"
    HEALTH_NOTE = "what else the readiness probe reports (web/serving/health.py)"
    HISTORY_FACT = "the label of a fact in history (ledger/history_text.py)"
    HISTORY_MESSAGE = "the title of a message in history (ledger/history_text.py)"
    HISTORY_RENAMED = "what a model is called now (ledger/history_text.py)"
    HISTORY_SENTENCE = "the sentence of an act in history (ledger/history_text.py)"
    HISTORY_WORD = "the words for a code in history (ledger/history_text.py)"
    HOLDING = "what someone who leaves the lab is responsible for (people/leaving.py)"
    MERGE_FATE = "what happens to rows about a person who is merged (people/merging.py)"
    PEOPLE_AROUND = "the people an app knows around a residency (residencies/workspace/contacts.py)"
    READING_PERIOD = "the period that a reading covers, if it’s due for one (metrics/readings/links.py)"
    RECIPE = "what makes a part of a mail at sending (outbox/delivery/compose.py)"
    RECORD = "a model whose rows are evidence (ledger/records.py)"
    REPORT_FIGURES = "how the figures of a sealed report are recomputed (reports/runs.py)"
    SHOWCASE = "what the showcase shows besides products (reports/showcase/kinds.py)"
    SIGNATORIES = "who signs for the lab (residencies/workspace/contacts.py)"
    STATUS_FACTS = "what a status report says of a subject (oversight/status/sources.py)"
    TODO = "what is waiting for the lab (people/todo.py)"


_claimed: set[RegistryKind] = set()


class Registry(dict[str, T], Generic[T]):
    """Everything declared of one kind, by name, in the order of discovery."""

    def __init__(self, kind: RegistryKind) -> None:
        super().__init__()
        if kind in _claimed:
            raise ValueError(f"There is already a registry of this kind: {kind}")
        _claimed.add(kind)
        self.kind = kind

    def add(self, entry: T) -> T:
        """Declare a function or a class under its own name; also works as a decorator."""
        self[f"{getattr(entry, '__module__', '')}.{getattr(entry, '__qualname__', entry)}"] = entry
        return entry

    def all(self) -> Iterator[T]:
        """Return every entry, without its name."""
        return iter(self.values())
