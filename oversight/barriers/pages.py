"""Shared code of the barrier and risk pages: lookups, the page frame, and forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from ledger.models import Stream
from ledger.subjects import kind_of, people_of, subject_of
from oversight.models import Barrier, Risk
from oversight.models.barriers import LAB
from people.identity import account_on
from people.models import User
from people.picker import Picker, people_to_choose
from web.access import show_under
from web.acts import run
from web.forms import ActForm

TAB = "barriers"


def barrier_or_404(user: User, barrier: int) -> Barrier:
    """Return a barrier with everything that its page shows; one query. Raises `Http404` if the account can't see it."""
    return _seen(user, Barrier.objects.whole().filter(pk=barrier).first())


def risk_or_404(user: User, risk: int) -> Risk:
    """Return a risk with its last rating; one query. Raises `Http404` if the account can't see it."""
    # Nothing is deferred as in a list: the head of the page shows more of the subject.
    return _seen(user, Risk.objects.for_list().defer(None).select_related("raised_by").filter(pk=risk).first())


def _seen(user: User, item: Any) -> Any:
    if item is None or not user.has_perm("oversight.view_barrier", item):
        raise Http404(_("This barrier or risk doesn’t exist, or your account doesn’t have access to it."))
    return item


def frame(stream: Stream) -> dict[str, Any]:
    """Return the template context for a page's frame: the subject's own, or the lab's for something that several subjects share."""
    if stream.kind == LAB:
        return {"base": "oversight/lab_frame.html", "tab": TAB, "subject": None}
    subject = subject_of(stream)
    return {"base": kind_of(stream).base, "subject": subject, stream.kind: subject, "tab": TAB}


def page(request: HttpRequest, name: str, stream: Stream, **context: Any) -> HttpResponse:
    _show_in_area(request, stream)
    return render(request, f"oversight/barriers/{name}.html", frame(stream) | context)


def _show_in_area(request: HttpRequest, stream: Stream) -> None:
    """Highlight the subject's area in the navigation; what several subjects share is in Reports, where its address is."""
    if stream.kind != LAB:
        show_under(request, subject_of(stream).get_absolute_url())


def list_of(stream: Stream) -> str:
    """Return the URL of the list that a barrier belongs to."""
    return reverse("barrier-list") if stream.kind == LAB else reverse("barriers", args=[subject_of(stream).reference])


def acted(
    request: HttpRequest,
    stream: Stream,
    form: ActForm,
    act: Callable[[], Any],
    *,
    heading: str,
    done: str | Callable[[Any], str],
    to: str | Callable[[Any], str],
    template: str = "oversight/barriers/act.html",
    **more: Any,
) -> HttpResponse:
    """Show `form` in the frame of `stream`. When it is valid, run `act`, show the message `done` and redirect to `to`."""
    _show_in_area(request, stream)
    return run(request, form, act, done=done, to=to, page=template, heading=heading, list_url=list_of(stream), **frame(stream), **more)


def picker_of(request: HttpRequest, item: Barrier | Risk) -> Picker:
    """Return a picker for the owner."""
    near = people_of(item.subject) if item.subject else Q(pk__in=[])
    return Picker(request, lambda sought: people_to_choose(account_on(request), near, sought))
