"""Conversations for tests: opened, planned, and recorded with someone who was there."""

from __future__ import annotations

import datetime
from typing import Any

from dates.working_days import working_days_after
from people.models import Person
from residencies.conversations import actions, meetings
from residencies.conversations.proposals import Expected
from residencies.models import Conversation, ConversationMeeting, Residency
from residencies.models.states import Group
from tests.clock import TODAY
from tests.factories import person

NINE = datetime.time(9)


def attendee(group: str = Group.ADM, **fields: Any) -> Expected:
    return Expected(person(**fields), group)


def outcome(**changes: Any) -> dict[str, Any]:
    """What is recorded of a conversation that was held today."""
    return {"held_on": TODAY, "attendees": [attendee()], "notes": "We talked.", "outcome": "resolved", **changes}


def opened(residency: Residency, *, by: Any, **fields: Any) -> Conversation:
    values = {"expectation": "The developers are half time.", "raised_by": "Anneke Torvald", **fields}
    return actions.open_conversation(residency, **values, by=by)


def held(conversation: Conversation, *, by: Any, **changes: Any) -> Conversation:
    return actions.hold_conversation(conversation, shown_revision=conversation.revision, **outcome(**changes), by=by)


def planned(conversation: Conversation, *, by: Any, days: int = 3, **changes: Any) -> ConversationMeeting:
    """Its time, some working days ahead."""
    when = {"on": working_days_after(TODAY, days), "at": NINE, "minutes": 60, "place": "Room 2", **changes}
    return meetings.plan_meeting(conversation, **when, by=by)


def invited(conversation: Conversation, who: Person, group: str, *, by: Any) -> Any:
    return meetings.invite(conversation, person=who, group=group, by=by)
