"""Whether reminders still have their cause as they leave: asked for many at once, and never remembered for long (EL-65).

An act that ends a cause withdraws what waits in its own transaction, which the fence before each send sees at once. This
looks at all else that the question depends on, such as a team, a date or an account.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from outbox.models import Message
from outbox.reminders.declare import REMINDERS
from outbox.reminders.due import holding

# A batch asks once for all of its messages, which are three queries instead of three for each. An answer is no older than this: a
# seat or a date may change while the batch leaves.
FRESH_SECONDS = 2.0


class _Batch:
    """Messages that leave one after the other, and what was last found of those on each occasion, when."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.messages = list(messages)
        self.keys_by_occasion: dict[str, tuple[float, set[str]]] = {}

    def holds(self, message: Message) -> bool:
        # Monotonic: a clock that is set back must not make an old answer look fresh.
        asked_at, keys = self.keys_by_occasion.get(message.occasion, (-FRESH_SECONDS, set()))
        if time.monotonic() - asked_at >= FRESH_SECONDS:
            left = self.messages[self.messages.index(message) :]
            keys = holding(REMINDERS[message.occasion], [other for other in left if other.occasion == message.occasion])
            self.keys_by_occasion[message.occasion] = (time.monotonic(), keys)
        return message.cause_key in keys


_together: ContextVar[_Batch | None] = ContextVar("causes_together", default=None)


@contextmanager
def asked_together(messages: Sequence[Message]) -> Iterator[None]:
    """Within the block `messages` are asked about together, those that are left again every two seconds."""
    before = _together.set(_Batch(messages))
    try:
        yield
    finally:
        _together.reset(before)


def still_holds(message: Message) -> bool:
    """Whether the question that made this reminder would make it again now; a message that is no reminder holds."""
    reminder = REMINDERS.get(message.occasion)
    if reminder is None:  # a reminder that the portal does not know any more has no words either
        return message.due_on is None or message.is_digest or bool(message.text)
    batch = _together.get()
    if batch and message in batch.messages:
        return batch.holds(message)
    return message.cause_key in holding(reminder, [message])
