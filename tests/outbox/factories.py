from __future__ import annotations

import itertools

from ledger.actions import lab_stream
from outbox.actions import queue
from outbox.models import Message
from people.models import Person
from tests.factories import person

numbers = itertools.count(1)


def message(to: Person | None = None, **facts: object) -> Message:
    """A message in the queue, due now; `facts` are columns to set past the acts."""
    number = next(numbers)
    made = queue(
        str(facts.pop("occasion", "test")),
        to=to or person(),
        about=facts.pop("about", None) or lab_stream(),
        key=str(facts.pop("key", number)),
        subject=str(facts.pop("subject", f"Subject {number}")),
        text=str(facts.pop("text", f"Text {number}")),
        mint=facts.pop("mint", None),
    )
    if facts:
        Message.objects.filter(pk=made.pk).update(**facts)
        made.refresh_from_db()
    return made


def mint_link(token: str) -> str:
    """A secret, made as the message leaves."""
    return f"https://portal.example.test/a/{token}"
