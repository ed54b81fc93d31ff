"""Checkpoints signed with the lab's key, and heads that leave the machine (ledger/signing.py, ledger/heads.py)."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from ledger import heads
from ledger.actions import append, checkpoint, lab_stream
from ledger.models import Event, Stream
from ledger.verification import verify
from tests.attack.tampering import rewrite, unguarded

pytestmark = pytest.mark.django_db


@pytest.fixture
def with_key(settings, tmp_path):
    """A portal that seals with a key of its own."""
    settings.VAR_DIR = tmp_path
    settings.SEAL_ALLOW_DEVELOPMENT = True


def stream_with_events(count: int = 3) -> Stream:
    stream = Stream.objects.create(kind="residency")
    for number in range(count):
        append(stream, "noted", by="Noor", facts={"n": number})
    return stream


def test_a_checkpoint_is_signed_where_there_is_a_key(with_key):
    stream_with_events()
    checkpoint()

    assert Event.objects.get(act="checkpoint").facts["signature"]["value"]
    assert verify().broken is None
    assert verify().signed == 1


def test_without_a_key_it_is_written_unsigned_and_the_command_says_so(capsys):
    stream_with_events()
    checkpoint()
    call_command("verify_ledger")

    assert "1 checkpoints are not signed" in capsys.readouterr().out


def test_a_checkpoint_written_by_somebody_without_the_key_is_found(with_key):
    """Even when every hash is right."""
    stream = stream_with_events()
    checkpoint()
    with unguarded():
        Event.objects.filter(stream=stream, seq=2).update(facts={"n": "other"})
        rewrite(stream)
        named = Event.objects.get(act="checkpoint")
        named.facts["heads"][str(stream.pk)] = [stream.head_seq, stream.head_hash, stream.kind]
        Event.objects.filter(pk=named.pk).update(facts=named.facts)
        rewrite(lab_stream())

    assert "signature" in verify().broken.reason


def test_an_unsigned_checkpoint_after_a_signed_one_is_found(with_key, settings):
    stream = stream_with_events()
    checkpoint()
    settings.SEAL_ALLOW_DEVELOPMENT = False
    append(stream, "noted", by="Noor")
    checkpoint()
    settings.SEAL_ALLOW_DEVELOPMENT = True

    assert "follows a signed one" in verify().broken.reason


def test_exported_heads_agree_with_the_ledger_and_with_what_is_added_later(with_key, tmp_path, capsys):
    stream = stream_with_events()
    file = tmp_path / "heads.jsonl"
    call_command("export_heads", str(file))
    append(stream, "noted", by="Noor")
    call_command("verify_ledger", against=file)

    assert "signed by the lab" in capsys.readouterr().out


def test_a_file_of_heads_that_was_altered_is_not_believed(with_key, tmp_path):
    stream_with_events()
    file = tmp_path / "heads.jsonl"
    call_command("export_heads", str(file))
    lines = file.read_text().splitlines()
    head = json.loads(lines[-2])
    file.write_text("\n".join([*lines[:-2], json.dumps({**head, "hash": "0" * 64}, sort_keys=True), lines[-1]]) + "\n")

    assert "altered after it was exported" in verify(heads.read(file)).broken.reason


@pytest.mark.parametrize("content", ["", "{}", "not json\n{}\n", '{"format": "other/1"}\n{}\n'])
def test_a_file_that_is_no_export_is_refused_in_a_sentence(tmp_path, content):
    file = tmp_path / "heads.jsonl"
    file.write_text(content)

    with pytest.raises(CommandError, match="exported heads"):
        call_command("verify_ledger", against=file)


def test_the_labs_own_head_is_enough_to_find_a_rewritten_ledger(with_key, tmp_path):
    """It fits in a mail: the lab's chain holds the checkpoints of all others."""
    stream = stream_with_events()
    file = tmp_path / "lab.jsonl"
    heads.write(file, heads.export(only_lab=True))
    assert len(file.read_text().splitlines()) == 3
    with unguarded():
        Event.objects.filter(act="checkpoint").delete()
        Event.objects.filter(stream=stream, seq=2).update(facts={"n": "other"})
        rewrite(stream)
        rewrite(lab_stream())

    assert verify().broken is None
    assert "exported heads" in verify(heads.read(file)).broken.reason
