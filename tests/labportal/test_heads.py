"""The ledger's heads leave the machine once a day (labportal/tasks.py)."""

from __future__ import annotations

import datetime

import pytest

from labportal.tasks import export_once_a_day, keep_house
from ledger import heads
from ledger.actions import append
from ledger.models import Event, Stream
from ledger.verification import verify
from outbox.models import Message
from tests.factories import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def stream():
    stream = Stream.objects.create(kind="residency")
    append(stream, "noted", by="Noor")
    return stream


def test_nothing_is_exported_where_no_place_is_named(stream):
    assert export_once_a_day() is False
    assert not Event.objects.filter(act="heads-exported").exists()


def test_housekeeping_exports_once_a_day_to_file_and_mail(stream, settings, tmp_path, time_machine):
    """EL-07: a file for each day, and one mail."""
    settings.LEDGER_HEADS_FILE = str(tmp_path / "%Y-%m-%d.jsonl")
    settings.LEDGER_HEADS_EMAIL = "auditor@example.org"
    time_machine.move_to(datetime.datetime(2026, 11, 10, 20, tzinfo=datetime.UTC))
    keep_house()
    keep_house()
    time_machine.shift(datetime.timedelta(days=1))
    keep_house()

    assert sorted(file.name for file in tmp_path.iterdir()) == ["2026-11-10.jsonl", "2026-11-11.jsonl"]
    assert Message.objects.filter(occasion="ledger-heads", to_address="auditor@example.org").count() == 2
    assert verify(heads.read(tmp_path / "2026-11-10.jsonl")).broken is None


def test_the_mail_holds_a_file_that_can_be_compared_with(stream, settings, tmp_path):
    settings.LEDGER_HEADS_EMAIL = "auditor@example.org"
    export_once_a_day()
    text = Message.objects.get(occasion="ledger-heads").text
    file = tmp_path / "heads.jsonl"
    file.write_text("".join(f"{line}\n" for line in text.splitlines() if line.startswith("{")))

    assert verify(heads.read(file)).broken is None
    assert len(heads.read(file).heads) == 1


def test_the_mail_goes_to_an_address_that_belongs_to_someone_by_another_name(stream, settings):
    """Most auditors are known to the portal already. Their address is theirs, and so is the mail."""
    auditor = person(name="Tomasz Everden", email="auditor@example.org")
    settings.LEDGER_HEADS_EMAIL = "Auditor@example.org"

    assert export_once_a_day() is True
    assert Message.objects.get(occasion="ledger-heads").person == auditor


def test_the_mail_does_not_wait_for_a_disk_that_is_full(stream, settings, tmp_path):
    (tmp_path / "blocked").write_text("a file where a folder should be")
    settings.LEDGER_HEADS_FILE = str(tmp_path / "blocked" / "heads.jsonl")
    settings.LEDGER_HEADS_EMAIL = "auditor@example.org"
    for _round in range(2):
        with pytest.raises(OSError):
            export_once_a_day()

    assert Message.objects.filter(occasion="ledger-heads").count() == 1


def test_a_place_that_can_not_be_written_is_tried_again_with_the_next_round(stream, settings, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    settings.LEDGER_HEADS_FILE = str(blocked / "heads.jsonl")
    with pytest.raises(OSError):
        export_once_a_day()
    settings.LEDGER_HEADS_FILE = str(tmp_path / "heads.jsonl")

    assert export_once_a_day() is True
