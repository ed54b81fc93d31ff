"""Who is meant by a name and an address: never two people because one typed the other's mailbox (EL-41)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from findings import Finding, Refused, blocking
from people.models import Person
from people.names import same_name


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
