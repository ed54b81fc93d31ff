"""Who of the lab hears of something."""

from __future__ import annotations

from collections.abc import Iterable

from people.models import Role, User


def lab_operations() -> list[User]:
    """Every account of lab operations that may sign in, by key."""
    return _with(Role.LAB_OPS)


def at_the_lab(accounts: Iterable[User | None]) -> list[User]:
    """Those of `accounts` who are at the lab still, each once, by key; all of lab operations if none is. At most two queries."""
    meant = [account.pk for account in accounts if account]
    there = _with(Role.LAB_OPS, Role.LAB_LEAD, pk__in=meant) if meant else []
    return there or lab_operations()


def is_there(account: User) -> bool:
    """Whether the account is at the lab now; asked anew, for somebody who is named and not the one who asks."""
    return bool(_with(Role.LAB_OPS, Role.LAB_LEAD, pk=account.pk))


def _with(*roles: Role, **which: object) -> list[User]:
    there = User.objects.filter(is_active=True, role_grants__role__in=roles, role_grants__to_at=None, **which)
    return list(there.distinct().order_by("pk"))
