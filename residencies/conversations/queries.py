"""Reads of a conversation: its people by group, and the conversations of a residency (EL-84)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet

from people.models import Person
from residencies.conversations.proposals import proposed
from residencies.conversations.rules import Turnout, silence
from residencies.models import Conversation, ConversationAmendment, ConversationAttendee, ConversationInvitee
from residencies.models.states import SIX, Group


@dataclass
class GroupOfPeople:
    """One of the groups, who is invited from it and who attended, and a sentence if it is silent."""

    group: str
    invitees: list[ConversationInvitee] = field(default_factory=list)
    attendees: list[ConversationAttendee] = field(default_factory=list)
    silence: str = ""

    @property
    def label(self) -> str:
        return str(Group(self.group).label)


def with_people(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Add what a page shows of each conversation, in four queries however many there are."""
    invitees = ConversationInvitee.objects.current().select_related("person")
    amendments = ConversationAmendment.objects.select_related("conversation__residency")
    return rows.select_related("clause", "meeting", "corrects", "corrected_by").prefetch_related(
        Prefetch("invitees", invitees, to_attr="invited"), "attendees", Prefetch("amendments", amendments)
    )


def groups_of(conversation: Conversation) -> list[GroupOfPeople]:
    """Return the six groups, and the others if there are any; the conversation must be read `with_people`."""
    invitees: dict[str, list[ConversationInvitee]] = defaultdict(list)
    attendees: dict[str, list[ConversationAttendee]] = defaultdict(list)
    for invitee in conversation.invited:  # type: ignore[attr-defined]  # with_people
        invitees[invitee.group].append(invitee)
    for attendee in conversation.attendees.all():
        attendees[attendee.group].append(attendee)
    groups = [GroupOfPeople(group, invitees[group], attendees[group]) for group in Group.values]
    # A record from before attendees were people has text only: nothing is known of its groups.
    is_text = conversation.is_held and not any(attendees.values())
    meeting = getattr(conversation, "meeting", None)
    is_asked = meeting is not None and not meeting.is_cancelled
    for row in groups:
        if row.group in SIX and not is_text:
            row.silence = silence(row.group, _turnout(row), is_asked=is_asked, is_held=conversation.is_held)
    return [row for row in groups if row.group in SIX or row.invitees or row.attendees]


def _turnout(row: GroupOfPeople) -> Turnout:
    coming = sum(invitee.comes for invitee in row.invitees)
    away = sum(invitee.is_away for invitee in row.invitees)
    return Turnout(len(row.invitees), coming, away, len(row.attendees))


@dataclass(frozen=True)
class CouldAttend:
    """Someone who can be ticked as having been at a conversation; `is_expected` if they said that they come, or are on record."""

    person: Person
    group: str
    is_expected: bool = False


def could_attend(conversation: Conversation) -> list[CouldAttend]:
    """Return those who were invited or are on record, and else those whom the portal would propose; two queries if there are any."""
    people: dict[int, CouldAttend] = {}
    for attendee in conversation.attendees.select_related("person") if conversation.is_held else ():
        people[attendee.person_id] = CouldAttend(attendee.person, attendee.group, True)
    for row in conversation.invitees.current().select_related("person"):
        people.setdefault(row.person_id, CouldAttend(row.person, row.group, row.comes and not conversation.is_held))
    return list(people.values()) or [CouldAttend(row.person, row.group) for row in proposed(conversation.residency)]
