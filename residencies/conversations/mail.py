"""Mail about conversations: invitations that update calendars, reminders, and the decision on a pivot (EL-84, EL-85)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from acts.act import SYSTEM
from outbox.catalogue.messages import MailParams, MessageKind, Place, Template, address_of
from outbox.queue import queue, withdraw
from people.actions import person_of
from people.lab import lab_leadership
from residencies.models import Conversation, ConversationInvitee, ConversationMeeting

SITE = "https://portal.example.org"
PAGE = f"{SITE}/residencies/XL-2026-014/conversations/3/"

WHEN = Place("when", _("day and time, Pacific"), _("Monday 9 March 2026, 10:00 a.m. Pacific"), needed=True)
EXPECTATION = Place("expectation", _("the expectation that can’t be met"), _("The developers can only work half time."))
ANSWER = Place("answer_link", _("their own link to answer the invitation"), f"{SITE}/c/their-own-link", needed=True, minted=True)
MEETING = (
    WHEN,
    Place("minutes", _("length in minutes"), "60"),
    Place("where", _("where it is, or a meeting link"), "808 Douglas Street, room 2"),
    EXPECTATION,
    Place("raised_by", _("who raised it"), "Priya Wenlock"),
)

CONVERSATION_PLANNED = MessageKind(
    "conversation-planned",
    _("A conversation is planned or moved"),
    (
        Template(
            _("Conversation on {when}: {about}"),
            _(
                """Hello {name},

You're invited to a conversation about {about}. An expectation in the agreement can't be met, so the people who agreed to it are meeting to decide what to do.

When: {when}, {minutes} minutes
Where: {where}
Expectation: {expectation}
Raised by: {raised_by}

Tell us whether you'll be there. You don't need an account:
{answer_link}

The link is only for you. The attached file adds the conversation to your calendar. If it moves or is cancelled, you'll get an email that updates your calendar.

{lab}"""
            ),
            wording="new",
            when=_("it is planned"),
        ),
        Template(
            _("Moved: conversation from {before} to {when}, {about}"),
            _(
                """Hello {name},

The conversation about {about} has a new time or place.

Before: {before}
Now: {when}, {minutes} minutes
Where: {where}
Expectation: {expectation}

Tell us whether you'll be there. You don't need an account:
{answer_link}

The link is only for you. The attached file updates your calendar.

{lab}"""
            ),
            wording="moved",
            when=_("it has moved"),
            places=(Place("before", _("the earlier date and time"), _("Friday 6 March 2026, 2:00 p.m. Pacific")),),
        ),
    ),
    places=(*MEETING, ANSWER),
)

CONVERSATION_CANCELLED = MessageKind(
    "conversation-cancelled",
    _("A conversation is cancelled"),
    (
        Template(
            _("Cancelled: conversation on {when}, {about}"),
            _(
                """Hello {name},

The conversation about {about} won't take place at this time.

Was planned for: {when}
Reason: {reason}

The attached file removes it from your calendar. If there's a new time, you'll get another email.

{lab}"""
            ),
            wording="all",
            when=_("for everyone"),
            places=(Place("reason", _("why it is cancelled"), _("The executive director is away.")),),
        ),
        Template(
            _("No longer invited: conversation on {when}, {about}"),
            _(
                """Hello {name},

You no longer need to come to the conversation about {about}. It goes ahead without you.

Was planned for: {when}

The attached file removes it from your calendar. If this is a mistake, reply to this email.

{lab}"""
            ),
            wording="removed",
            when=_("for someone who is removed from the list"),
        ),
    ),
    places=(WHEN,),
)

CONVERSATION_SOON = MessageKind(
    "conversation-soon",
    _("Reminder of a conversation"),
    (
        Template(
            _("Reminder: conversation on {when}, {about}"),
            _(
                """Hello {name},

The conversation about {about} is coming up.

When: {when}, {minutes} minutes
Where: {where}
Expectation: {expectation}

If your plans have changed, tell us here:
{answer_link}

The link is only for you. The attached file adds the conversation to your calendar.

{lab}"""
            ),
        ),
    ),
    places=(*MEETING, ANSWER),
    optional=True,
)

CONVERSATION_DUE = MessageKind(
    "conversation-due",
    _("A conversation is due to be held"),
    (
        Template(
            _("Conversation due by {due}: {about}"),
            _(
                """Hello {name},

A conversation about {about} is due to be held by {due}.

Expectation: {expectation}
Raised by: {raised_by}
Planned for: {planned}

Set a time, or record the outcome once it has been held:
{link}

{lab}"""
            ),
            wording="ahead",
            when=_("before the day"),
        ),
        Template(
            _("Overdue: conversation was due by {due}, {about}"),
            _(
                """Hello {name},

A conversation about {about} was due to be held by {due}. The outcome isn't recorded.

Expectation: {expectation}
Raised by: {raised_by}
Planned for: {planned}

Set a time, or record the outcome if it has been held:
{link}

{lab}"""
            ),
            wording="late",
            when=_("after the day"),
        ),
    ),
    places=(
        EXPECTATION,
        Place("raised_by", _("who raised it"), "Priya Wenlock"),
        Place("due", _("the day by which it is due"), "16 March 2026"),
        Place("planned", _("the planned time, if there is one"), _("No time is set yet")),
        Place("link", _("the address of the conversation"), PAGE, needed=True),
    ),
    optional=True,
    may_wait=True,
)

PIVOT_TO_DECIDE = MessageKind(
    "pivot-to-decide",
    _("A conversation ended in a pivot"),
    (
        Template(
            _("Waiting for your decision: pivot of {about}"),
            _(
                """Hello {name},

The conversation about {about} on {held} ended in a pivot.

