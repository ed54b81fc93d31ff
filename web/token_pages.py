"""Tokens, and the pages with a token in their address, which an email or a calendar program opens without an account."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from web.middleware import client_key

# The only rate limiter besides allauth's for sign-in and passwords (ACCOUNT_RATE_LIMITS). We don't use allauth's own
# (allauth.core.ratelimit) because it lets every GET pass, and a link in an email is a GET; it gives no number of seconds to wait; and
# it locks the cache for each request and refuses anyone who doesn't get the lock within a second. Limits of acts (codes, links,
# comments an hour) are counted from rows in the act's own transaction, because a cache may forget.
MINUTE = 60
TOKEN_BYTES = 32
View = Callable[..., HttpResponse]


def new_token() -> str:
    """Return a new secret for an address: 256 bits in letters that need no escaping. It isn't kept; its `digest` is."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> str:
    """Return the SHA-256, in hexadecimal, under which a token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def seconds_to_wait(what: str, address: str, most: int) -> int:
    """Count a request and return 0 if `address` may do `what` now, `most` times a minute; else the seconds it must wait (ASVS 2.4.1).

    Addresses that a single client can have any number of count as one (`client_key`).
    """
    now = time.time()
    key = f"{what}:{client_key(address)}:{int(now // MINUTE)}"
    cache.add(key, 0, timeout=2 * MINUTE)
    if cache.incr(key) <= most:
        return 0
    return MINUTE - int(now % MINUTE)


def private(what: str, most: int) -> Callable[[View], View]:
    """Keep a page with a token in its address out of caches, search indexes and referrers, and limit it to `most` requests a minute.

    Not `no-referrer`, because browsers then send `Origin: null` with the form, which the CSRF check rightly
    refuses. `strict-origin` sends our host name and never the path.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            wait = seconds_to_wait(what, request.META.get("REMOTE_ADDR", ""), most)
            response = _too_many(request, wait) if wait else view(request, *args, **kwargs)
            response["Referrer-Policy"] = "strict-origin"
            response["X-Robots-Tag"] = "noindex"
            response["Cache-Control"] = "no-store"
            return response

        return guarded

    return decorate


def _too_many(request: HttpRequest, wait: int) -> HttpResponse:
    response = render(request, "web/too_many.html", {"wait": wait}, status=429)
    response["Retry-After"] = str(wait)
    return response
