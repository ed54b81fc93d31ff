"""People and accounts for tests; each app's own things are in tests/<app>/factories.py."""

from __future__ import annotations

import datetime

import factory
from django.utils import timezone

from people.models import Person, RoleGrant, User


class AccountFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"account-{n}@example.test")
    name = factory.Sequence(lambda n: f"Account {n}")


class PersonFactory(factory.django.DjangoModelFactory[Person]):
    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person-{n}@example.org")
    title = "Director"
    organisation = "Ministry of Tests"


def account(*roles: str, **fields: object) -> User:
    """An account that holds `roles`, fresh from the database."""
    user = AccountFactory(**fields)
    RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role) for role in roles)
    return User.objects.get(pk=user.pk)


def long_standing(*roles: str, **fields: object) -> User:
    """An account that has held `roles` for a year: it may confirm what another asked for (OP-03)."""
    user = account(*roles, **fields)
    RoleGrant.objects.filter(user=user).update(from_at=timezone.now() - datetime.timedelta(days=365))
    return user


def person(**fields: object) -> Person:
    return PersonFactory(**fields)
