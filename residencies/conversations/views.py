"""Pages of conversations about expectations that can't be met (EL-84)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import User
from residencies.conversations import actions, forms
from residencies.fetch import part_or_404, residency_or_404
from residencies.graduation.views import after, form_page
from residencies.lifecycle import rules
from residencies.models import Conversation, Residency
from residencies.reference_data import figure
from web.access import needs


@needs("residencies.view_residency", residency_or_404)
def conversations(request: HttpRequest, residency: Residency) -> HttpResponse:
    """The conversations about expectations that can't be met (EL-84)."""
    today = timezone.localdate()
    rows = list(residency.conversations.select_related("corrects", "corrected_by"))
    context = {
        "residency": residency,
        "tab": "conversations",
        "waiting": [(row, rules.days_left(row.due_on, today)) for row in rows if not row.held_on],
        "held": [row for row in rows if row.held_on],
        "talks": request.user.has_perm("residencies.hold_conversation", residency),
        "under_way": residency.is_under_way,
        "working_days": figure("conversation_working_days", today),
    }
    return render(request, "residencies/conversations.html", context)


@needs("residencies.hold_conversation", residency_or_404)
def open_conversation(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Say which expectation can't be met; the conversation is due within the programme's number of working days (EL-84)."""
    form = forms.OpenConversationForm(request.POST or None)
    if form.carried_out(lambda: actions.open_conversation(residency, **form.facts, by=request.user)):
        messages.success(request, _("Conversation opened. Record its outcome once it has been held."))
        return redirect(after(request, residency, "conversations"))
    return form_page(request, residency, form, _("Open a conversation"), "conversations")


def conversation_or_404(user: User, reference: str, pk: int) -> Conversation:
    return part_or_404(Conversation.objects.all(), user, reference, pk=pk, missing=pk)


@needs("residencies.record_conversation", conversation_or_404)
def hold_conversation(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Record who was there and what came of it (EL-84)."""
    form = forms.HoldConversationForm(request.POST or None, record=conversation)
    if form.carried_out(lambda: actions.hold_conversation(conversation, shown_revision=form.shown_revision, **form.facts, by=request.user)):
        messages.success(request, _("Outcome recorded."))
        return redirect(after(request, conversation.residency, "conversations"))
    return form_page(request, conversation.residency, form, _("Outcome of the conversation"), "conversations", conversation.expectation)


@needs("residencies.record_conversation", conversation_or_404)
def correct_conversation(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Record what a held conversation should have said, beside the earlier record (EL-84)."""
    form = forms.CorrectConversationForm(request.POST or None, conversation=conversation)
    if form.carried_out(lambda: actions.correct_conversation(conversation, **form.facts, by=request.user)):
        messages.success(request, _("Correction recorded. The original record is kept alongside it."))
        return redirect(after(request, conversation.residency, "conversations"))
    return form_page(request, conversation.residency, form, _("Correct the record"), "conversations", conversation.expectation)
