"""Rules of the guidance: which practices apply to a partnership's models (SP-05, PB-32). No database, no clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

# Conditions of a trip: a practice under one of them applies to the partnership, and is carried out on trips of that kind.
ON_TRIPS = frozenset({"road", "air_or_rail", "public_transport"})


@dataclass(frozen=True)
class PracticeFacts:
    """A practice: the models it applies to, all of them if there are none, and the condition under which it does."""

    code: str
    models: frozenset[str] = frozenset()
    only_if: str = ""


@dataclass(frozen=True)
class TripItem:
    """A thing to check, or a number to have at hand, with a code that never changes."""

    code: str
    text: str


@dataclass(frozen=True)
class TripList:
    """A part of what is checked before a trip."""

    code: str
    title: str
    items: tuple[TripItem, ...]


def with_parents(models: Iterable[str], parents: Mapping[str, str]) -> set[str]:
    """Return models with everything they are kinds of; `parents` names the parent of each model that has one."""
    line: set[str] = set()
    for model in models:
        code: str | None = model
        while code is not None and code not in line:
            line.add(code)
            code = parents.get(code)
    return line


def applicable(
    practices: Iterable[PracticeFacts], leaves: Iterable[str], parents: Mapping[str, str], conditions: Collection[str] = ()
) -> list[str]:
    """Return the codes of the practices for a partnership with these leaves, each once and in the order given.

    A practice under a condition applies if it is among `conditions`; those for trips always apply.
    """
    line = with_parents(leaves, parents)
    if not line:
        return []
    holds = {"", *ON_TRIPS, *conditions}
    return list(dict.fromkeys(each.code for each in practices if each.only_if in holds and (not each.models or each.models & line)))


def to_add(applies: Iterable[str], known: Collection[str]) -> Iterator[str]:
    """Yield the codes to add to a partnership's lists. Nothing is ever taken away, and nothing added twice."""
    seen_before = set(known)
    return (code for code in applies if code not in seen_before)
