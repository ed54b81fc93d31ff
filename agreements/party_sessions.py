"""A party before its agreement: which invitation it came by, and how the portal knows who this is (EL-28)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from acts.act import account_of
from agreements.models import Invitation, InvitationToken
from people.identity import Presenter
from people.models import Person, User
from spelling.clean import same_address


class PartyPresenter(Presenter):
    """Someone who came by a link of an invitation, or with the account of the invitation's person."""

    link: int | None
    user: User | None

    @property
    def account(self) -> User | None:
        return self.user


def holds(by: Any, invitation: Invitation) -> bool:
    """Whether `by` is the party of `invitation`: with the party's own account, or by a link that stands.

    Asked of the tables, not of what `by` says of itself. A link that ended together with its invitation counts still:
    the act then says that the invitation has ended. One that was replaced by a newer link counts no more.
    """
    account: User | None = account_of(by)
    if account is not None:
        person = Person.objects.select_related("user").filter(pk=invitation.party.person_id, user=account.pk).first()
        return person is not None and account.is_active and is_own(person, person.user)
    if not isinstance(by, PartyPresenter) or by.link is None:
        return False
    links = InvitationToken.objects.filter(pk=by.link, invitation=invitation.pk)
    return links.filter(Q(revoked_at=None) | Q(invitation__revoked_at__isnull=False)).exists()


def is_own(person: Person, account: User | None) -> bool:
    """Whether `account` is `person`'s own and signs in with the address that invitations go to.

    An account at another address proves control of another mailbox: whoever set that address could sign in the party's
    place (OP-03).
    """
    return account is not None and person.user_id == account.pk and same_address(account.email, person.email)


@dataclass(frozen=True)
class PartySession(PartyPresenter):
    """A party before its agreement. `method` is "link" or "account"."""

    invitation: Invitation
    method: str
    link: int | None = None
    user: User | None = None
    browser: str = ""

    def __str__(self) -> str:
        return str(self.user or self.invitation.party.person)
