"""Pages for when something is wrong: what happened, what was kept, what to do next."""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.templatetags.static import static

from web import kept_text
from web.access import access_of, open_to_anyone

STYLE = (
    "bcgov/design-tokens/css/variables.css",
    "bcgov/bootstrap-v5-theme/css/bootstrap-theme.min.css",
    "css/portal.css",
    "css/components.css",
)


@open_to_anyone("A form whose session has ended says how to go on.")
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that is not tied to this session: refused, and told how to send it again (D3-19).

    What was typed on a page of ours is kept for its writer. What came from elsewhere never is: a forged form must not come
    back as one's own words.
    """
    access = access_of(request.resolver_match.func) if request.resolver_match else None
    if request.resolver_match and access and kept_text.same_origin(request):
        kept_text.turn_away(request, kept_text.writer_on(access.to, request))
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Something of ours broke. The page needs neither database nor session; its reference finds the log line (D3-45)."""
    page = get_template("500.html").template  # type: ignore[attr-defined]
    facts = {"style": _style(), "reference": request_reference(), "product": settings.PRODUCT_NAME, "email": settings.LAB_EMAIL}
    from django.template import Context

    return HttpResponse(page.render(Context(facts)), status=500)


def request_reference() -> str:
    """The id under which everything about the present request is logged, or ""."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def _style() -> list[str]:
    """The addresses of our style sheets; none where they were never collected, for this page must not fail too."""
    try:
        return [static(sheet) for sheet in STYLE]
    except ValueError:
        return []
