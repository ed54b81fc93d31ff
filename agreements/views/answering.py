"""A party answers otherwise than by signing: declines, or asks that somebody else signs (EL-29)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements import actions
from agreements.access import Visitor, invited
from agreements.forms import DeclineForm, HandOverForm
from agreements.models import HandOver
from agreements.views.signing import context_of


@invited
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Say what declining does, then do it with the reason."""
    form = DeclineForm(request.POST or None)
    if form.carried_out(lambda: actions.decline(visitor.invitation, form.cleaned_data["reason"], by=visitor)):
        messages.success(request, _("You have declined. The lab has been told."))
        return _start(visitor)
    return _form(request, visitor, "sign_decline", form)


@invited
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Propose who should sign instead; lab operations confirm. Whoever has asked already is led to where that stands."""
    asked = HandOver.objects.filter(version=visitor.invitation.version, party=visitor.invitation.party, state=HandOver.State.PROPOSED)
    if request.method != "POST" and asked.exists():
        return _start(visitor)
    form = HandOverForm(request.POST or None)
    if form.carried_out(lambda: actions.propose_hand_over(visitor.invitation, **form.facts, by=visitor)):
        messages.success(request, _("The lab has been asked. Until it answers, you can still sign yourself."))
        return _start(visitor)
    return _form(request, visitor, "sign_hand_over", form)


def _form(request: HttpRequest, visitor: Visitor, name: str, form: Any) -> HttpResponse:
    context = context_of(visitor, form=form)
    # What was typed stays on the page, with why it is refused, even when there is nothing left to answer.
    if request.method != "POST" and (not visitor.invitation.may_sign or context["signature"]):
        return _start(visitor)
    status = 422 if form.errors and form.status == 200 else form.status
    return render(request, f"agreements/{name}.html", context, status=status)


def _start(visitor: Visitor) -> HttpResponse:
    return HttpResponseRedirect(reverse("sign", args=[visitor.invitation.pk]))
