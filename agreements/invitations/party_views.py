"""A party comes in by its link: looking changes nothing, pressing the button opens a session (EL-28)."""

from __future__ import annotations

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agreements.invitations import actions, codes
from agreements.invitations.links import find, opened_by, why_ended
from agreements.invitations.sessions import BROWSER_KEY, close_party_session, ended_invitation, has_party_session, open_party_session
from agreements.models import InvitationToken
from web import kept_text, token_pages
from web.access import open_to_anyone

log = structlog.get_logger(__name__)


WHY = "A party holds a link and no account; the link opens one invitation only."


LOOKUPS_A_MINUTE = 30
private = token_pages.private("link-lookups", LOOKUPS_A_MINUTE)


@open_to_anyone(WHY)
@private
@require_http_methods(["GET", "HEAD", "POST"])
def open_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows whom the link is for and changes nothing; POST opens a session for this invitation alone."""
    link = opened_by(token)
    if link is None:
        return _ended(request, token)
    if request.user.is_authenticated:
        return _signed_in(request, link)
    if request.method != "POST":
        if _code_waits(request, link) and has_party_session(request, link.invitation_id):
            return HttpResponseRedirect(reverse("sign-sign", args=[link.invitation_id]))
        return render(request, "agreements/welcome_link.html", {"link": link, "invitation": link.invitation, "token": token})
    actions.open_invitation(token, agent=request.META.get("HTTP_USER_AGENT", ""))
    open_party_session(request, link)
    kept = kept_text.kept_under(request, link.invitation_id)
    return HttpResponseRedirect(kept[0].page if kept else _where_they_were(request, link))


def _where_they_were(request: HttpRequest, link: InvitationToken) -> str:
    """The field for the code, if one waits to be typed in this browser; else the start."""
    return reverse("sign-sign" if _code_waits(request, link) else "sign", args=[link.invitation_id])


def _code_waits(request: HttpRequest, link: InvitationToken) -> bool:
    return codes.waiting(link.invitation, request.session.get(BROWSER_KEY, "")) is not None


def _ended(request: HttpRequest, token: str) -> HttpResponse:
    """Why a link opens nothing, to whoever holds one that was sent once; for any other token the page says only that it doesn't work."""
    link = find(token)
    ended = why_ended(link.invitation, link) if link else None
    context = {"token": token, "ended": ended, "typed": kept_text.just_typed_by_a_party(request)}
    return render(request, "agreements/link_ended.html", context, status=404)


def _signed_in(request: HttpRequest, link: InvitationToken) -> HttpResponse:
    """An account meets a link: its own is opened as the account, another's is refused and logged."""
    invitation = link.invitation
    if invitation.party.person.user_id == request.user.pk:
        return HttpResponseRedirect(reverse("sign", args=[invitation.pk]))
    log.warning("party_link_refused_to_account", invitation=invitation.pk, account=request.user.pk, method=request.method)
    return render(request, "agreements/link_of_another.html", {}, status=403)


@open_to_anyone(WHY)
@private
@require_POST
def new_link(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for another link. The answer is the same whether one is sent or not; it goes to the address on record."""
    actions.ask_for_link(token)
    return HttpResponseRedirect(reverse("link-asked"))


@open_to_anyone(WHY)
@private
@require_http_methods(["GET", "HEAD", "POST"])
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody else got this link: GET asks whether that is so, POST tells lab operations (D2.7)."""
    link = opened_by(token)
    if link is None:
        return _ended(request, token)
    if request.method != "POST":
        return render(request, "agreements/not_me.html", {"link": link, "invitation": link.invitation, "token": token})
    actions.say_wrong_person(token)
    return HttpResponseRedirect(reverse("not-me-told"))


@open_to_anyone("Thanks whoever said that a link is not theirs; holds nothing.")
@require_GET
def not_me_told(request: HttpRequest) -> HttpResponse:
    return render(request, "agreements/not_me_told.html")


@open_to_anyone("Says the same to everybody who asked for a new link.")
@require_GET
def link_asked(request: HttpRequest) -> HttpResponse:
    return render(request, "agreements/link_asked.html")


@open_to_anyone("Says how to come back in; holds nothing.")
@require_GET
def closed(request: HttpRequest) -> HttpResponse:
    """What was typed and not sent is shown to copy, for the link may open no more; with the link it comes back by itself."""
    invitation = ended_invitation(request)
    context = {
        "title": _("You can’t open this page right now"),
        "ended": why_ended(invitation) if invitation else None,
        "typed": kept_text.just_typed_by_a_party(request),
    }
    return render(request, "agreements/closed.html", context)


@open_to_anyone("Ends the visit of whoever came by a link.")
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the visit on this device; the link in the mail opens it again."""
    if not request.user.is_authenticated:
        close_party_session(request)
    return HttpResponseRedirect(reverse("sign-closed"))
