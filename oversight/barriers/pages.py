"""Shared code of the barrier and risk pages: lookups, the page frame, and forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from ledger.models import Stream
from ledger.subjects import kind_of, subject_of, subject_or_404
from oversight.models import Barrier, Risk
from oversight.models.barriers import LAB
from people.models import Person, User
from people.picker import Picker
from web.acts import run
from web.forms import ActForm

OFFERED = 8
TAB = "barriers"


def subject_at(user: User, reference: str) -> Any:
    """Return the subject with this reference. Raises `Http404` if the account can't see it."""
    return subject_or_404(user, reference)


def barrier_or_404(user: User, barrier: int) -> Barrier:
    """Return a barrier with everything that its page shows; one query. Raises `Http404` if the account can't see it."""
    return _seen(user, Barrier.objects.whole().filter(pk=barrier).first())


def risk_or_404(user: User, risk: int) -> Risk:
    """Return a risk with its last rating; one query. Raises `Http404` if the account can't see it."""
    return _seen(user, Risk.objects.for_list().select_related("raised_by").filter(pk=risk).first())


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
    return render(request, f"oversight/barriers/{name}.html", frame(stream) | context)


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
    return run(request, form, act, done=done, to=to, page=template, heading=heading, list_url=list_of(stream), **frame(stream), **more)


def picker_of(request: HttpRequest, item: Barrier | Risk) -> Picker:
    """Return a picker for the owner. Lab staff can choose anyone on record; others can choose the subject's contacts."""

    def find(sought: str) -> list[Person]:
        people = Person.objects.matching(sought) if sought else Person.objects.current()
        if not request.user.has_perm("people.view_person"):
            accounts = [account.pk for account in item.subject.contacts()] if item.subject else []
            people = people.filter(user__in=accounts)
        elif not sought:
            return []
        return list(people.order_by("name", "pk")[:OFFERED])

    return Picker(request, find)
