"""Who a name and an address stand for (EL-41), and actors without an account: people who came by a link."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import rules
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils.translation import gettext as _

from findings import Finding, Refused, blocking
from people.models import Person, User
from spelling.clean import clean_address
from spelling.compare import same_name, search_words


def known_person(*, name: str, email: str) -> Person | None:
    """The person whose address this is, if `name` is theirs; None for an address that nobody has.

    For importers and forms before they write. Raises `Refused` (`address-of-another`) when the address is that of a
    person with another name, and says whose it is: two people who share a mailbox never become one.
    """
    known = Person.objects.known_at(email)
    if known is None:
        return None
    if not same_name(name, known.name):
        raise Refused([address_of_another(known, email, name)])
    return known


def address_of_another(known: Person, email: str, name: str) -> Finding:
    message = _("%(email)s belongs to %(known)s, not to %(name)s.") % {"email": email.strip(), "known": known, "name": name.strip()}
    remedy = _("If they share a mailbox, leave the address for %(name)s empty. If they are the same person, choose %(known)s.") % {
        "known": known,
        "name": name.strip(),
    }
    return blocking("address-of-another", message, remedy)


def account_on(request: HttpRequest) -> User:
    """The account that is signed in. Raises PermissionDenied where there is none: a page that needs one asks before."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


class Presenter:
    """Someone who shows what they were sent, such as a link.

    Not signed in, so that no permission of an account holds for them; a permission that links give asks the tables whether
    what they show stands.
    """

    is_authenticated = False
    is_active = False

    @property
    def account(self) -> User | None:
        return None

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return bool(rules.has_perm(perm, self, obj))


# ── People typed on a line ───────────────────────────────────────────────────────────────────


WITH_ADDRESS = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>\s]+)>")


@dataclass(frozen=True)
class Entry:
    """What was typed for one person: a name, an address, or both."""

    name: str = ""
    email: str = ""

    @classmethod
    def read(cls, text: str) -> Entry:
        """Read “Name <address>” as address books write it, an address alone, or a name alone."""
        text = " ".join(text.split())
        if match := WITH_ADDRESS.fullmatch(text):
            return cls(match["name"].strip(' "'), match["email"])
        return cls("", text) if "@" in text and " " not in text else cls(text)

    def __bool__(self) -> bool:
        return bool(self.name or self.email)


def line_for(person: Person) -> str:
    """How a person is typed, so that it means nobody else."""
    return f"{person.name} <{person.email}>" if person.email else person.name


def on_record(entries: Iterable[Entry]) -> dict[Entry, list[Person]]:
    """Who may be meant by each of `entries`: by address if there is one, else by name; two queries, however many there are."""
    entries = [entry for entry in entries if entry]
    addresses = {clean_address(entry.email) for entry in entries if entry.email}
    rows = Person.objects.alias(address=Lower("email")).filter(address__in=addresses).select_related("merged_into") if addresses else ()
    by_address = {clean_address(row.email): row.merged_into or row for row in rows}
    names = [entry.name for entry in entries if not entry.email]
    alike = list(Person.objects.current().filter(_words_of(names)).order_by("name", "pk")) if names else []
    return {
        entry: [by_address[clean_address(entry.email)]]
        if clean_address(entry.email) in by_address
        else []
        if entry.email
        else [person for person in alike if same_name(entry.name, person.name)]
        for entry in entries
    }


def _words_of(names: Sequence[str]) -> Q:
    """In a query: people with the last word of one of the names; who of them is meant is compared afterwards."""
    condition = Q(pk=None)
    for words in filter(None, (search_words(name) for name in names)):
        condition |= Q(search_text__contains=max(words, key=len))
    return condition


def chosen(entry: Entry, people: list[Person]) -> Person | None:
    """Who is meant; None for someone new. Raises ValidationError, saying what would be right, when that isn't clear."""
    if entry.email and not people:
        validate_email(entry.email)
        if not entry.name:
            raise ValidationError(_("%(email)s isn’t on record. Enter the name too: “Name <address>”.") % {"email": entry.email})
        return None
    if not people:
        raise ValidationError(_("%(name)s isn’t on record. Add the work email address: “%(name)s <address>”.") % {"name": entry.name})
    if len(people) > 1:
        lines = ", ".join(line_for(person) for person in people[:5])
        raise ValidationError(_("More than one person is called %(name)s: %(lines)s.") % {"name": entry.name, "lines": lines})
    if entry.name and not same_name(entry.name, people[0].name):
        raise ValidationError(address_of_another(people[0], entry.email, entry.name).message)
    return people[0]
