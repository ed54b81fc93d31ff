"""Pages of conversations about expectations that can't be met (EL-84)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from acts.act import together
from ledger.subjects import people_of
from outbox.calendar_files import attendee_from
from people.actions import add_person
from people.identity import account_on
from people.models import User
from people.picker import Picker, people_to_choose
from residencies.conversations import actions, forms, meetings
from residencies.conversations.calendars import file_for
from residencies.conversations.proposals import Expected, clause_called, clauses_of
from residencies.conversations.queries import could_attend, groups_of, with_people
from residencies.conversations.todo import propose_url
from residencies.fetch import part_or_404, residency_or_404
from residencies.lifecycle import rules
from residencies.models import Conversation, ConversationInvitee, ConversationMeeting, Residency
from residencies.reference_data import figure
from web.access import needs
from web.acts import press, run

TAB = "conversations"


def conversation_or_404(user: User, reference: str, pk: int) -> Conversation:
    return part_or_404(Conversation.objects.select_related("clause", "meeting", "corrected_by"), user, reference, pk=pk, missing=pk)


def invitee_or_404(user: User, reference: str, pk: int) -> ConversationInvitee:
    rows = ConversationInvitee.objects.current().select_related("person", "conversation__meeting", "conversation__corrected_by")
    return part_or_404(rows, user, reference, pk=pk, missing=pk, path="conversation__residency")


@needs("residencies.view_residency", residency_or_404)
def conversations(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Show the conversations about expectations that can't be met: those to hold, then those on record."""
    today = timezone.localdate()
    rows = list(with_people(residency.conversations.all()))
    for row in rows:
        row.residency = residency
    context = {
        "residency": residency,
        "tab": TAB,
        "waiting": [(row, rules.days_left(row.due_on, today), groups_of(row)) for row in rows if not row.held_on],
        "held": [row for row in rows if row.held_on],
        "talks": request.user.has_perm("residencies.hold_conversation", residency),
        "under_way": residency.is_under_way,
        "working_days": figure("conversation_working_days", today),
    }
    return render(request, "residencies/conversations/list.html", context)


def seen_or_404(user: User, reference: str, pk: int) -> Conversation:
    return part_or_404(with_people(Conversation.objects.all()), user, reference, pk=pk, missing=pk)


