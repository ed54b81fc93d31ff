"""A party says what it finds of a clause, asks, answers, and marks what it has seen (EL-24, EL-29).

Every act ends in a redirect, for a browser with scripts too: it follows to the part of the page that changed.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from agreements.discussion import actions
from agreements.discussion.actions import TALKS
from agreements.discussion.queries import WHOLE, Talk, discussion
from agreements.invitations.sessions import PartySession, invited
from agreements.models import Comment, Party, Stance
from findings import Finding
from sealing.contents import blocks
from web.acts import carry_out
from web.forms import ActForm


class TalkForm(ActForm):
    """A question or a comment, and who else should hear of it (EL-24)."""

    findings_in_summary = False  # the page lists them, with links
    verb = gettext_lazy("Send")
    text = forms.CharField(
        label=gettext_lazy("Your question or comment"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Enter your question or comment.")},
        help_text=gettext_lazy("All parties and the lab can read it."),
    )  # fmt: skip
    mentions = forms.ModelMultipleChoiceField(
        Party.objects.none(),
        label=gettext_lazy("People to email about it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, parties: QuerySet[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentions"].queryset = parties.select_related("person", "role").order_by("role__position")  # type: ignore[attr-defined]


@invited
@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: HttpRequest, visitor: PartySession, clause: str) -> HttpResponse:
    """One clause or the whole agreement with all that was said of it; POST says something more."""
    about = _about(visitor, clause)
    form = TalkForm(request.POST or None, parties=_others(visitor))
    asks = request.POST.get("kind") == "question"

    def comment() -> Comment:
        data = form.cleaned_data
        return actions.comment(visitor.invitation.version, clause, data["text"], by=visitor, mentions=data["mentions"], question=asks)

    if form.carried_out(comment):
        messages.success(request, _("Question sent to the lab. You’ll get an email when they reply.") if asks else _("Comment posted."))
        return _onwards(request, visitor, clause)
    return _render_talk(request, visitor, about, form, form.findings)


@invited
@require_POST
def stance(request: HttpRequest, visitor: PartySession, clause: str) -> HttpResponse:
    """Clear, comfortable, or misaligned with the reason (EL-24)."""
    about = _about(visitor, clause)
    value, note = request.POST.get("value", ""), request.POST.get("note", "")
    result = carry_out(lambda: actions.take_stance(visitor.invitation, clause, value, note=note, by=visitor))
    if not result:
        return _render_talk(request, visitor, about, TalkForm(parties=_others(visitor)), result.findings, note=note)
    label = Stance.Value(value).label.lower()
    messages.success(request, _("You marked clause %(number)s as %(found)s.") % {"number": clause, "found": label})
    return _onwards(request, visitor, clause)


@invited
@require_POST
def settle(request: HttpRequest, visitor: PartySession, clause: str) -> HttpResponse:
    """Say that what was asked is settled, or take it up again."""
    about = _about(visitor, clause)
    if about.thread is None:
        raise Http404(clause)
    act = actions.reopen if request.POST.get("reopen") else actions.resolve
    result = carry_out(partial(act, about.thread, by=visitor))
    if not result:
        return _render_talk(request, visitor, about, TalkForm(parties=_others(visitor)), result.findings)
    return _onwards(request, visitor, clause)


@invited
@require_POST
def mark_seen(request: HttpRequest, visitor: PartySession) -> HttpResponse:
    """What is new is new no more."""
    upto = request.POST.get("upto", "")
    if upto.isdecimal() and len(upto) < 19:
        actions.mark_seen(visitor.invitation, int(upto), by=visitor)
    return HttpResponseRedirect(reverse("sign-read", args=[visitor.invitation.pk]))


def _about(visitor: PartySession, clause: str) -> Talk:
    invitation = visitor.invitation
    talk = discussion(invitation.version, invitation.party).at(clause)
    if talk is None:
        raise Http404(clause)
    return talk


def _others(visitor: PartySession) -> Any:
    return visitor.invitation.version.agreement.parties.filter(to_at=None).exclude(pk=visitor.invitation.party_id)


def _onwards(request: HttpRequest, visitor: PartySession, clause: str) -> HttpResponse:
    """To the clause in the reading room; scripts, and what is said of the whole, stay with the talk itself."""
    if clause == WHOLE or request.htmx:  # type: ignore[attr-defined]
        return HttpResponseRedirect(reverse("sign-talk", args=[visitor.invitation.pk, clause]))
    return HttpResponseRedirect(f"{reverse('sign-read', args=[visitor.invitation.pk])}#clause-{clause}")


def _render_talk(
    request: HttpRequest, visitor: PartySession, about: Talk, form: TalkForm, findings: list[Finding], *, note: str = ""
) -> HttpResponse:
    """The talk again; what was typed and refused is in it still."""
    invitation = visitor.invitation
    version = invitation.version
    context = {
        "visitor": visitor, "invitation": invitation, "party": invitation.party, "version": version, "agreement": version.agreement,
        "template": version.agreement.template_version, "talk": about, "clause": about.clause, "form": form, "findings": findings,
        "note": note,
        "blocks": blocks(about.clause.text) if about.clause else (), **may(visitor),
    }  # fmt: skip
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "agreements/_talk_answer.html", context)
    return render(request, "agreements/sign_talk.html", context, status=409 if findings else 200)


def may(visitor: PartySession) -> dict[str, bool]:
    """What this party may do: take a stance while the version is out for signing and unsigned by it, discuss while it stands, propose."""
    version, party = visitor.invitation.version, visitor.invitation.party
    signed = version.signatures.filter(party=party).exists()
    return {
        "may_take_stance": version.is_open and not signed,
        "may_talk": version.state in TALKS,
        "may_propose": visitor.invitation.may_propose,
    }
