"""Who came in, who left and who was refused, on a log line each, with the address it came from (ASVS 16.3.1, 16.3.2)."""

from __future__ import annotations

from typing import Any

import structlog
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from people.models import User

log = structlog.get_logger(__name__)


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
