"""Acts on the time of a conversation and who is invited to it; each invited person's calendar follows (EL-84)."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, act
from acts.revisions import refuse_if_stale
from dates.zone import PACIFIC
from findings import Refused, refuse
from ledger.actions import append
from people.actions import chosen_or_new
from people.models import Person
from residencies.conversations import mail, rules
from residencies.conversations.actions import call_off, locked_conversation
from residencies.conversations.rules import PLACE
from residencies.models import Conversation, ConversationInvitee, ConversationMeeting
from residencies.models.states import Group

FIELDS = ("on", "at", "minutes", "place")


@act("residencies.record_conversation")
def plan_meeting(
    conversation: Conversation,
    *,
    on: datetime.date,
    at: datetime.time,
    minutes: int,
    by: Actor,
    place: str = "",
    shown_revision: int | None = None,
) -> ConversationMeeting:
    """Set or change the time and place of a conversation. Everyone on the list is invited, or told of the change.

    `shown_revision` is the meeting's, None if there was none. A plan that changes nothing writes nothing. Raises `Stale`, and
    `Refused` (`held-already`, `meeting-past`, `meeting-day-off`, `meeting-hours`, `meeting-minutes`).
    """
    current = _open(conversation)
    wanted = {"on": on, "at": at, "minutes": minutes, "place": " ".join(place.split())}
    meeting = ConversationMeeting.objects.select_for_update().filter(conversation=current).first()
    if meeting and shown_revision != meeting.revision:
        refuse_if_stale(meeting, shown_revision or 0, wanted)
    if meeting and not meeting.is_cancelled and all(getattr(meeting, name) == value for name, value in wanted.items()):
        return meeting
    if faults := list(rules.meeting_faults(on, at, minutes, timezone.localtime(timezone=PACIFIC).replace(tzinfo=None))):
        raise Refused(faults)
    before = meeting.when if meeting and not meeting.is_cancelled else ""
    if meeting is None:
        meeting = ConversationMeeting.objects.create(conversation=current, **wanted)
    else:
        for name, value in wanted.items():
            setattr(meeting, name, value)
        meeting.cancelled_at, meeting.cancelled_reason = None, ""
        meeting.revision, meeting.sequence, meeting.changed_at = meeting.revision + 1, meeting.sequence + 1, timezone.now()
        meeting.save()
        if before and before != meeting.when:
            # What they said was about another time.
            current.invitees.current().exclude(answer="").update(answer="", answered_at=None)
    meeting.conversation = current
    facts = {"conversation": current.pk, "when": meeting.when, "place": meeting.place} | ({"before": before} if before else {})
    append(current.residency.stream, "conversation-moved" if before else "conversation-planned", by=by, facts=facts)
    mail.planned(meeting, before=before)
    return meeting


@act("residencies.record_conversation", on="meeting.conversation")
def cancel_meeting(meeting: ConversationMeeting, *, reason: str, shown_revision: int, by: Actor) -> ConversationMeeting:
    """Cancel the planned time of a conversation, which stays to be held; everyone invited is told why.

    Raises `Stale`, and `Refused` (`meeting-over`, `no-reason`).
    """
    current = _open(meeting.conversation)
    meeting = ConversationMeeting.objects.select_for_update().get(pk=meeting.pk)
    meeting.conversation = current
    refuse_if_stale(meeting, shown_revision)
    if not meeting.is_to_come:
        message = _("This time has passed, or was cancelled already.")
        raise refuse("meeting-over", message, _("Set a new time, or record the outcome."), PLACE)
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why. Everyone invited will read it."), PLACE)
    call_off(meeting, reason.strip(), by=by)
    return meeting


@act("residencies.record_conversation")
def invite(
    conversation: Conversation, *, group: str, by: Actor, person: Person | None = None, name: str = "", email: str = ""
) -> ConversationInvitee:
    """Put someone on the list, in a group; they get the invitation at once if the time is set. `name` and `email` are for someone new.

    Raises `Refused` (`held-already`, `invitee-missing`, `invited-already`).
    """
    current = _open(conversation)
    person = chosen_or_new(person, name=name, email=email, by=by)
    if person is None:
        raise refuse("invitee-missing", _("No one is chosen."), _("Choose a person, or enter their name."), PLACE)
    if current.invitees.current().filter(person=person).exists():
        message = _("%(name)s is already on the list.") % {"name": person.name}
        raise refuse("invited-already", message, _("Choose someone else."), PLACE)
    invitee = ConversationInvitee.objects.create(conversation=current, person=person, group=group)
    append(current.residency.stream, "conversation-invited", by=by, facts=_facts(invitee))
    mail.invited(invitee)
    return invitee


@act("residencies.record_conversation", on="invitee.conversation")
def uninvite(invitee: ConversationInvitee, *, by: Actor) -> ConversationInvitee:
    """Take someone off the list; if they were sent an entry for their calendar, they are told and it is withdrawn.

    Raises `Refused` (`held-already`); taking someone off twice changes nothing.
    """
    current = _open(invitee.conversation)
    row = ConversationInvitee.objects.select_for_update(of=("self",)).select_related("person").get(pk=invitee.pk)
    row.conversation = current
    if row.removed_at:
        return row
    row.removed_at = timezone.now()
    row.save(update_fields=["removed_at"])
    append(current.residency.stream, "conversation-uninvited", by=by, facts=_facts(row))
    mail.uninvited(row)
    return row


@act("residencies.record_conversation", "residencies.answer_invitation", on="invitee")
def answer_invitation(invitee: ConversationInvitee, *, answer: str, by: Actor) -> ConversationInvitee:
    """Record whether someone will come: they say so through the link in their invitation, or staff record what they were told.

    Raises `Refused` (`held-already`, `meeting-over` without a time to come, `invitee-removed`).
    """
    current = _open(invitee.conversation)
    row = ConversationInvitee.objects.select_for_update(of=("self",)).select_related("person").get(pk=invitee.pk)
    row.conversation = current
    meeting = ConversationMeeting.objects.filter(conversation=current).first()
    if row.removed_at:
        raise refuse("invitee-removed", _("This person is no longer invited."), _("Add them again first."), PLACE)
    if meeting is None or not meeting.is_to_come:
        message = _("This conversation has no upcoming time.")
        raise refuse("meeting-over", message, _("Set a new time first."), PLACE)
    if row.answer == answer:
        return row
    row.answer, row.answered_at = answer, timezone.now()
    row.save(update_fields=["answer", "answered_at"])
    append(current.residency.stream, "conversation-answered", by=by, facts=_facts(row) | {"answer": str(row.get_answer_display())})
    return row


def _open(conversation: Conversation) -> Conversation:
    """Lock a conversation that hasn't been held. Raises `Refused` (`held-already`)."""
    current = locked_conversation(conversation)
    if current.is_held:
        message = _("The outcome of this conversation has already been recorded.")
        raise refuse("held-already", message, _("Open a new conversation."), PLACE)
    return current


def _facts(invitee: ConversationInvitee) -> dict[str, object]:
    facts = {"conversation": invitee.conversation_id, "person": invitee.person_id, "name": invitee.person.name}
    return facts | {"group": str(Group(invitee.group).label)}
