"""Local accounts, which only an administrator can open."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from acts.act import SYSTEM, Actor, act
from labportal import mail, sign_in
from outbox.delivery.compose import NoLongerHolds, recipe
from outbox.models import Message
from people.models import AddressChange, User
from web.middleware import client_key


class Backend(AuthenticationBackend):
    """Signs accounts in as allauth does, and reads the account that is signed in together with its roles."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.signed_in(user_id)
        return user if user and self.user_can_authenticate(user) else None


class Accounts(DefaultAccountAdapter):
    """Our answers to what allauth leaves to us."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return what allauth counts attempts by: the address, or for IPv6 the whole network of one customer."""
        return client_key(request.META["REMOTE_ADDR"])

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse sign-in while an account is paused, and with the demo's public password unless DEBUG is on."""
        super().pre_authenticate(request, **credentials)
        if sign_in.is_paused(credentials.get("email") or ""):
            raise self.validation_error("too_many_login_attempts")
        if not settings.DEBUG and credentials.get("password") == settings.DEMO_PASSWORD:
            raise self.validation_error("email_password_mismatch")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        sign_in.count_wrong_password(credentials.get("email") or "")

    def set_password(self, user: User, password: str) -> None:
        """Save a new password and forget earlier wrong ones: anyone who can choose it, by emailed link or signed in, is the owner."""
        super().set_password(user, password)
        sign_in.forget(user.email)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Queue our own email instead of allauth's, which would be sent during the request."""
        send_password_link(user, by=context.get("by", user))

    def send_account_invitation(self, user: User, *, by: User) -> None:
        """Tell someone how to sign in to the account that was just opened for them."""
        invite_to_account(user, by=by)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords per account and client address: guessing must not lock the owner out (ASVS 6.3.1)."""
        return f"{self.get_client_ip(request)}:{super()._get_login_attempts_cache_key(request, **credentials)}"


@act("people.own_account", "people.administer", system=SYSTEM)
def send_password_link(user: User, *, by: Actor) -> Message:
    """Queue an email to `user` with a link to choose a password; the link is issued when the email is sent."""
    return mail.queue_password_link(user, by=by)


@act("people.administer")
def invite_to_account(user: User, *, by: Actor) -> Message:
    """Queue the first mail to someone whose account `by` has opened."""
    return mail.queue_account_invitation(user, by=by)


@recipe("labportal.accounts.mint_password_link")
def mint_password_link(user: int) -> str:
    """Return a link for choosing this account's password once. Raises NoLongerHolds if the account was closed."""
    account = User.objects.filter(pk=user, is_active=True).first()
    if account is None:
        raise NoLongerHolds("The account was closed.")
    token = default_token_generator.make_token(account)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(account), "key": token})
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def follow_address_change(change: AddressChange) -> None:
    """Tell the old address that the account's sign-in address has changed, and send the new one a link to choose a password (OP-03)."""
    account = change.person.user
    if change.kind != AddressChange.Kind.SIGN_IN or account is None:
        return
    mail.queue_address_changed(change)
    send_password_link(account, by=SYSTEM)


class ResetPasswordForm(forms.ResetPasswordForm):
    """A reset form that does the same work for unknown addresses as for known ones, so that timing reveals nothing (ASVS 6.3.8)."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        stand_in = User.objects.filter(is_active=True).order_by("pk").first()  # fetched in both cases
        for account in self.users or [stand_in] if stand_in else []:
            with transaction.atomic():
                send_password_link(account, by=account)
                if not self.users:  # nothing is saved or sent
                    transaction.set_rollback(True)
        return str(self.cleaned_data["email"])
