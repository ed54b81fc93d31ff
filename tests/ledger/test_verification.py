"""Whoever alters what happened is found, however they went about it (EL-07)."""

import tracemalloc

import pytest
from django.core.management import call_command

from ledger.actions import append, checkpoint
from ledger.models import Event, Stream
from ledger.verification import verify
from tests.ledger.factories import chain, events, tamper

pytestmark = pytest.mark.django_db


def test_a_whole_ledger_is_found_whole():
    chain("a", "b")
    chain("c")
    checkpoint()
    verdict = verify()
    assert (verdict.broken, verdict.events, verdict.streams, verdict.checkpoints) == (None, 4, 3, 1)


def test_an_altered_fact_is_found():
    stream = chain("a", "b", "c")
    tamper("UPDATE ledger_event SET facts = '{\"number\": 99}' WHERE id = %s", events(stream)[1].pk)
    broken = verify().broken
    assert (broken.stream, broken.seq) == (stream.pk, 2)
    assert "altered" in broken.reason


@pytest.mark.parametrize("column", ["act", "actor_name", "from_state", "to_state"])
def test_every_column_that_says_something_is_covered(column):
    stream = chain("a", "b")
    tamper(f"UPDATE ledger_event SET {column} = 'forged' WHERE id = %s", events(stream)[0].pk)  # noqa: S608 - our own names
    assert verify().broken.seq == 1


def test_an_altered_event_with_a_hash_made_to_fit_is_found_at_the_next_one():
    stream = chain("a", "b")
    forged = events(stream)[0]
    forged.act = "forged"
    tamper("UPDATE ledger_event SET act = 'forged', hash = %s WHERE id = %s", forged.computed_hash(), forged.pk)
    broken = verify().broken
    assert broken.seq == 2
    assert "doesn't follow" in broken.reason


def test_an_event_taken_out_of_the_middle_is_found():
    stream = chain("a", "b", "c")
    tamper("DELETE FROM ledger_event WHERE id = %s", events(stream)[1].pk)
    broken = verify().broken
    assert (broken.seq, broken.reason) == (2, "this event is missing")


def test_a_cut_off_tail_is_found():
    stream = chain("a", "b", "c")
    tamper("DELETE FROM ledger_event WHERE id = %s", events(stream)[2].pk)
    broken = verify().broken
    assert broken.seq == 3
    assert "cut off" in broken.reason


def test_a_stream_emptied_of_all_its_events_is_found():
    stream = chain("a")
    tamper("DELETE FROM ledger_event WHERE stream_id = %s", stream.pk)
    assert verify().broken.stream == stream.pk


def test_a_tail_cut_off_together_with_its_head_is_found_by_the_checkpoint():
    stream = chain("a", "b", "c")
    checkpoint()
    kept = events(stream)[1]
    tamper("DELETE FROM ledger_event WHERE id = %s", events(stream)[2].pk)
    Stream.objects.filter(pk=stream.pk).update(head_seq=2, head_hash=kept.hash)
    broken = verify().broken
    assert (broken.stream, broken.seq) == (stream.pk, 3)
    assert "checkpoint" in broken.reason


def test_a_tail_written_anew_after_a_checkpoint_is_found():
    stream = chain("a", "b")
    checkpoint()
    tamper("DELETE FROM ledger_event WHERE id = %s", events(stream)[1].pk)
    Stream.objects.filter(pk=stream.pk).update(head_seq=1, head_hash=events(stream)[0].hash)
    append(stream, "instead", by="system")
    broken = verify().broken
    assert (broken.stream, broken.seq) == (stream.pk, 2)
    assert "checkpoint" in broken.reason


def test_a_stream_that_vanished_whole_is_found_by_the_checkpoint():
    stream = chain("a")
    checkpoint()
    tamper("DELETE FROM ledger_event WHERE stream_id = %s", stream.pk)
    tamper("DELETE FROM ledger_stream WHERE id = %s", stream.pk)
    assert verify().broken.stream == stream.pk


def test_two_events_swapped_are_found():
    stream = chain("a", "b", "c")
    _, second, third = events(stream)
    tamper("UPDATE ledger_event SET seq = 99 WHERE id = %s", second.pk)
    tamper("UPDATE ledger_event SET seq = 2 WHERE id = %s", third.pk)
    tamper("UPDATE ledger_event SET seq = 3 WHERE id = %s", second.pk)
    assert verify().broken.seq == 2


def test_the_first_broken_link_is_named_and_the_command_fails(capsys):
    stream = chain("a", "b")
    tamper("UPDATE ledger_event SET act = 'forged' WHERE id = %s", events(stream)[0].pk)
    with pytest.raises(SystemExit) as left:
        call_command("verify_ledger")
    assert left.value.code == 1
    assert f"stream {stream.pk}, event 1: its content was altered" in capsys.readouterr().err


def test_the_command_says_what_it_counted(capsys):
    chain("a", "b")
    call_command("verify_ledger")
    whole, compared = capsys.readouterr().out.splitlines()
    assert whole == "The ledger is intact: 2 events in 1 streams, 0 checkpoints."
    assert "anything outside this database" in compared


@pytest.mark.slow
def test_memory_does_not_grow_with_the_ledger():
    """Streaming: four times the events, not twice the memory."""

    def peak() -> int:
        tracemalloc.start()
        verify()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    chain(*["a"] * 3000)
    verify()
    before = peak()
    for _ in range(3):
        chain(*["a"] * 3000)
    assert peak() < 2 * before
    assert Event.objects.count() == 12000
