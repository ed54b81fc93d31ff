"""Reminders to hold a conversation by its due date, and of one that is about to take place (EL-60, EL-84)."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat, Greatest, JSONObject
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dates.database import LocalDate
from outbox.catalogue.messages import MailParams, address_of
from outbox.delivery.compose import NoLongerHolds
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, read_on, to_tell
from outbox.reminders.schedule import Leaves, Schedule, Step
from people.models import Role
from residencies.conversations import mail
from residencies.models import Conversation, ConversationInvitee
from residencies.models.states import UNDER_WAY
from residencies.reminders import looked_after


def unheld() -> QuerySet[Conversation]:
    return Conversation.objects.filter(held_on=None, residency__state__in=UNDER_WAY)


def to_lead() -> QuerySet[Any]:
    """Select the lab lead of the residency."""
    return _of_conversation(unheld().filter(looked_after("residency__")), person="residency__owner__person")


def to_all_of_lab() -> QuerySet[Any]:
    """Select all of lab operations if there is no lab lead."""
    return _of_conversation(unheld().exclude(looked_after("residency__")), role=Role.LAB_OPS)


def to_contacts() -> QuerySet[Any]:
    """Select the program contacts, who can hold the conversation too."""
    members = "residency__memberships"
    rows = unheld().filter(**{f"{members}__to_at": None, f"{members}__isnull": False})
    return _of_conversation(rows, person=f"{members}__user__person", since=Greatest(LocalDate(f"{members}__from_at"), F("opened_on")))


def _of_conversation(rows: QuerySet[Any], since: Any = None, **whom: Any) -> QuerySet[Any]:
    return to_tell(
        rows, stream="residency__stream", part=Concat(Value("conversation:"), Cast("pk", CharField()), Value(":")), anchor=F("due_on"),
        since=since if since is not None else F("opened_on"), facts=JSONObject(conversation=F("pk")), **whom,
    )  # fmt: skip


def coming() -> QuerySet[ConversationInvitee]:
    """Select everyone invited to a conversation with a time, except those who can't come."""
    rows = ConversationInvitee.objects.current().exclude(answer=ConversationInvitee.Answer.NO)
    return rows.filter(
        conversation__held_on=None, conversation__meeting__cancelled_at=None, conversation__meeting__isnull=False,
        conversation__residency__state__in=UNDER_WAY,
    )  # fmt: skip


def to_invited() -> QuerySet[Any]:
    """Select the people invited; a reminder that was due before the time was set isn't sent."""
    return to_tell(
        coming(), stream="conversation__residency__stream", part=Concat(Value("invitee:"), Cast("pk", CharField()), Value(":")),
        anchor="conversation__meeting__on", since=LocalDate("conversation__meeting__changed_at"), person="person",
        facts=JSONObject(invitee=F("pk")),
    )  # fmt: skip


def due_letter(message: Message) -> MailParams:
    """Return what is due, by when, and whether a time is set."""
    conversation = Conversation.objects.select_related("meeting", "residency").get(pk=message.facts["conversation"])
    meeting = getattr(conversation, "meeting", None)
    params = {
        "expectation": conversation.expectation,
        "raised_by": conversation.raised_by,
        "due": date_format(conversation.due_on, "j F Y"),
        "planned": meeting.when if meeting and not meeting.is_cancelled else _("No time is set yet"),
        "link": address_of("conversation", conversation.residency.reference, conversation.pk),
    }
    return MailParams(params, "late" if read_on(message) > conversation.due_on else "ahead")


def soon_letter(message: Message) -> MailParams:
    """Return when and where it is. Raises `NoLongerHolds` once it has started."""
    invitee = ConversationInvitee.objects.select_related("person", "conversation__meeting", "conversation__residency").get(
        pk=message.facts["invitee"]
    )
    meeting = invitee.conversation.meeting
    if meeting.starts_at <= timezone.now():
        raise NoLongerHolds(_("The conversation has started or is over."))
    return mail.soon(meeting, invitee)


CONVERSATION_DUE = Reminder(
    mail.CONVERSATION_DUE,
    schedule=Schedule(steps=(Step(days=-5), Step(), Step(days=1)), every_days=7, most=12),
    counted=lambda: counted_from(unheld(), stream="residency__stream", anchor="due_on"),
    concerned=[to_lead, to_all_of_lab, to_contacts],
    letter=due_letter,
    counts_from=gettext_lazy("the day by which the conversation is due"),
)
CONVERSATION_SOON = Reminder(
    mail.CONVERSATION_SOON,
    schedule=Schedule(steps=(Step(days=-1),), counts_down=True),
    counted=lambda: counted_from(coming(), stream="conversation__residency__stream", anchor="conversation__meeting__on"),
    concerned=[to_invited],
    letter=soon_letter,
    counts_from=gettext_lazy("the day of the conversation"),
    leaves=Leaves.ON_ITS_DAY,
)