@needs("residencies.view_conversation", seen_or_404)
def conversation(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Show one conversation: its clause, time, people by group, and what came of it."""
    residency, today = conversation.residency, timezone.localdate()
    may = residency.is_under_way and request.user.has_perm("residencies.record_conversation", conversation)
    meeting = meeting_of(conversation)
    amendments = list(conversation.amendments.all())
    to_propose = conversation.outcome == Conversation.Outcome.AMENDED and not amendments and not conversation.is_corrected
    for link in amendments:
        link.conversation = conversation
    context = {
        "residency": residency,
        "tab": TAB,
        "conversation": conversation,
        "clause": getattr(conversation, "clause", None),
        "left": rules.days_left(conversation.due_on, today),
        "meeting": meeting,
        "is_after_due": bool(meeting and not meeting.is_cancelled and meeting.on > conversation.due_on),
        "groups": groups_of(conversation),
        "may_keep": may and not conversation.is_held,
        "may_correct": may and conversation.is_held and not conversation.is_corrected,
        "amendments": amendments,
        "propose_url": propose_url(conversation) if to_propose and _may_propose(request, residency) else "",
        "waits_for_lab": to_propose,
        "decides_pivot": _decides_pivot(request, conversation),
    }
    return render(request, "residencies/conversations/conversation.html", context)


def meeting_of(conversation: Conversation) -> ConversationMeeting | None:
    meeting: ConversationMeeting | None = getattr(conversation, "meeting", None)
    if meeting:
        meeting.conversation = conversation
    return meeting


def _may_propose(request: HttpRequest, residency: Residency) -> bool:
    return residency.is_under_way and request.user.has_perm("agreements.propose_amendment", residency.stream)


def _decides_pivot(request: HttpRequest, conversation: Conversation) -> bool:
    """Whether the account can decide on the pivot that this conversation ended in."""
    is_pivot = conversation.outcome == Conversation.Outcome.PIVOT and not conversation.is_corrected
    return is_pivot and conversation.residency.is_under_way and request.user.has_perm("residencies.pivot", conversation.residency)


@needs("residencies.hold_conversation", residency_or_404)
def open_conversation(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Say which expectation can't be met; `?clause=` fills in a clause of the agreement."""
    clauses, user = clauses_of(residency), account_on(request)
    clause = clause_called(residency, request.GET.get("clause", ""))
    initial = {"raised_by": user.name} | ({"clause": clause.key, "expectation": str(clause)} if clause else {})
    form = forms.OpenConversationForm(request.POST or None, clauses=clauses, initial=initial)
    act = lambda: actions.open_conversation(residency, **form.facts, by=user)
    done = _("Conversation opened. Check who should be there, then set a time.")
    return _form(request, residency, form, act, _("Open a conversation"), done=done, to=lambda row: row.get_absolute_url(), clause=clause)


@needs("residencies.record_conversation", conversation_or_404)
def plan(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Set or change the time; everyone on the list is invited or told."""
    meeting = meeting_of(conversation)
    form = forms.MeetingForm(request.POST or None, record=meeting)
    act = lambda: meetings.plan_meeting(conversation, **form.facts, shown_revision=form.shown_or_none, by=request.user)
    heading = _("Change the time") if meeting and not meeting.is_cancelled else _("Set a time")
    return _form(request, conversation.residency, form, act, heading, done=lambda row: _planned(row, conversation), to=conversation.get_absolute_url(), conversation=conversation)  # fmt: skip


def _planned(meeting: ConversationMeeting, conversation: Conversation) -> str:
    count = conversation.invitees.current().exclude(person__email="").count()
    emails = ngettext("%(count)d person will get an email.", "%(count)d people will get an email.", count) % {"count": count}
    return _("The conversation is planned for %(when)s. %(emails)s") % {"when": meeting.when, "emails": emails}


def planned_or_404(user: User, reference: str, pk: int) -> Conversation:
    """Return a conversation that has a time. Raises `Http404` for others."""
    row = conversation_or_404(user, reference, pk)
    if meeting_of(row) is None:
        raise Http404(_("This conversation has no time yet."))
    return row


@needs("residencies.record_conversation", planned_or_404)
def cancel(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Cancel the planned time, with a reason."""
    meeting = conversation.meeting
    form = forms.CancelMeetingForm(request.POST or None, record=meeting)
    act = lambda: meetings.cancel_meeting(meeting, **form.facts, shown_revision=form.shown_revision, by=request.user)
    done = _("That time is cancelled, and everyone invited gets an email. The conversation still has to be held.")
    return _form(request, conversation.residency, form, act, _("Cancel this time"), done=done, to=conversation.get_absolute_url(), conversation=conversation, tone="danger")  # fmt: skip


@needs("residencies.record_conversation", conversation_or_404)
def invite(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Put someone on the list."""
    picker = _picker(request, conversation.residency)
    if picker.is_asked:
        return picker.answer()
    group = request.GET.get("group", "")
    form = forms.InviteForm(request.POST or None, picker=picker, initial={"group": group})
    act = lambda: meetings.invite(conversation, **form.facts, by=request.user)
    meeting = meeting_of(conversation)
    is_told = bool(meeting and meeting.is_to_come)
    done = lambda row: (
        (_("%(name)s is on the list and gets the invitation.") if is_told else _("%(name)s is on the list.")) % {"name": row.person}
    )
    return _form(request, conversation.residency, form, act, _("Add a person"), done=done, to=conversation.get_absolute_url(), conversation=conversation)  # fmt: skip


@needs("residencies.record_conversation", invitee_or_404)
def invitee(request: HttpRequest, invitee: ConversationInvitee) -> HttpResponse:
    """Record what an invited person answered, or take them off the list."""
    row = invitee.conversation
    meeting = meeting_of(row)
    form = forms.AnswerForm(request.POST or None, initial={"answer": invitee.answer})
    act = lambda: meetings.answer_invitation(invitee, **form.facts, by=request.user)
    to = row.get_absolute_url()
    context = {
        "invitee": invitee,
        "conversation": row,
        "may_answer": bool(meeting and meeting.is_to_come),
        "has_entry": bool(invitee.entry_sent_at),
    }
    return run(request, form, act, done=_("Answer saved."), to=to, page="residencies/conversations/invitee.html", residency=row.residency, tab=TAB, **context)  # fmt: skip


@needs("residencies.record_conversation", invitee_or_404)
@require_POST
def uninvite(request: HttpRequest, invitee: ConversationInvitee) -> HttpResponse:
    """Take someone off the list."""
    done = _("%(name)s was removed from the list.") % {"name": invitee.person}
    return press(request, lambda: meetings.uninvite(invitee, by=request.user), done=done, to=invitee.conversation.get_absolute_url())


@needs("residencies.view_conversation", planned_or_404)
@require_GET
def file(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Return the calendar file, for someone with an account."""
    file = file_for(conversation.meeting, attendee_from(request.user))
    response = HttpResponse(file.text, content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


@needs("residencies.record_conversation", conversation_or_404)
def hold_conversation(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Record who was there and what came of it. Those who said that they come are ticked."""
    picker = _picker(request, conversation.residency)
    if picker.is_asked:
        return picker.answer()
    form = forms.HoldConversationForm(request.POST or None, picker=picker, record=conversation, people=could_attend(conversation))
    act = lambda: actions.hold_conversation(
        conversation, shown_revision=form.shown_revision, attendees=_attended(request, form), **form.facts, by=request.user
    )
    return _recorded(request, conversation, form, act, _("Outcome of the conversation"))


@needs("residencies.record_conversation", conversation_or_404)
def correct_conversation(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Record what a held conversation should have said, beside the earlier record."""
    picker = _picker(request, conversation.residency)
    if picker.is_asked:
        return picker.answer()
    form = forms.CorrectConversationForm(request.POST or None, picker=picker, conversation=conversation, people=could_attend(conversation))
    act = lambda: actions.correct_conversation(conversation, attendees=_attended(request, form), **form.facts, by=request.user)
    return _recorded(request, conversation, form, act, _("Correct the record"))


def _attended(request: HttpRequest, form: forms.HoldConversationForm) -> list[Expected]:
    """Return the attendees; someone new is put on record with them."""
    data = form.cleaned_data
    if not data.get("name"):
        return form.attended
    return [*form.attended, Expected(add_person(name=data["name"], email=data["email"], by=request.user), data["group"])]


def _recorded(request: HttpRequest, conversation: Conversation, form: forms.HoldConversationForm, act: Any, heading: str) -> HttpResponse:
    """Show the form; once recorded, an amendment is proposed next by those who can."""

    def to(row: Conversation) -> str:
        is_amended = row.outcome == Conversation.Outcome.AMENDED
        return propose_url(row) if is_amended and _may_propose(request, conversation.residency) else row.get_absolute_url()

    def recorded() -> Conversation:
        with together():
            return act()

    return _form(request, conversation.residency, form, recorded, heading, done=_sentence, to=to, conversation=conversation)


def _sentence(conversation: Conversation) -> str:
    """Say what was recorded and what happens next."""
    if conversation.outcome == Conversation.Outcome.PIVOT:
        return _("Outcome recorded. Lab leadership gets an email and decides on the pivot.")
    if conversation.outcome == Conversation.Outcome.AMENDED:
        return _("Outcome recorded. Next, the change to the agreement is proposed.")
    return _("Outcome recorded.")


def _picker(request: HttpRequest, residency: Residency) -> Picker:
    return Picker(request, lambda sought: people_to_choose(account_on(request), people_of(residency), sought))


def _form(request: HttpRequest, residency: Residency, form: forms.ActForm, act: Any, heading: str, *, done: Any, to: Any, **context: Any) -> HttpResponse:  # fmt: skip
    """A form on its own, with the conversation that it is about."""
    row = context.get("conversation")
    cancel = row.get_absolute_url() if row else reverse(TAB, args=[residency.reference])
    page = "residencies/conversations/form.html"
    return run(request, form, act, done=done, to=to, page=page, residency=residency, tab=TAB, heading=heading, back=cancel, **context)
