"""Pages whose address holds a token: what a mail or a calendar program opens without an account."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from web.middleware import client_key

# The one limiter of requests outside of sign-in and passwords, which allauth limits (ACCOUNT_RATE_LIMITS). Not allauth's own
# (allauth.core.ratelimit): it lets every GET pass, and a link in a mail is a GET; it says no seconds to wait; and it takes a lock in
# the cache for each request, which refuses whoever doesn't get it in a second. What an act limits (codes, links, comments an hour)
# follows from rows in the act's own transaction, since a cache may forget.
MINUTE = 60
View = Callable[..., HttpResponse]


def seconds_to_wait(what: str, address: str, most: int) -> int:
    """0 when `address` may do `what` once more now (and counts it), `most` times a minute; else how many seconds it has to wait (ASVS 2.4.1).

    Addresses that one client has as many of as it likes count as one (`client_key`).
    """
    now = time.time()
    key = f"{what}:{client_key(address)}:{int(now // MINUTE)}"
    cache.add(key, 0, timeout=2 * MINUTE)
    if cache.incr(key) <= most:
        return 0
    return MINUTE - int(now % MINUTE)


def private(what: str, most: int) -> Callable[[View], View]:
    """The address holds a token: it goes into no cache, no index and no Referer, and `most` may be tried a minute.

    Not `no-referrer`: browsers then send `Origin: null` with the form, which the CSRF check rightly
    refuses. `strict-origin` sends our host's name and never the path.
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
