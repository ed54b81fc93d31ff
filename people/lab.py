"""Who of the lab hears of something."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from people.models import Role, RoleGrant, User

AT_THE_LAB = (Role.LAB_OPS, Role.LAB_LEAD)


def lab_operations() -> list[User]:
    """Every account of lab operations that may sign in, by key."""
    return _with(Role.LAB_OPS)


def administrators() -> list[User]:
    """Every administrator who may sign in, by key; lab operations where there is none."""
    return _with(Role.ADMIN) or lab_operations()


def lab_leadership() -> list[User]:
    """Every account of lab leadership that may sign in, by key."""
    return _with(Role.LAB_LEAD)


def lab_staff() -> list[User]:
    """Every account of lab operations and leadership that may sign in, by key."""
    return _with(*AT_THE_LAB)


def at_the_lab(accounts: Iterable[User | None]) -> list[User]:
    """Those of `accounts` who are at the lab still, each once, by key; all of lab operations if none is. At most two queries."""
    meant = [account.pk for account in accounts if account]
    staff = _with(*AT_THE_LAB, pk__in=meant) if meant else []
    return staff or lab_operations()


def is_at_the_lab(account: str) -> Exists:
    """In a query: whether the account that the field `account` names is at the lab now."""
    return Exists(RoleGrant.objects.filter(user=OuterRef(account), to_at=None, role__in=AT_THE_LAB, user__is_active=True))


def _with(*roles: Role, **which: object) -> list[User]:
    users = User.objects.filter(is_active=True, role_grants__role__in=roles, role_grants__to_at=None, **which)
    return list(users.distinct().order_by("pk"))
