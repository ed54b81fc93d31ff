"""The demo's conversations: overdue, planned with answers, resolved, amended, and ended in a pivot."""

from __future__ import annotations

import datetime

from agreements.amendments.actions import Wording, propose_amendment
from agreements.amendments.conversations import follow_up, words_at_hand
from dates.working_days import on_or_after
from people.models import User
from residencies.conversations import actions, meetings
from residencies.conversations.proposals import Expected, clauses_of
from residencies.models import Conversation, ConversationInvitee, Residency
from residencies.models.states import SIX

TEN = datetime.time(10)
ANSWERS = (ConversationInvitee.Answer.YES, ConversationInvitee.Answer.YES, ConversationInvitee.Answer.NO)


def open_one(residency: Residency, expectation: str, raised_by: str, clause: str, on: datetime.date, *, by: User) -> None:
    """Open a conversation; `clause` is the number of a clause of the agreement."""
    key = next((row.key for row in clauses_of(residency) if row.number == clause), "") if clause else ""
    actions.open_conversation(residency, expectation=expectation, raised_by=raised_by, clause=key, on=on, by=by)


def plan(residency: Residency, on: datetime.date, answering: tuple[str, ...], *, by: User) -> None:
    """Set the time; the first person of each group in `answering` says whether they come."""
    conversation = residency.conversations.get(held_on=None)
    meetings.plan_meeting(conversation, on=on_or_after(on), at=TEN, minutes=60, place="https://meet.example.org/conversation", by=by)
    for group, answer in zip(answering, ANSWERS, strict=False):
        invitee = conversation.invitees.current().filter(group=group).select_related("person", "conversation__residency__stream").first()
        if invitee:
            meetings.answer_invitation(invitee, answer=answer, by=by)


def hold(residency: Residency, outcome: str, notes: str, missing: tuple[str, ...], on: datetime.date, *, by: User) -> Conversation:
    """Record the outcome; everyone on the list attended, but no one from the groups in `missing`."""
    conversation = residency.conversations.get(held_on=None)
    groups = [group for group in SIX if group not in missing]
    invitees = conversation.invitees.current().filter(group__in=groups).select_related("person")
    attendees = [Expected(row.person, row.group) for row in invitees]
    return actions.hold_conversation(
        conversation, shown_revision=conversation.revision, held_on=on, attendees=attendees, notes=notes, outcome=outcome, by=by
    )


def propose(residency: Residency, old: str, new: str, *, by: User) -> None:
    """Propose the amendment that the last conversation ended in."""
    conversation = residency.conversations.filter(outcome=Conversation.Outcome.AMENDED).latest("pk")
    agreement = residency.stream.agreements.current().latest("pk")
    version = agreement.latest()
    clause = version.clauses.get(number=conversation.clause.number)
    wording = Wording("change", clause.number, clause.heading, clause.text.replace(old, new))
    amendment = propose_amendment(version, wording, **words_at_hand(conversation), shown_sha256=version.content_sha256 or "", by=by)
    follow_up(conversation, amendment, by=by)
