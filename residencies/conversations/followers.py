"""What happens to conversations when their residency ends, or when people are merged (EL-16, EL-84)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ledger.models import Stream
from ledger.subjects import ENDED, Ending, Subject, follows
from people.merging import FATES, Moves, Stays
from residencies.conversations.actions import call_off
from residencies.models import ConversationInvitee, ConversationMeeting, Residency

FATES.update(
    {
        "residencies.ConversationInvitee.person": Moves("conversation__residency__stream"),
        "residencies.ConversationAttendee.person": Stays("a record keeps who attended"),
    }
)


@follows(ENDED)
def end_conversations(stream: Stream, *, subject: Subject, ending: Ending) -> Iterator[None]:
    """Cancel the planned times of a residency that ends, withdraw the entries from calendars, and tell everyone invited."""
    if not isinstance(subject, Residency):
        return
    meetings = ConversationMeeting.objects.select_for_update(of=("self",)).filter(
        conversation__residency=subject, conversation__held_on=None, cancelled_at=None
    )
    planned = [row for row in meetings.select_related("conversation__residency__stream").order_by("pk") if row.is_to_come]
    invitees = ConversationInvitee.objects.current().filter(conversation__residency=subject, conversation__held_on=None)
    people = [invitee.person for invitee in invitees.select_related("person").order_by("pk")]
    yield
    for meeting in planned:
        meeting.conversation.residency = subject
        call_off(meeting, _("The residency has ended."), by=ending.by)
    ending.tell(people)
