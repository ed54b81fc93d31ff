"""Where to go back to: the page that someone came from, passed along as `next`, or the page that a form was on."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

FIELD = "next"


def return_url(request: HttpRequest) -> str:
    """Return the address in `next`, from the form or the query, or "" if there is none. Never another site's address."""
    asked = request.POST.get(FIELD) or request.GET.get(FIELD, "")
    return asked if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else ""


def with_return_url(url: str, back: str) -> str:
    """Add `back` to `url` as the page to return to; `url` is unchanged if there is none."""
    return f"{url}?{urlencode({FIELD: back})}" if back else url


def page_of(request: HttpRequest) -> str:
    """Return the page that the form was on: the one the browser names, if it is ours, or else the form's own address."""
    named = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    parts = urlsplit(named)
    if parts.netloc == request.get_host() and parts.path not in ("", "/") and _is_ours(parts.path):
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.get_full_path()


def _is_ours(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return path != reverse("account_login")
