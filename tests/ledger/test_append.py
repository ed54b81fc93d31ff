import datetime

import pytest
from django.db import transaction

from ledger.actions import append, checkpoint, lab_stream
from ledger.models import GENESIS, Event, Stream
from tests.ledger.factories import chain, events


@pytest.mark.django_db(transaction=True)
def test_an_event_without_a_transaction_is_refused():
    """EL-07: both stand or neither does."""
    stream = Stream.objects.create(kind="test")
    with pytest.raises(RuntimeError):
        append(stream, "act", by="system")
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_leaves_no_event_and_no_gap():
    stream = chain("first")

    @transaction.atomic
    def act() -> None:
        append(stream, "second", by="system")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    with transaction.atomic():
        append(stream, "third", by="system")
    assert [(event.seq, event.act) for event in events(stream)] == [(1, "first"), (2, "third")]


@pytest.mark.django_db
def test_each_event_carries_the_hash_of_the_one_before():
    """EL-07."""
    first, second, third = events(chain("a", "b", "c"))
    assert [first.prev_hash, second.prev_hash, third.prev_hash] == [GENESIS, first.hash, second.hash]


@pytest.mark.django_db
def test_an_event_says_who_what_when_from_to_and_the_facts(ops):
    """EL-07."""
    stream = Stream.objects.create(kind="test")
    append(stream, "moved", by=ops, from_state="draft", to_state="submitted", facts={"on": datetime.date(2026, 3, 3), "who": "Éva\r\nB"})
    event = Event.objects.get(stream=stream)
    assert (event.actor, event.actor_name, event.act, event.from_state, event.to_state) == (ops, str(ops), "moved", "draft", "submitted")
    assert event.facts == {"on": "2026-03-03", "who": "Éva\nB"}
    assert event.computed_hash() == event.hash


@pytest.mark.django_db
def test_a_float_is_refused_for_it_does_not_write_the_same_everywhere():
    with pytest.raises(TypeError):
        append(Stream.objects.create(kind="test"), "act", by="system", facts={"share": 0.1})


@pytest.mark.django_db
def test_there_is_one_stream_of_the_lab():
    assert lab_stream().pk == lab_stream().pk


@pytest.mark.django_db
def test_a_checkpoint_notes_each_stream_that_grew_and_only_those():
    grown = chain("a", "b")
    assert checkpoint() == 1
    noted = Event.objects.get(act="checkpoint").facts["heads"]
    assert noted == {str(grown.pk): [2, events(grown)[-1].hash, grown.kind]}
    assert checkpoint() == 0
