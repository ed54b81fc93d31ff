"""A party asks for other words, and reads what changed (EL-25)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from agreements.amendments import actions
from agreements.amendments.forms import ProposeForm
from agreements.amendments.views import place_of
from agreements.invitations.sessions import PartySession, invited
from agreements.models import Amendment, Section
from agreements.versions.history import places, versions_of
from web.forms import ActForm


def _page(request: HttpRequest, name: str, visitor: PartySession, *, status: int = 200, **context: Any) -> HttpResponse:
    version = visitor.invitation.version
    context |= {
        "visitor": visitor, "invitation": visitor.invitation, "party": visitor.invitation.party, "version": version,
        "agreement": version.agreement, "template": version.agreement.template_version,
    }  # fmt: skip
    return render(request, f"agreements/{name}.html", context, status=status)


def _to_changes(visitor: PartySession) -> HttpResponse:
    return HttpResponseRedirect(reverse("sign-changes", args=[visitor.invitation.pk]))


@invited
@require_GET
def changes(request: HttpRequest, visitor: PartySession) -> HttpResponse:
    """What each version changed, and what is proposed now (EL-25)."""
    agreement = visitor.invitation.version.agreement
    rows = list(Amendment.objects.with_everything().filter(version__agreement=agreement))
    context: dict[str, Any] = {
        "open": [row for row in rows if row.is_open],
        "refused": [row for row in reversed(rows) if row.state in (Amendment.State.REJECTED, Amendment.State.OVERTAKEN)],
        "versions": [entry for entry in versions_of(agreement) if not entry.version.is_draft],
    }
    return _page(request, "sign_changes", visitor, **context)


@invited
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, visitor: PartySession) -> HttpResponse:
    """Choose a clause, then write what it should say (EL-25)."""
    version, place = visitor.invitation.version, place_of(visitor.invitation.version, request)
    if not visitor.invitation.may_propose and request.method != "POST":
        return HttpResponseRedirect(reverse("sign", args=[visitor.invitation.pk]))
    if place is None:
        return _page(request, "sign_propose_where", visitor, places=places(version))
    form = ProposeForm(request.POST or None, version=version, place=place)
    if form.carried_out(lambda: actions.propose_amendment(version, form.wording, **form.arguments, by=visitor)):
        messages.success(request, _("Your change was sent to the lab. You’ll get an email when they decide."))
        return _to_changes(visitor)
    return _page(request, "sign_propose", visitor, status=form.status, form=form, place=place, is_new=isinstance(place, Section))


@invited
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, visitor: PartySession, amendment: int) -> HttpResponse:
    """Take one's own proposal back (EL-25)."""
    row = Amendment.objects.with_everything().filter(pk=amendment, party=visitor.invitation.party).first()
    if row is None:
        raise Http404
    form = ActForm(request.POST or None)
    if form.carried_out(lambda: actions.withdraw_amendment(row, by=visitor)):
        messages.success(request, _("Proposed change withdrawn."))
        return _to_changes(visitor)
    return _page(request, "sign_withdraw_amendment", visitor, status=form.status, amendment=row, form=form)
