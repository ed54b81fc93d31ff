"""Telling a worker that something waits for its seal. Losing this call only delays to the next sweep."""

from outbox.queue import wake


def nudge() -> None:
    wake("agreements.tasks.seal")
