"""Somebody leaves the lab: one act hands over all that they hold, ends their roles and closes their account (EL-16)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, act
from acts.registry import Registry, RegistryKind
from findings import Finding, Refused, blocking
from ledger.actions import append, lab_stream
from people.lab import lab_staff
from people.models import Role, RoleGrant, User


@dataclass(frozen=True)
class Holding:
    """One kind of thing that an account holds: what, which, and how it goes to a colleague.

    Without `hand_over` it is for people to settle: it is shown, and stays. `key` names the kind in the ledger.
    """

    key: str
    label: str
    items: list[str] = field(default_factory=list)
    hand_over: Callable[[User, Any], object] | None = None
    note: str = ""


Holdings = Callable[[User], Iterable[Holding]]
# Each says what an account holds in an app; added in the app's `followers.py`.
HOLDINGS: Registry[Holdings] = Registry(RegistryKind.HOLDING)


def held_by(account: User) -> list[Holding]:
    """All that an account holds at the lab, kinds without any left out."""
    return [holding for holdings in HOLDINGS.all() for holding in holdings(account) if holding.items]


@act("people.close_account")
def leave_lab(account: User, *, to: User, reason: str, by: Actor) -> list[Holding]:
    """Hand all that `account` holds to the colleague `to`, end its roles and close it; each part is on record.

    Its sessions end with it. Returns what was handed over. Raises `Refused`: `leaver-is-you`, `colleague-missing`,
    `reason-missing`, and `last-admin` when nobody could administer the portal afterwards; nothing is written then.
    """
    account = User.objects.select_for_update().get(pk=account.pk)
    findings = list(_findings(account, to, reason, by))
    if findings:
        raise Refused(findings)
    holdings = held_by(account)
    for holding in holdings:
        if holding.hand_over:
            holding.hand_over(to, by)
    roles = sorted(account.roles)
    facts = {"user": account.pk, "name": account.name, "to": str(to), "reason": reason.strip(), "roles": roles}
    handed = {holding.key: holding.items for holding in holdings if holding.hand_over}
    _close(account)
    append(lab_stream(), "left-lab", by=by, facts=facts | {"handed_over": handed})
    return holdings


def _close(account: User) -> None:
    """End the account's roles, and with it every session: part of the act, whose event says so."""
    account.role_grants.filter(to_at=None).update(to_at=timezone.now())
    account.is_active = False
    account.set_unusable_password()
    account.save(update_fields=["is_active", "password"])


def _findings(account: User, to: User, reason: str, by: Actor) -> Iterable[Finding]:
    if isinstance(by, User) and by.pk == account.pk:
        yield blocking("leaver-is-you", _("You can't close your own account."), _("Ask a colleague to do it."))
    if to.pk == account.pk or to not in lab_staff():
        message = _("%(name)s can't take this over.") % {"name": to}
        yield blocking("colleague-missing", message, _("Choose a colleague with an active account at the lab."))
    others = RoleGrant.objects.filter(role=Role.ADMIN, to_at=None, user__is_active=True).exclude(user=account)
    if account.has_role(Role.ADMIN) and not others.exists():
        message = _("This is the only account that can administer the portal.")
        yield blocking("last-admin", message, _("Make someone else an administrator first."))
    if not reason.strip():
        yield blocking("reason-missing", _("The reason is missing."), _("Say why, in a sentence. It stays on record."))
