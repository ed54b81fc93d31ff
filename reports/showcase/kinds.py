"""What the showcase shows besides products, in the same feeds, site map and caches (EL-95, SP-08).

A module of the showcase declares its kind here. Everything public of it is made by its `rows`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from acts.registry import Registry, RegistryKind

State = Callable[[], tuple[Any, ...]]


@dataclass(frozen=True)
class Entry:
    """One item as a feed shows it."""

    title: str
    summary: str
    link: str
    published_at: datetime.datetime
    categories: tuple[str, ...]


@dataclass(frozen=True)
class ShowcaseKind:
    """A kind of item: its address and label, the pages for search engines, and what changes with anything it shows."""

    name: str
    label: Any
    url_name: str
    pages: Callable[[], Iterator[tuple[str, datetime.date]]]
    state: State


KINDS: Registry[ShowcaseKind] = Registry(RegistryKind.SHOWCASE)


def register(kind: ShowcaseKind) -> ShowcaseKind:
    KINDS[kind.name] = kind
    return kind


def state_of_kinds() -> tuple[Any, ...]:
    """Return what changes with anything that any of these kinds shows; one query each."""
    return tuple(value for kind in KINDS.all() for value in kind.state())
