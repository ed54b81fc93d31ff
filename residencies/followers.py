"""What a residency does when it ends itself: its review closes, reminders are withdrawn, those concerned are told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from acts.act import SYSTEM
from ledger.models import Stream
from ledger.subjects import ENDED, Ending, after_end, follows
from outbox.queue import withdraw_reminders
from people.actions import person_of
from people.lab import at_the_lab
from residencies.actions.telling import members
from residencies.models import Residency, Review
from residencies.states import State

# Who may read it and whom to ask changes on; a graduate of the time before the portal is recorded as ended.
after_end("assigned", "member-added", "member-ended", "past-recorded", "imported", "repository-added")
# What was sent, or was to be sent, is seen to: a message about the end is one of them.
after_end("message-cancelled", "message-resent", "message-sent-again")

OUTCOMES = {State.DECLINED: Review.Outcome.DECLINED}


@follows(ENDED)
def end_residency(stream: Stream, *, subject: Any, ending: Ending) -> Iterator[None]:
    """Close its open review, withdraw reminders that wait, and tell the program area and the lab (EL-85)."""
    if not isinstance(subject, Residency):
        return
    yield
    outcome = OUTCOMES.get(State(subject.state), Review.Outcome.WITHDRAWN)
    subject.reviews.filter(closed_at=None).update(closed_at=timezone.now(), outcome=outcome)
    withdraw_reminders(stream)
    accounts = [*members(subject), *at_the_lab([subject.owner])]
    ending.tell(person_of(account, by=SYSTEM) for account in accounts)
