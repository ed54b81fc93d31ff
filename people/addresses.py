"""Whoever must know of it is told as somebody's address changes."""

from __future__ import annotations

from collections.abc import Callable

from people.models import Person
from people.names import clean_address

Follower = Callable[[Person, str, str], object]

_followers: list[Follower] = []


def follow(follower: Follower) -> None:
    """Have `follower(person, old, new)` called in the transaction in which the address of a person changes; from an app's `ready()`."""
    _followers.append(follower)


def reached_at(person: Person) -> str:
    """Where mail to this person goes: their own address, else their account's."""
    return person.email or (person.user.email if person.user else "")


def changed(person: Person, old: str) -> None:
    """Part of an act that changed an address: whoever follows is told, if mail goes elsewhere now."""
    new = reached_at(person)
    if clean_address(new) != clean_address(old):
        for follower in _followers:
            follower(person, old, new)
