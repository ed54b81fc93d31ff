"""Whoever must know of it is told as somebody's address changes."""

from __future__ import annotations

from collections.abc import Callable

from people.models import AddressChange, Person
from people.names import clean_address

Follower = Callable[[Person, str, str], object]
Watcher = Callable[[AddressChange], object]

_followers: list[Follower] = []
_watchers: list[Watcher] = []
_askers: list[Watcher] = []


def follow(follower: Follower) -> None:
    """Have `follower(person, old, new)` called in the transaction in which the address of a person changes; from an app's `ready()`."""
    _followers.append(follower)


def watch(carried_out: Watcher, asked: Watcher | None = None) -> None:
    """Have `carried_out(change)` called once an address has changed, and `asked(change)` once a second account is wanted; in that transaction."""
    _watchers.append(carried_out)
    if asked:
        _askers.append(asked)


def asked_for(change: AddressChange) -> None:
    """Part of the act that asks a second account to confirm a change."""
    for asker in _askers:
        asker(change)


# What a person is asked to sign, as sentences: while there is one, no single account changes where their links go (OP-03).
Guard = Callable[[Person], list[str]]

_guards: list[Guard] = []


def guard(asked: Guard) -> None:
    """Have `asked(person)` say what a person is asked to sign; from an app's `ready()`."""
    _guards.append(asked)


def asked_to_sign(person: Person) -> list[str]:
    """Everything the person is asked to sign now, in words; empty when one account may change their address."""
    return [words for asked in _guards for words in asked(person)]


def reached_at(person: Person) -> str:
    """Where mail to this person goes: their own address, else their account's."""
    return person.email or (person.user.email if person.user else "")


def changed(person: Person, old: str, change: AddressChange | None = None) -> None:
    """Part of an act that changed an address: whoever follows is told, if mail goes elsewhere now; then whoever watches changes."""
    new = reached_at(person)
    if clean_address(new) != clean_address(old):
        for follower in _followers:
            follower(person, old, new)
    if change:
        for watcher in _watchers:
            watcher(change)
