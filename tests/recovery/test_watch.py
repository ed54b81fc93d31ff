"""The ledger is verified every day, and administrators are told what needs action, once (OP-06)."""

import datetime
from pathlib import Path

import pytest
from django.utils import timezone

from labportal.tasks import export_once_a_day, keep_house
from ledger.actions import append, checkpoint, lab_stream
from ledger.models import Event, Stream
from ledger.verification import verify
from outbox.models import Heartbeat, Message
from people.models import Role
from recovery import restore
from recovery.status import DANGER, OK, status_lines
from recovery.watch import prove_ledger_once_a_day, raise_alarms
from tests.attack.tampering import rewrite, unguarded
from tests.factories import account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealing")]
DAY = datetime.timedelta(days=1)


def line(key):
    return next(line for line in status_lines(timezone.now()) if line.key == key)


def alarms():
    return Message.objects.filter(occasion="status-alarm")


def rehearsal_fails():
    Heartbeat.objects.update_or_create(name=restore.FAULTY, defaults={"at": timezone.now(), "reason": "A file is missing.", "failures": 1})


@pytest.fixture
def stream():
    stream = Stream.objects.create(kind="residency")
    append(stream, "noted", by="Noor")
    append(stream, "noted", by="Ada")
    checkpoint()
    return stream


@pytest.fixture
def admins():
    return [account(Role.ADMIN), account(Role.ADMIN)]


# ── The ledger ───────────────────────────────────────────────────────────────────────────────


def test_housekeeping_verifies_the_ledger_once_a_day(stream, time_machine):
    """EL-07: and the status page says what was read."""
    keep_house()
    first = line("ledger")
    assert first.tone == OK
    assert "events in 2 streams are intact" in first.text
    append(stream, "noted", by="Noor")
    assert prove_ledger_once_a_day() is False
    assert line("ledger").text.partition(" Last")[0] == first.text.partition(" Last")[0]
    time_machine.move_to(timezone.now() + DAY)
    keep_house()
    assert line("ledger").text.partition(" Last")[0] != first.text.partition(" Last")[0]


def test_a_changed_event_turns_the_ledger_red_until_it_is_restored(stream, time_machine):
    event = Event.objects.filter(stream=stream, seq=1)
    with unguarded():
        event.update(actor_name="Somebody else")
    assert prove_ledger_once_a_day() is True
    assert line("ledger").tone == DANGER
    assert f"stream {stream.pk}, event 1" in line("ledger").text
    with unguarded():
        event.update(actor_name="Noor")
    time_machine.move_to(timezone.now() + DAY)
    prove_ledger_once_a_day()
    assert line("ledger").tone == OK


def test_a_ledger_cut_off_after_the_export_is_found_by_the_file_of_the_day_before(stream, settings, tmp_path, time_machine):
    """The database alone shows nothing: its owner cut the end off, with the checkpoint, and made every hash fit."""
    settings.LEDGER_HEADS_FILE = str(tmp_path / "heads-%Y-%m-%d.jsonl")
    export_once_a_day()
    time_machine.move_to(timezone.now() + DAY)
    with unguarded():
        Event.objects.filter(stream=stream, seq=2).delete()
        Event.objects.filter(stream=lab_stream()).delete()
        rewrite(stream)
        rewrite(lab_stream())
        Stream.objects.update(checkpointed_seq=0)
    assert verify().broken is None
    prove_ledger_once_a_day()
    assert line("ledger").tone == DANGER


def test_a_file_that_is_no_export_turns_the_ledger_red(stream, settings, tmp_path):
    settings.LEDGER_HEADS_FILE = str(tmp_path / "heads.jsonl")
    Path(settings.LEDGER_HEADS_FILE).write_text("nothing of the kind")
    prove_ledger_once_a_day()
    assert line("ledger").tone == DANGER


# ── Alarms ───────────────────────────────────────────────────────────────────────────────────


def test_each_administrator_is_told_once_what_turned_red(admins):
    """Not again while it stays red, however often housekeeping runs, but every week."""
    rehearsal_fails()
    assert raise_alarms() == ["backup"]
    assert raise_alarms() == []
    assert set(alarms().values_list("person__user", flat=True)) == {admin.pk for admin in admins}
    assert "A file is missing." in alarms()[0].text
    assert "/status/" in alarms()[0].text


def test_an_alarm_comes_again_after_a_week_and_anew_after_it_was_over(admins, time_machine):
    rehearsal_fails()
    raise_alarms()
    time_machine.move_to(timezone.now() + 6 * DAY)
    assert raise_alarms() == []
    time_machine.move_to(timezone.now() + DAY)
    assert raise_alarms() == ["backup"]
    Heartbeat.objects.filter(name=restore.FAULTY).delete()
    assert raise_alarms() == []
    rehearsal_fails()
    assert raise_alarms() == ["backup"]
    assert alarms().count() == 3 * len(admins)


def test_mail_that_does_not_leave_is_no_reason_for_more_mail(admins):
    """A fresh portal without a worker is red in two lines."""
    assert {row.key for row in status_lines(timezone.now()) if row.tone == DANGER} == {"mail", "reminders"}
    assert raise_alarms() == []
    assert not alarms().exists()
