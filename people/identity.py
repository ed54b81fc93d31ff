"""Who a name and an address stand for (EL-41), and actors without an account: people who came by a link."""

from __future__ import annotations

from typing import Any

import rules
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from findings import Finding, Refused, blocking
from people.models import Person, User
from spelling.compare import same_name


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
    message = _("%(email)s is the address of %(known)s, not of %(name)s.") % {"email": email.strip(), "known": known, "name": name.strip()}
    remedy = _("If they share a mailbox, leave the address of %(name)s empty. If they are one person, choose %(known)s.") % {
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
