"""Conversations as calendars show them: one entry, updated when it moves and withdrawn when it is cancelled (EL-84)."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from outbox.calendar_files import Attendee, CalendarFile, Entry, attendee_of, invitation
from outbox.delivery.compose import recipe
from residencies.models import ConversationInvitee, ConversationMeeting


@recipe("residencies.conversations.file_of")
def file_of(meeting: int, invitee: int, off: bool = False) -> list[CalendarFile]:
    """Return the meeting as it is when a mail to `invitee` leaves; with `off`, withdrawn for this person alone.

    Records that the person has the entry: they are told of every change to it.
    """
    row = ConversationMeeting.objects.select_related("conversation__residency").get(pk=meeting)
    recipient = ConversationInvitee.objects.select_related("person").get(pk=invitee)
    if not off and not row.is_cancelled:
        ConversationInvitee.objects.filter(pk=invitee, entry_sent_at=None).update(entry_sent_at=timezone.now())
    person = recipient.person
    return [invitation(entry(row), attendee_of(person), has_account=person.user_id is not None, uninvited=off)]


def file_for(meeting: ConversationMeeting, attendee: Attendee) -> CalendarFile:
    """Return the meeting for someone with an account who downloads it."""
    return invitation(entry(meeting), attendee, has_account=True)


def entry(meeting: ConversationMeeting) -> Entry:
    """Return the meeting as a calendar shows it. The expectation isn't in it: an assistant reads the calendar too."""
    conversation = meeting.conversation
    facts = {"about": str(conversation.residency), "when": meeting.when, "reason": meeting.cancelled_reason}
    described = _("%(about)s, %(when)s. Cancelled: %(reason)s") if meeting.is_cancelled else _("%(about)s, %(when)s.")
    return Entry(
        uid=f"{key_of(meeting)}@{settings.MESSAGE_ID_DOMAIN}",
        sequence=meeting.sequence,
        changed_at=meeting.changed_at,
        starts_at=meeting.starts_at,
        minutes=meeting.minutes,
        summary=_("Conversation about an expectation: %(product)s") % {"product": conversation.residency.product},
        description=described % facts,
        place=meeting.place,
        page=settings.SITE_URL.rstrip("/") + conversation.get_absolute_url(),
        is_cancelled=meeting.is_cancelled,
    )


def key_of(meeting: ConversationMeeting) -> str:
    """Return what names the entry in every calendar, the lab's own included."""
    return f"conversation-{meeting.conversation_id}"
