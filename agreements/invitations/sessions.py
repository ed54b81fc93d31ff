"""A party before its agreement: which invitation it came by, and how the portal knows who this is (EL-28)."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from acts.act import Actor, account_of
from agreements.invitations import codes
from agreements.models import Invitation, InvitationToken, SigningCode
from agreements.versions.lookups import PARTY_PATHS, invitations_to_show
from people.identity import Presenter
from people.models import Person, User
from spelling.clean import same_address
from web import kept_text
from web.access import Access


class PartyPresenter(Presenter):
    """Someone who came by a link of an invitation, or with the account of the invitation's person."""

    link: int | None
    user: User | None

    @property
    def account(self) -> User | None:
        return self.user


def holds(by: Actor, invitation: Invitation) -> bool:
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
    """A party before its agreement, in the browser that asks for a page. `method` is "link" or "account"."""

    invitation: Invitation
    method: str
    link: int | None = None
    user: User | None = None
    browser: str = ""

    def __str__(self) -> str:
        return str(self.user or self.invitation.party.person)

    @cached_property
    def code(self) -> SigningCode | None:
        """The one-time code that was typed in this browser and lets it sign (EL-28)."""
        return codes.verified(self.invitation, self.browser) if self.invitation.version.asks_for_code else None

    @property
    def needs_code(self) -> bool:
        return self.invitation.version.asks_for_code and self.code is None

    def look_for_code_again(self) -> None:
        """After a code was typed."""
        self.__dict__.pop("code", None)

    def witness(self, request: HttpRequest, *, behind_trusted_proxy: bool) -> Witness:
        """What is put on record of an act that this request asks for (EL-27)."""
        return Witness(
            address=request.META.get("REMOTE_ADDR", ""),
            behind_trusted_proxy=behind_trusted_proxy,
            user_agent=request.META.get("HTTP_USER_AGENT", ""),
            method=self.method,
            link=self.link,
            user=self.user,
            code=self.code.pk if self.code else None,
        )


@dataclass(frozen=True)
class Witness(PartyPresenter):
    """What the portal saw of the act of signing: from where, and how the signer is known.

    `method` is "link" or "account"; `link` the row of the link that opened the session, `user` the account,
    `code` the row of the one-time code that was typed in this browser.
    """

    address: str = ""
    behind_trusted_proxy: bool = False
    user_agent: str = ""
    method: str = "link"
    link: int | None = None
    user: User | None = None
    code: int | None = None

    @property
    def proof(self) -> str:
        """How the signer is known, in a word: such as "link" or "link+code"."""
        return self.method if self.code is None else f"{self.method}+code"


SESSION_KEY = "invited"


BROWSER_KEY = "browser"


SESSION_SECONDS = 8 * 60 * 60


SIDE_BY_SIDE = 5


def open_party_session(request: HttpRequest, link: InvitationToken) -> None:
    """Let this browser's session into one more invitation and nothing else, under a fresh key (D2.2).

    Visits stand side by side: opening a second link, or the same again, ends neither what is being written in another tab
    nor the one-time code that was just asked for. Each ends after eight hours by itself.
    """
    visits = {**_visits(request), str(link.invitation_id): {"link": link.pk, "until": time.time() + SESSION_SECONDS}}
    request.session.cycle_key()
    request.session[SESSION_KEY] = dict([*visits.items()][-SIDE_BY_SIDE:])
    request.session.set_expiry(SESSION_SECONDS)


def has_party_session(request: HttpRequest, invitation: int) -> bool:
    """Whether this browser came by a link of this invitation before, in a visit that still opens it."""
    return str(invitation) in _visits(request) and party_session_for(request, invitation) is not None


def ended_invitation(request: HttpRequest) -> Invitation | None:
    """The invitation that this browser came by last and that has ended meanwhile: its holder may read why."""
    came_by = [int(invitation) for invitation in _visits(request)]
    ended = {row.pk: row for row in Invitation.objects.select_related(*PARTY_PATHS).filter(pk__in=came_by) if not row.is_live}
    return next((ended[pk] for pk in reversed(came_by) if pk in ended), None)


def close_party_session(request: HttpRequest) -> None:
    kept_text.forget_browser(request)
    request.session.flush()


def _visits(request: HttpRequest) -> dict[str, dict[str, Any]]:
    """The visits that are open in this browser, by invitation; sessions of an earlier release held one alone."""
    visits = request.session.get(SESSION_KEY, {})
    if "invitation" in visits:
        visits = {str(visits["invitation"]): {"link": visits["link"], "until": time.time() + SESSION_SECONDS}}
    return {invitation: visit for invitation, visit in visits.items() if visit["until"] > time.time()}


def party_session_for(request: HttpRequest, invitation: int) -> PartySession | None:
    """Who asks, if that is the party of this invitation; None for anybody else, staff and administrators too."""
    visit = _visits(request).get(str(invitation))
    rows = invitations_to_show() if request.method in ("GET", "HEAD") else Invitation.objects.select_related(*PARTY_PATHS)
    link_stands = InvitationToken.objects.filter(invitation=OuterRef("pk"), pk=visit["link"] if visit else 0, revoked_at=None)
    row = rows.filter(pk=invitation).annotate(link_stands=Exists(link_stands)).first()
    if row is None or not row.is_live:
        return None
    browser = request.session.get(BROWSER_KEY, "")
    if request.user.is_authenticated:
        return PartySession(row, "account", user=request.user, browser=browser) if is_own(row.party.person, request.user) else None
    return PartySession(row, "link", link=visit["link"], browser=browser) if visit and row.link_stands else None


def browser_of(request: HttpRequest) -> str:
    """What this browser's session alone holds, made when it is first asked for: codes are bound to it."""
    return request.session.setdefault(BROWSER_KEY, secrets.token_urlsafe(16))


def invited(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view is for the party of one invitation: it is called `view(request, visitor)`.

    Anybody else, whether the invitation exists or not, is sent to a page that says how to come in.
    """

    @wraps(view)
    def guarded(request: HttpRequest, invitation: int, **kwargs: Any) -> HttpResponse:
        visitor = party_session_for(request, invitation)
        if visitor is None:
            kept_text.turn_away(request, kept_text.of_invitation(invitation))
            return HttpResponseRedirect(reverse("sign-closed"))
        response = view(request, visitor, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    guarded.access = Access("invited")  # type: ignore[attr-defined]
    return guarded