Expectation: {expectation}
Notes: {notes}

Only lab leadership can decide to end the partnership. Read the record and decide:
{link}

If you decide against it, hold another conversation and record its outcome.

{lab}"""
            ),
        ),
    ),
    places=(
        EXPECTATION,
        Place("held", _("the day it was held"), "9 March 2026"),
        Place("notes", _("the notes"), _("The ministry can't staff the team this year.")),
        Place("link", _("the address of the decision"), f"{SITE}/residencies/XL-2026-014/move/pivot/", needed=True),
    ),
    may_wait=True,
    for_lab=True,
)


def planned(meeting: ConversationMeeting, *, before: str) -> None:
    """Invite everyone on the list, or tell them from when to when the conversation moved."""
    for invitee in _invitees(meeting.conversation):
        _invite(meeting, invitee, before=before)


def invited(invitee: ConversationInvitee) -> None:
    """Invite someone who was added, if the time is still to come."""
    meeting = ConversationMeeting.objects.filter(conversation=invitee.conversation_id).first()
    if meeting and meeting.is_to_come and invitee.person.email:
        meeting.conversation = invitee.conversation
        _invite(meeting, invitee, before="")


def _invite(meeting: ConversationMeeting, invitee: ConversationInvitee, *, before: str) -> None:
    queue(
        CONVERSATION_PLANNED,
        to=invitee.person,
        about=meeting.conversation.residency.stream,
        key=_key(meeting, invitee),
        params=meeting_params(meeting) | {"before": before},
        wording="moved" if before else "new",
        mint=_answer(invitee) | _file(meeting, invitee),
    )


def cancelled(meeting: ConversationMeeting) -> None:
    """Tell everyone invited, and everyone who has the entry, that the conversation won't take place at this time."""
    _withdraw_invitations(meeting)
    for invitee in _invitees(meeting.conversation):
        _tell_off(meeting, invitee, "all", {"reason": meeting.cancelled_reason})


def uninvited(invitee: ConversationInvitee) -> None:
    """Tell someone who was taken off the list, if they were sent an entry of a time that is still to come."""
    meeting = ConversationMeeting.objects.filter(conversation=invitee.conversation_id).first()
    if meeting is None or not meeting.is_to_come:
        return
    meeting.conversation = invitee.conversation
    _withdraw_invitations(meeting, invitee)
    if invitee.entry_sent_at and invitee.person.email:
        _tell_off(meeting, invitee, "removed", {}, off=True)


def _withdraw_invitations(meeting: ConversationMeeting, invitee: ConversationInvitee | None = None) -> None:
    """Withdraw invitations that haven't left: what they would say is no longer so."""
    part = f"conversation-{meeting.conversation_id}|{f'{invitee.pk}|' if invitee else ''}"
    withdraw(CONVERSATION_PLANNED, meeting.conversation.residency.stream, key_part=part)


def _tell_off(
    meeting: ConversationMeeting, invitee: ConversationInvitee, wording: str, params: dict[str, Any], *, off: bool = False
) -> None:
    queue(
        CONVERSATION_CANCELLED,
        to=invitee.person,
        about=meeting.conversation.residency.stream,
        key=f"{_key(meeting, invitee)}|{wording}",
        params={"when": meeting.when, **params},
        wording=wording,
        mint=_file(meeting, invitee, off=off),
    )


def pivot_to_decide(conversation: Conversation) -> None:
    """Tell lab leadership, who alone can decide it, that a conversation ended in a pivot (EL-85)."""
    if conversation.outcome != Conversation.Outcome.PIVOT or conversation.held_on is None:
        return
    residency = conversation.residency
    params = {
        "expectation": conversation.expectation,
        "held": date_format(conversation.held_on, "j F Y"),
        "notes": conversation.notes or _now("None"),
        "link": address_of("residency-move", residency.reference, "pivot"),
    }
    for account in lab_leadership():
        queue(
            PIVOT_TO_DECIDE, to=person_of(account, by=SYSTEM), about=residency.stream, key=f"conversation-{conversation.pk}", params=params
        )


def withdraw_pivot(conversation: Conversation) -> None:
    """Withdraw what still waits, because a correction took the place of the record."""
    withdraw(PIVOT_TO_DECIDE, conversation.residency.stream, key_part=f"conversation-{conversation.pk}")


def soon(meeting: ConversationMeeting, invitee: ConversationInvitee) -> MailParams:
    """Return what the reminder the day before says."""
    return MailParams(meeting_params(meeting), mint=_answer(invitee) | _file(meeting, invitee))


def meeting_params(meeting: ConversationMeeting) -> dict[str, Any]:
    return {
        "when": meeting.when,
        "minutes": meeting.minutes,
        "where": meeting.place or _now("To be confirmed"),
        "expectation": meeting.conversation.expectation,
        "raised_by": meeting.conversation.raised_by,
    }


def _invitees(conversation: Conversation) -> Iterable[ConversationInvitee]:
    """Return everyone on the list who has an email address."""
    return conversation.invitees.current().exclude(person__email="").select_related("person")


def _key(meeting: ConversationMeeting, invitee: ConversationInvitee) -> str:
    return f"conversation-{meeting.conversation_id}|{invitee.pk}|{meeting.sequence}"


def _file(meeting: ConversationMeeting, invitee: ConversationInvitee, *, off: bool = False) -> dict[str, Any]:
    arguments = {"meeting": meeting.pk, "invitee": invitee.pk} | ({"off": True} if off else {})
    return {"file:conversation.ics": ["residencies.conversations.file_of", arguments]}


def _answer(invitee: ConversationInvitee) -> dict[str, Any]:
    return {"answer_link": ["residencies.conversations.issue_answer_link", {"invitee": invitee.pk}]}
