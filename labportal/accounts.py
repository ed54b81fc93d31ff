"""Local accounts: made by an administrator, never by whoever comes along."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.account import forms
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from acts.act import SYSTEM, Actor, act
from labportal import sign_in
from ledger.actions import lab_stream
from outbox.catalogue.messages import LAB, NAME, Place, Text
from outbox.compose import NoLongerHolds
from outbox.models import Message
from outbox.queue import queue
from people.actions import person_of
from people.models import AddressChange, User
from web.client_address import client_key

PASSWORD_LINK = Text(
    "password-link",
    _("Choose your password for {product}"),
    _(
        """Hello {name},

With this link you can choose a password for your account. It works once, for three days.

{password_link}

If you did not expect this message, you need do nothing: your account stays as it is."""
    ),
    (
        Place("product", _("the name of the portal"), settings.PRODUCT_NAME),
        Place(
            "password_link",
            _("the link to choose a password"),
            "https://portal.example.org/accounts/password/reset/key/their-own-link/",
            needed=True,
            minted=True,
        ),
    ),
    everywhere=(NAME, LAB),
)

ACCOUNT_INVITATION = Text(
    "account-invitation",
    _("Your account on {product}"),
    _(
        """Hello {name},

{invited_by} has opened an account for you on {product}. You sign in with this email address.

Choose your password first:

{password_link}

The link works once, for three days. After that, use “Forgot your password?” on the sign-in page to get a new one."""
    ),
    (
        PASSWORD_LINK.places[0],
        Place("invited_by", _("who opened the account"), "Tomasz Everden"),
        PASSWORD_LINK.places[1],
    ),
    everywhere=(NAME, LAB),
)


ACCOUNT_PAUSED = Text(
    sign_in.PAUSED,
    _("Sign-in to {product} is paused for your account"),
    _(
        """Hello {name},

Someone has typed {count} wrong passwords for your account on {product} within a day. Nobody can sign in to it with a password until tomorrow.

If it was not you, your password was not found. To sign in now, use “Forgot your password?” on the sign-in page and choose a new one.

{lab}"""
    ),
    (PASSWORD_LINK.places[0], Place("count", _("how many wrong passwords"), 30)),
    everywhere=(NAME, LAB),
)

ADDRESS_CHANGED = Text(
    "account-address-changed",
    _("Your sign-in address on {product} was changed"),
    _(
        """Hello {name},

{by} has changed the address with which you sign in to {product}, from {old} to {new}.

Your password and your sessions have ended. A link to choose a new password was sent to the new address.

If you did not expect this, tell the lab at once.

{lab}"""
    ),
    (
        PASSWORD_LINK.places[0],
        Place("by", _("who changed it"), "Tomasz Everden"),
        Place("old", _("the address before"), "noor@example.org"),
        Place("new", _("the new address"), "noor.castellane@gov.example.org", needed=True),
    ),
    everywhere=(NAME, LAB),
)


class Accounts(DefaultAccountAdapter):
    """How allauth asks for what is ours to decide."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """By what allauth counts attempts: of IPv6 the whole network of one customer."""
        return client_key(request.META["REMOTE_ADDR"])

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nobody signs in with the demo's password, known to everybody, where real work is done; nor while an account is paused."""
        super().pre_authenticate(request, **credentials)
        if sign_in.is_paused(credentials.get("email") or ""):
            raise self.validation_error("too_many_login_attempts")
        if not settings.DEBUG and credentials.get("password") == settings.DEMO_PASSWORD:
            raise self.validation_error("email_password_mismatch")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        sign_in.count_wrong_password(credentials.get("email") or "")

    def set_password(self, user: User, password: str) -> None:
        """Whoever chooses a new password, by the mailed link or signed in, is the owner: guesses of before count no more."""
        super().set_password(user, password)
        sign_in.forget(user.email)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """allauth's own mail would be sent within the page; ours waits in the outbox like every other."""
        send_password_link(user, by=context.get("by", user))

    def send_account_invitation(self, user: User, *, by: User) -> None:
        """Tell someone whose account was just opened how to get in."""
        invite_to_account(user, by=by)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords per account and client address: guessing must not lock the owner out (ASVS 6.3.1)."""
        return f"{self.get_client_ip(request)}:{super()._get_login_attempts_cache_key(request, **credentials)}"


@act("people.own_account", "people.administer", system=SYSTEM)
def send_password_link(user: User, *, by: Actor) -> Message:
    """Queue a link to `user`'s own address with which a password can be set; it is made as it is sent."""
    return queue("password-link", **_letter_with_link(user, by), params={"product": settings.PRODUCT_NAME})


@act("people.administer")
def invite_to_account(user: User, *, by: Actor) -> Message:
    """Queue the first mail to someone whose account `by` has opened."""
    return queue("account-invitation", **_letter_with_link(user, by), params={"product": settings.PRODUCT_NAME, "invited_by": str(by)})


def _letter_with_link(user: User, by: Actor) -> dict[str, Any]:
    """Where a mail with a link to choose a password goes, and how the link is made as it leaves."""
    return {
        "to": person_of(user, by=by),
        "about": lab_stream(),
        "key": uuid.uuid4().hex,
        "address": user.email,
        "mint": {"password_link": ["labportal.accounts.mint_password_link", {"user": user.pk}]},
    }


def mint_password_link(user: int) -> str:
    """A link that lets this account choose a password once. Raises NoLongerHolds for an account that was closed."""
    account = User.objects.filter(pk=user, is_active=True).first()
    if account is None:
        raise NoLongerHolds("The account was closed.")
    token = default_token_generator.make_token(account)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(account), "key": token})
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def follow_address_change(change: AddressChange) -> None:
    """Tell the old address that an account signs in with another now, and send the new one a link to choose a password (OP-03)."""
    account = change.person.user
    if change.kind != AddressChange.Kind.SIGN_IN or account is None:
        return
    params = {
        "product": settings.PRODUCT_NAME,
        "by": str(change.requested_by or SYSTEM),
        "old": change.from_address,
        "new": change.to_address,
    }
    queue(
        "account-address-changed",
        to=change.person,
        about=lab_stream(),
        key=f"change:{change.pk}",
        params=params,
        address=change.from_address,
    )
    send_password_link(account, by=SYSTEM)


class ResetPasswordForm(forms.ResetPasswordForm):
    """Asks the same of the database for an address that nobody has as for a known one, so that the time tells nothing (ASVS 6.3.8)."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        stand_in = User.objects.filter(is_active=True).order_by("pk").first()  # asked for either way
        for account in self.users or [stand_in] if stand_in else []:
            with transaction.atomic():
                send_password_link(account, by=account)
                if not self.users:  # nothing of it is kept, and nothing is sent
                    transaction.set_rollback(True)
        return str(self.cleaned_data["email"])
