"""Clauses a conversation can be about, and people who should be there: apps on higher floors tell what they know (EL-84).

They add to the registries in their `followers.py`. Neither registry decides anything: staff adjust who is invited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from acts.act import SYSTEM, part
from acts.registry import Registry, RegistryKind
from ledger.subjects import Subject
from people.actions import person_of
from people.lab import lab_leadership
from people.models import Person, User
from residencies.mail import members
from residencies.models import Residency
from residencies.models.states import Group

MOST_A_GROUP = 8


@dataclass(frozen=True)
class ClauseWords:
    """A clause of an agreement as it reads now. `key` names it in addresses and forms."""

    agreement: str
    version: int
    number: str
    heading: str
    text: str

    @property
    def key(self) -> str:
        return f"{self.agreement}/{self.number}"

    def __str__(self) -> str:
        return f"{self.number} {self.heading}".strip()


@dataclass(frozen=True)
class Expected:
    """Someone who should be at a conversation, in the group they stand for."""

    person: Person
    group: str


Clauses = Callable[[Subject], Iterable[ClauseWords]]
ExpectedPeople = Callable[[Subject], Iterable[Expected]]
CLAUSES: Registry[Clauses] = Registry(RegistryKind.CONVERSATION_CLAUSES)
EXPECTED: Registry[ExpectedPeople] = Registry(RegistryKind.CONVERSATION_PEOPLE)


def clauses_of(subject: Subject) -> list[ClauseWords]:
    """Return every clause of the agreements about `subject`, in order."""
    return [clause for clauses in CLAUSES.all() for clause in clauses(subject)]


def clause_called(subject: Subject, key: str) -> ClauseWords | None:
    return next((clause for clause in clauses_of(subject) if clause.key == key), None) if key else None


def proposed(residency: Residency) -> list[Expected]:
    """Return the people the portal knows for each of the six groups, each person once, in the order of the groups."""
    people = [expected for source in EXPECTED.all() for expected in source(residency)]
    order = {group: number for number, group in enumerate(Group.values)}
    chosen: dict[int, Expected] = {}
    for expected in sorted(people, key=lambda expected: order[expected.group]):
        chosen.setdefault(expected.person.pk, expected)
    groups: dict[str, list[Expected]] = {}
    for expected in chosen.values():
        groups.setdefault(expected.group, []).append(expected)
    return [expected for group in groups.values() for expected in group[:MOST_A_GROUP]]


@EXPECTED.add
def lab_and_program_contacts(subject: Subject) -> Iterable[Expected]:
    """Return the lab's leadership and lab lead, and the program contacts, who stand for the product owner; two queries at most."""
    if not isinstance(subject, Residency):
        return
    groups = _accounts(subject)
    for person in Person.objects.current().filter(user__in=groups).order_by("pk"):
        yield Expected(person, groups[person.user_id or 0])


@part
def name_accounts(residency: Residency) -> None:
    """Make sure that each of those accounts has a person, so that they can be invited; part of opening a conversation."""
    for account in User.objects.filter(pk__in=_accounts(residency), person=None).order_by("pk"):
        person_of(account, by=SYSTEM)


def _accounts(residency: Residency) -> dict[int, str]:
    """Return the group of each account, by its key."""
    contacts = {account.pk: str(Group.PRODUCT_OWNER) for account in members(residency)}
    lead = [residency.owner] if residency.owner_id else []
    return contacts | {account.pk: str(Group.LAB) for account in [*lab_leadership(), *lead] if account}
