"""The page that sent somebody here to mend something, carried as `next` from page to page."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

FIELD = "next"


def return_url(request: HttpRequest) -> str:
    """The address of ours in `next`, posted or in the address; "" when there is none. Never another site's."""
    asked = request.POST.get(FIELD) or request.GET.get(FIELD, "")
    return asked if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else ""


def with_return_url(url: str, back: str) -> str:
    """`url` with the way back to `back` on it; unchanged when there is nowhere to go back to."""
    return f"{url}?{urlencode({FIELD: back})}" if back else url
