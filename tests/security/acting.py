"""Everyone who might call an act, and whether the tables say that it is theirs (K4).

What an act allows is read from its declaration; who holds the permissions that it names is written down a second time
in tests/security/expected.py.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser

from acts.act import IMPORT, SYSTEM, Declaration, declaration_of
from agreements.invitations.sessions import PartySession, Witness
from agreements.models import Invitation, InvitationToken
from partnerships.models import Partner
from people.models import Person, RoleGrant, User
from residencies.models import Membership, Residency
from tests.agreements.factories import as_party, token_for
from tests.security.expected import PERMISSIONS
from tests.security.roles import Visitor

ROLES: dict[Visitor, tuple[str, ...]] = {
    Visitor.OPS: ("lab_ops",),
    Visitor.LEAD: ("lab_lead",),
    Visitor.OWNER: ("product_owner",),
    Visitor.STRANGER: ("product_owner",),
    Visitor.VIEWER: ("viewer",),
    Visitor.ADMIN: ("admin",),
    Visitor.SUPERUSER: (),
    Visitor.NOBODY: (),
    Visitor.DISABLED: ("lab_ops", "lab_lead", "product_owner", "viewer", "admin"),
}
OF_ONE_S_OWN = {
    "people.own_account",
    "outbox.choose_mail",
    "outbox.end_mail_links",
    "teams.keep_feed",
    "teams.answer_review",
    "oversight.answer_decision",
}


class Try(NamedTuple):
    """One who calls the act, by what name a failure is reported, and whether it may."""

    who: str
    actor: Any
    may: bool


def called_by(act: partial[Any], actor: Any) -> Callable[[], Any]:
    """The act with `actor` in the place of whoever the scenario lets carry it out."""
    call = inspect.signature(act.func).bind(*act.args, **act.keywords)
    call.arguments[declared(act).by] = actor
    return lambda: act.func(*call.args, **call.kwargs)


def declared(act: partial[Any]) -> Declaration:
    declaration = declaration_of(act.func)
    assert declaration, f"{act.func} is no act"
    return declaration


def tries(act: partial[Any]) -> list[Try]:
    """Everyone in turn; makes the accounts, and lets one of them keep every residency there is."""
    return [*_accounts(act), *_others(act), *_parties(act)]


def _accounts(act: partial[Any]) -> Iterator[Try]:
    audience = frozenset[Visitor]().union(*(PERMISSIONS[name] for name in declared(act).permissions))
    users = User.objects.bulk_create(
        User(
            email=f"{visitor}@matrix.example",
            name=str(visitor),
            is_active=visitor != Visitor.DISABLED,
            is_superuser=visitor == Visitor.SUPERUSER,
        )
        for visitor in ROLES
    )
    RoleGrant.objects.bulk_create(
        RoleGrant(user=user, role=role) for user, roles in zip(users, ROLES.values(), strict=True) for role in roles
    )
    for visitor, user in zip(ROLES, users, strict=True):
        if visitor == Visitor.OWNER:
            Membership.objects.bulk_create(Membership(residency=residency, user=user) for residency in Residency.objects.all())
            coordinator = Person.objects.create(name="Coordinator", user=user)
            Partner.objects.filter(partnership__board=None).update(coordinator=coordinator)
        yield Try(str(visitor), User.objects.get(pk=user.pk), visitor in audience)


def _others(act: partial[Any]) -> Iterator[Try]:
    allowed = declared(act)
    stranger = Person.objects.create(name="Somebody Else")
    yield Try("nobody signed in", AnonymousUser(), False)
    yield Try("a person without a link", stranger, False)
    yield Try("a name", "system", False)
    yield Try("nothing", None, False)
    yield Try("the system", SYSTEM, SYSTEM in allowed.system)
    yield Try("the import", IMPORT, IMPORT in allowed.system)
    yield from _oneself(act)


def _oneself(act: partial[Any]) -> Iterator[Try]:
    """The person that the act is about, with an account of their own and no role."""
    person = next((each for each in (*act.args, *act.keywords.values()) if isinstance(each, Person)), None)
    if person is None or person.user_id:
        return
    account = User.objects.create_user("oneself@matrix.example", None, name="Oneself")
    Person.objects.filter(pk=person.pk).update(user=account)
    person.user_id = account.pk
    yield Try("the person it is about", account, bool(OF_ONE_S_OWN & set(declared(act).permissions)))


def _parties(act: partial[Any]) -> Iterator[Try]:
    invitation = _invitation(act)
    if invitation is None:
        return
    permissions, witnessed = set(declared(act).permissions), declared(act).by == "witness"
    as_presented = (lambda session: Witness(link=session.link)) if witnessed else (lambda session: session)
    other = Invitation.objects.filter(version=invitation.version, revoked_at=None).exclude(pk=invitation.pk).first()
    if other:
        yield Try("another party", as_presented(as_party(other)), "agreements.take_part" in permissions)
        forged = PartySession(invitation, "link", link=as_party(other).link)
        yield Try("another party's link, shown as one's own", as_presented(forged), False)
    yield Try("a party that shows no link", as_presented(PartySession(invitation, "link")), False)
    stranger = User.objects.create_user("another@matrix.example", None, name="Stranger")
    yield Try("a stranger's account, shown as the party's", as_presented_account(invitation, stranger, witnessed), False)
    token_for(invitation)
    ended = InvitationToken.objects.filter(invitation=invitation).latest("pk")
    InvitationToken.objects.filter(pk=ended.pk).update(revoked_at=ended.minted_at)
    yield Try("a link that was replaced", as_presented(PartySession(invitation, "link", link=ended.pk)), False)
    if not invitation.party.person.user_id:
        theirs = User.objects.create_user("elsewhere@matrix.example", None, name="Party")
        Person.objects.filter(pk=invitation.party.person_id).update(user=theirs)
        yield Try("the party's account at another address", as_presented_account(invitation, theirs, witnessed), False)


def as_presented_account(invitation: Invitation, user: User, witnessed: bool) -> Any:
    return replace(Witness(), method="account", user=user) if witnessed else PartySession(invitation, "account", user=user)


def _invitation(act: partial[Any]) -> Invitation | None:
    """The invitation that the act is about or that its actor holds; any other of the agreement, for the lab's acts."""
    by = act.keywords.get("by")
    if isinstance(by, PartySession):
        return by.invitation
    named = next((each for each in act.args if isinstance(each, Invitation)), None)
    return named or Invitation.objects.select_related("party__person", "version").filter(revoked_at=None).first()
