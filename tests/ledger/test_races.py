"""Many at once, on a database that lets them (R13's kin)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from ledger.actions import append, lab_stream
from ledger.models import Stream
from ledger.verification import verify
from tests.ledger.factories import events

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(times: int, act: Callable[[int], Any]) -> list[Any]:
    """`act(0)` … `act(times - 1)`, each in a thread with a connection of its own."""

    def run(number: int) -> Any:
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(run, range(times)))


def test_twenty_acts_at_once_on_one_stream_make_one_chain():
    """EL-07."""
    stream = Stream.objects.create(kind="test")

    def act(number: int) -> None:
        with transaction.atomic():
            append(stream, "act", by="system", facts={"number": number})

    at_once(20, act)
    assert [event.seq for event in events(stream)] == list(range(1, 21))
    assert {event.facts["number"] for event in events(stream)} == set(range(20))
    assert verify().broken is None


def test_the_lab_gets_one_stream_however_many_ask_first():
    assert len(set(at_once(20, lambda _: lab_stream().pk))) == 1
