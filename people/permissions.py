"""Who an account is to the lab: the predicates that other apps' permissions are built from."""

from __future__ import annotations

from typing import Any

import rules

from acts.act import Actor
from ledger.subjects import Subject, has_member, kind_of_subject
from people.models import Role, User


def holds(*roles: str) -> Any:
    """A predicate: the account is active and holds one of `roles`."""

    @rules.predicate(name="holds:" + ",".join(roles))
    def predicate(user: Actor) -> bool:
        return bool(isinstance(user, User) and user.is_active and user.has_role(*roles))

    return predicate


is_lab_ops = holds(Role.LAB_OPS)
is_lab_lead = holds(Role.LAB_LEAD)
is_lab = holds(Role.LAB_OPS, Role.LAB_LEAD)
is_reader = holds(Role.LAB_OPS, Role.LAB_LEAD, Role.VIEWER)
is_product_owner = holds(Role.PRODUCT_OWNER)


@rules.predicate
def is_admin(user: Actor) -> bool:
    return bool(isinstance(user, User) and user.is_staff)


@rules.predicate
def is_own_account(user: Actor, account: Any) -> bool:
    return bool(isinstance(user, User) and user.is_active and account is not None and account.pk == user.pk)


@rules.predicate
def is_own_person(user: Actor, person: Any) -> bool:
    return bool(isinstance(user, User) and user.is_active and person is not None and person.user_id == user.pk)


@rules.predicate
def sees_subject(user: Actor, subject: Subject | None) -> bool:
    return subject is not None and user.has_perm(kind_of_subject(subject).view_permission, subject)


@rules.predicate
def works_on(user: Actor, subject: Subject | None) -> bool:
    """Return whether the account is one of the program area's that work on the subject."""
    return isinstance(user, User) and subject is not None and has_member(user, subject)


SEES_SUBJECT = is_reader | sees_subject
KEEPS_SUBJECT = is_lab_ops | (is_product_owner & works_on)


DECLARED: dict[str, Any] = {}


def declare(permissions: dict[str, Any]) -> None:
    """Make `permissions` (name to predicate) known; called once per app, from its permissions.py."""
    for name, predicate in permissions.items():
        DECLARED[name] = predicate
        rules.add_perm(name, predicate)


declare(
    {
        "people.view_person": is_reader,
        "people.edit_person": is_lab,
        "people.confirm_address": is_lab,
        "people.view_address_change": is_reader | is_admin,
        "people.close_account": is_lab_lead,
        "people.merge": is_lab,
        "people.view_bodies": is_reader | is_admin,
        "people.keep_bodies": is_lab_ops | is_admin,
        "people.view_organizations": is_reader | is_admin,
        "people.keep_organizations": is_lab_ops | is_admin,
        "people.administer": is_admin,
        "people.own_account": is_own_account,
        "ledger.view_lab_history": is_reader | is_admin,
        "outbox.view_message": is_reader,
        "outbox.send_message": is_lab,
        "outbox.view_schedules": is_lab | is_admin,
        "outbox.set_schedule": is_admin,
    }
)
