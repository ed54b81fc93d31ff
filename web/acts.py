"""Forms and their acts: one runner for pages that show a form and carry out one act, one page for what refuses elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from acts.revisions import Stale
from findings import Finding, Refused, blocking
from web.forms import ActForm
from web.idempotent_post import FIELD
from web.return_url import return_url

WORTH_KEEPING = 20  # characters: what is shorter was chosen or is quickly typed again


def run(request: HttpRequest, form: ActForm, act: Callable[[], Any], *, done: str, to: str, template: str, **context: Any) -> HttpResponse:
    """Show `form`; when it is sent and good, `act`, say that it is `done` and go back to where they came from, else to `to`.

    A refusal, or an edit that came first, is said above the form, which keeps what was typed; its status is 409.
    """
    back = return_url(request)
    if form.carried_out(act):
        messages.success(request, done)
        return redirect(back or to)
    return render(request, template, {"form": form, "cancel": back or to, "next": back, **context}, status=form.status)


class Refusals:
    """Answers 409 for an act that refused and whose page does not say so itself: what was refused, why, and what was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused | Stale):
            return None
        base = "base.html" if request.user.is_authenticated else "base_signing.html"
        context = {"base": base, "findings": _findings(exception), "typed": _typed(request), "back": request.path}
        return render(request, "409.html", context, status=409)


def _findings(exception: Refused | Stale) -> list[Finding]:
    if isinstance(exception, Refused):
        return exception.findings
    return [blocking("stale", _("Someone changed this while you were writing."), _("Load the page again to see what is there now."))]


def _typed(request: HttpRequest) -> list[str]:
    """The longer texts of the form, so that none of them has to be written again."""
    texts = (value.strip() for name, values in request.POST.lists() if name not in {FIELD, "csrfmiddlewaretoken"} for value in values)
    return [text for text in texts if len(text) >= WORTH_KEEPING]
