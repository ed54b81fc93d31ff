"""Signing in: who came in, who left and who was refused is on a log line each (ASVS 16.3.1), and slow guessing pauses an account.

So many wrong passwords of one account in a day, from however many addresses, pause it (ASVS 6.3.1). They are counted in
the cache, for addresses that nobody has too, so that the answer tells nothing. A new password, chosen by the link that is
mailed to the owner, ends the pause: guessing never locks the owner out.
"""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.cache import cache
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from labportal.mail import queue_account_paused
from people.models import User
from spelling.clean import clean_address

log = structlog.get_logger(__name__)
DAY = 24 * 60 * 60


# Not a rate of allauth's: this one ends with a new password and tells the owner; within a minute, allauth limits (ACCOUNT_RATE_LIMITS).
def is_paused(email: str) -> bool:
    """Whether too many wrong passwords were tried on the account with this address."""
    return (cache.get(_key(email)) or 0) >= settings.WRONG_PASSWORDS_A_DAY


def count_wrong_password(email: str) -> None:
    """One more; with the one that pauses it, its owner is told."""
    key = _key(email)
    cache.add(key, 0, timeout=DAY)
    if cache.incr(key) == settings.WRONG_PASSWORDS_A_DAY:
        _tell(email)


def forget(email: str) -> None:
    """The owner chose a new password: nothing that was guessed counts any more."""
    cache.delete(_key(email))


def _key(email: str) -> str:
    return f"wrong-passwords:{clean_address(email)}"


def _tell(email: str) -> None:
    account = User.objects.filter(email=email, is_active=True).first()
    if account is None:
        return
    with transaction.atomic():
        queue_account_paused(account, guesses=settings.WRONG_PASSWORDS_A_DAY)


@receiver(user_logged_in)
def signed_in(sender: Any, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    log.info("signed_in", account=user.pk, address=_address(request))


@receiver(user_logged_out)
def signed_out(sender: Any, request: HttpRequest | None, user: User | None, **kwargs: Any) -> None:
    log.info("signed_out", account=user.pk if user else None, address=_address(request))


@receiver(user_login_failed)
def refused(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """The account is named by its number; an address that nobody has stays out of the log, for people type passwords there."""
    email = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    known = User.objects.filter(email=email).values_list("pk", flat=True).first() if email else None
    log.warning("sign_in_failed", account=known, address=_address(request))


def _address(request: HttpRequest | None) -> str:
    return str(request.META.get("REMOTE_ADDR", "")) if request else ""
