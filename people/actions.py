"""Acts on accounts, roles and people."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from ledger.actions import append, lab_stream
from ledger.versioned import revise
from people.models import Person, RoleGrant, User


@transaction.atomic
def set_roles(user: User, roles: Iterable[str], *, by: object) -> User:
    """Make `roles` exactly the roles that `user` holds from now on; each change is on the ledger."""
    user = User.objects.select_for_update().get(pk=user.pk)
    wanted, held = set(roles), set(user.roles)
    granted_by = by if isinstance(by, User) else None
    for role in sorted(wanted - held):
        RoleGrant.objects.create(user=user, role=role, granted_by=granted_by)
    user.role_grants.filter(to_at=None, role__in=held - wanted).update(to_at=timezone.now())
    if wanted != held:
        append(lab_stream(), "roles-set", by=by, facts={"user": user.pk, "from": sorted(held), "to": sorted(wanted)})
    return User.objects.get(pk=user.pk)


@transaction.atomic
def add_person(*, name: str, email: str = "", title: str = "", organisation: str = "", phone: str = "", user: User | None = None, by: object) -> Person:
    """The person with this address, or a new one; a person without an address is always new.

    An existing person keeps what is known of them.
    """
    email = email.strip().lower()
    known = Person.objects.filter(email__iexact=email).first() if email else None
    if known:
        return known
    person = Person.objects.create(name=name.strip(), email=email, title=title, organisation=organisation, phone=phone, user=user)
    append(lab_stream(), "person-added", by=by, facts={"person": person.pk, "name": person.name})
    return person


def edit_person(person: Person, *, expected: int, by: object, **changes: object) -> Person:
    """Change what is known of a person. Raises `Stale` when somebody else did so first."""
    return revise(person, expected=expected, changes=changes, act="person-edited", by=by, stream=lab_stream())
