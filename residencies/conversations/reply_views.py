"""Pages behind the link in an invitation: an invited person answers without an account (EL-84)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from residencies.conversations import links, meetings
from residencies.conversations.forms import ReplyForm
from residencies.conversations.views import meeting_of
from web import token_pages
from web.access import open_to_anyone

LOOKUPS_A_MINUTE = 60
WHY = "An invited person holds a link and no account; it answers for one conversation only."
private = token_pages.private("conversation-lookups", LOOKUPS_A_MINUTE)


@open_to_anyone(WHY)
@private
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the conversation and the question and changes nothing; POST answers."""
    link = links.answer_link(token)
    if link is None:
        return render(request, "residencies/conversations/reply_ended.html", status=404)
    invitee = link.invitee
    meeting = meeting_of(invitee.conversation)
    form = ReplyForm(request.POST or None, initial={"answer": invitee.answer})
    if form.carried_out(lambda: meetings.answer_invitation(invitee, **form.facts, by=links.AnswerLinkHolder(link))):
        return redirect("conversation-replied", token=token)
    is_open = bool(meeting and meeting.is_to_come and not invitee.conversation.is_held and invitee.residency.is_under_way)
    context = {"invitee": invitee, "meeting": meeting, "form": form, "is_open": is_open, "residency": invitee.residency}
    return render(request, "residencies/conversations/reply.html", context, status=form.status_or_422)


@open_to_anyone(WHY)
@private
@require_safe
def replied(request: HttpRequest, token: str) -> HttpResponse:
    """Show what one answered, and the way to change it."""
    link = links.answer_link(token)
    if link is None or not link.invitee.answer:
        return render(request, "residencies/conversations/reply_ended.html", status=404)
    invitee = link.invitee
    context = {"invitee": invitee, "meeting": meeting_of(invitee.conversation), "token": token, "residency": invitee.residency}
    return render(request, "residencies/conversations/replied.html", context)
