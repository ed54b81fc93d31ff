"""Sign-in: logs who signed in, signed out or was refused (ASVS 16.3.1), and pauses an account after slow guessing.

Too many wrong passwords for an account in a day, from any number of addresses, pause it (ASVS 6.3.1). They are counted in the
cache, also for email addresses that no account uses, so that the answer reveals nothing. A new password, chosen through a link
emailed to the owner, ends the pause, so guessing never locks the owner out.
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


# Besides allauth's limits per minute (ACCOUNT_RATE_LIMITS), because this one ends with a new password and notifies the owner.
def is_paused(email: str) -> bool:
    """Whether too many wrong passwords were tried on the account with this address."""
    return (cache.get(_key(email)) or 0) >= settings.WRONG_PASSWORDS_A_DAY


def count_wrong_password(email: str) -> None:
    """Count a wrong password; if it pauses the account, notify the owner."""
    key = _key(email)
    cache.add(key, 0, timeout=DAY)
    if cache.incr(key) == settings.WRONG_PASSWORDS_A_DAY:
        _tell(email)


def forget(email: str) -> None:
    """Forget the wrong passwords, because the owner chose a new one."""
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
    """Log a refused sign-in with the account's id. Unknown addresses aren't logged, because people type passwords there."""
    email = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    known = User.objects.filter(email=email).values_list("pk", flat=True).first() if email else None
    log.warning("sign_in_failed", account=known, address=_address(request))


def _address(request: HttpRequest | None) -> str:
    return str(request.META.get("REMOTE_ADDR", "")) if request else ""
