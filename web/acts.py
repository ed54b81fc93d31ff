"""How pages carry out acts: one runner for forms, one for single buttons, and one page for refusals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from acts.revisions import Stale
from findings import Finding, Refused, blocking
from web.idempotent_post import FIELD
from web.return_url import page_of, return_url

if TYPE_CHECKING:
    from web.forms import ActForm

R = TypeVar("R")
REFUSED = 409
WORTH_KEEPING = 20  # characters: anything shorter was chosen from a list or is quick to type again


@dataclass(frozen=True)
class Result(Generic[R]):
    """The result of an act: what it returned, or why it refused. True if it was carried out."""

    value: R | None = None
    refusal: Refused | Stale | None = None

    def __bool__(self) -> bool:
        return self.refusal is None

    @property
    def findings(self) -> list[Finding]:
        """Why it refused; empty if it was carried out."""
        if isinstance(self.refusal, Stale):
            return [
                blocking("stale", _("Someone else changed this while you were editing."), _("Reload the page to see the current version."))
            ]
        return self.refusal.findings if self.refusal else []


def carry_out(act: Callable[[], R]) -> Result[R]:
    """Carry out `act`, and return its value or why it refused.

    Pages get refusals only from here or from the form that called this (`ActForm.carried_out`). A view that caught `Refused`
    itself would choose its own status and its own way to keep what was typed (tests/labportal/test_house.py).
    """
    try:
        return Result(act())
    except (Refused, Stale) as refusal:
        return Result(None, refusal)


def run(
    request: HttpRequest,
    form: ActForm,
    act: Callable[[], R],
    *,
    done: str | Callable[[R], str],
    to: Any,
    page: str | Callable[[int], HttpResponse],
    **context: Any,
) -> HttpResponse:
    """Show `form`; if it was sent and is valid, carry out `act`, show `done` and return to the previous page, or else to `to`.

    If the act refuses, or another edit was saved first, the page says so, keeps what was typed and has status 409. `page` is
    a template, or a function that makes the page for a status. `done` and `to` can be functions of what the act returned.
    """
    back = return_url(request)
    if form.carried_out(act):
        return _lead_on(request, form.result, done, back or to)
    if callable(page):
        return page(form.status)
    return render(
        request, page, {"form": form, "cancel": back or ("" if callable(to) else to), "next": back, **context}, status=form.status
    )


def press(request: HttpRequest, act: Callable[[], R], *, done: str | Callable[[R], str] = "", to: str) -> HttpResponse:
    """Carry out the act of a single button, show `done` and go to `to`. A refusal is a page that leads there."""
    result = carry_out(act)
    if result:
        return _lead_on(request, result.value, done, return_url(request) or to)
    return refusal_page(request, result, back=return_url(request) or to)


def _lead_on(request: HttpRequest, value: Any, done: str | Callable[[Any], str], to: Any) -> HttpResponse:
    if sentence := done(value) if callable(done) else done:
        messages.success(request, sentence)
    return redirect(to(value) if callable(to) else to)


def refusal_page(request: HttpRequest, result: Result[Any], *, back: str) -> HttpResponse:
    """Show why an act without a form on its page refused, with what was typed."""
    base = "base.html" if request.user.is_authenticated else "base_signing.html"
    context = {"base": base, "findings": result.findings, "typed": _typed(request), "back": back}
    return render(request, "409.html", context, status=REFUSED)


class Refusals:
    """Answers 409 for an act that refused in a view that doesn't use the runners above."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused | Stale):
            return None
        return refusal_page(request, Result(None, exception), back=return_url(request) or page_of(request))


def _typed(request: HttpRequest) -> list[str]:
    """Return the form's longer texts, so that nobody has to write them again."""
    texts = (value.strip() for name, values in request.POST.lists() if name not in {FIELD, "csrfmiddlewaretoken"} for value in values)
    return [text for text in texts if len(text) >= WORTH_KEEPING]
