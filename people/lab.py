"""Who is lab staff, and who of them may confirm what another asked for: no account acts as two (OP-03)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from findings import Finding, blocking
from ledger.actions import lab_stream
from ledger.models import Event
from people.models import AddressChange, Role, RoleGrant, User

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

LAB_STAFF_ROLES = (Role.LAB_OPS, Role.LAB_LEAD)


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
    return _with(*LAB_STAFF_ROLES)


def lab_staff_among(accounts: Iterable[AbstractBaseUser | None]) -> list[User]:
    """Those of `accounts` who are at the lab still, each once, by key; all of lab operations if none is. At most two queries."""
    meant = [account.pk for account in accounts if account]
    staff = _with(*LAB_STAFF_ROLES, pk__in=meant) if meant else []
    return staff or lab_operations()


def is_lab_staff(account: str) -> Exists:
    """In a query: whether the account that the field `account` names is at the lab now."""
    return Exists(RoleGrant.objects.filter(user=OuterRef(account), to_at=None, role__in=LAB_STAFF_ROLES, user__is_active=True))


def _with(*roles: Role, **which: object) -> list[User]:
    users = User.objects.filter(is_active=True, role_grants__role__in=roles, role_grants__to_at=None, **which)
    return list(users.distinct().order_by("pk"))


def findings_on_second_look(second: User, first: User | None, *, since: datetime.datetime) -> list[Finding]:
    """Every reason why `second` is no second pair of eyes on what `first` asked for at `since`.

    The second account held its role at the lab before, and neither of the two made the other, granted its role or
    changed the address that it signs in with.
    """
    return list(_findings(second, first, since))


def _findings(second: User, first: User | None, since: datetime.datetime) -> Iterator[Finding]:
    if first is not None and second.pk == first.pk:
        yield blocking("second-account", _("You requested this change yourself."), _("Ask another member of lab staff to confirm it."))
        return
    held = RoleGrant.objects.filter(user=second, to_at=None, role__in=LAB_STAFF_ROLES, from_at__lt=since)
    if not held.exists():
        message = _("You weren’t lab staff yet when this change was requested.")
        yield blocking("second-account-new", message, _("Ask someone who has been lab staff for longer to confirm it."))
    if first is not None and (_answers_to(second, first) or _answers_to(first, second)):
        message = _(
            "You and %(first)s aren’t independent: one of the two accounts created the other, granted its role or changed its address."
        )
        yield blocking("second-account-dependent", message % {"first": first}, _("Ask another member of lab staff to confirm it."))


def _answers_to(account: User, other: User) -> bool:
    """Whether `other` made `account`, granted a role that it holds, or changed the address with which it signs in."""
    if RoleGrant.objects.filter(user=account, to_at=None, granted_by=other).exists():
        return True
    changes = AddressChange.objects.filter(kind=AddressChange.Kind.SIGN_IN, state=AddressChange.State.APPLIED, person__user=account)
    if changes.filter(requested_by=other).exists():
        return True
    events = Event.objects.filter(stream=lab_stream(), act="account-created", actor=other)
    return any(facts.get("user") == account.pk for facts in events.values_list("facts", flat=True))
