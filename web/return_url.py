"""Where to go back to: the page that sent someone here, carried as `next` from page to page, or the page a form was on."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

FIELD = "next"


def return_url(request: HttpRequest) -> str:
    """The address of ours in `next`, posted or in the address; "" when there is none. Never another site's."""
    asked = request.POST.get(FIELD) or request.GET.get(FIELD, "")
    return asked if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else ""


def with_return_url(url: str, back: str) -> str:
    """`url` with the way back to `back` on it; unchanged when there is nowhere to go back to."""
    return f"{url}?{urlencode({FIELD: back})}" if back else url


def page_of(request: HttpRequest) -> str:
    """The page that the form was on: what the browser names as such if it is one of ours, else the form's own address."""
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
