"""The status page says how the installation is doing and what to do about it (OP-06)."""

import datetime

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from ledger.actions import checkpoint
from outbox.delivery import health
from outbox.models import Heartbeat
from recovery import restore
from recovery.status import DANGER, OK, WARNING, status_lines
from recovery.watch import prove_ledger_once_a_day
from sealing.keys import development_file
from tests.factories import account
from tests.oversight.documents import issued
from tests.pages import text
from tests.residencies.rows import residency

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealing")]
DAY = datetime.timedelta(days=1)


def tones(now=None):
    return {line.name: line.tone for line in status_lines(now or timezone.now())}


def test_a_fresh_portal_is_told_what_is_missing():
    assert tones() == {
        "Email": DANGER, "Reminders": DANGER, "Ledger": WARNING, "Backup": WARNING, "Sealing key": OK, "Disk": OK, "Versions": OK,
    }  # fmt: skip


def test_where_everything_runs_nothing_needs_attention():
    issued(residency("in_residence"))
    now = timezone.now()
    health.done(health.SWEEP, now)
    health.done(health.DELIVERY, now)
    Heartbeat.objects.create(name=restore.PROVEN, at=now, reason="The backup of 2026-11-24 was restored in 40 s: rows 12")
    checkpoint()
    assert tones(now)["Ledger"] == WARNING
    prove_ledger_once_a_day()
    assert set(tones(now).values()) == {OK}
    assert tones(now + 3 * DAY)["Ledger"] == WARNING
    assert tones(now + 8 * DAY)["Backup"] == DANGER


def test_a_failed_rehearsal_and_held_mail_are_told_with_what_to_do(client):
    Heartbeat.objects.create(name=restore.FAULTY, at=timezone.now(), reason="The ledger is broken: stream 3, event 2.", failures=1)
    health.hold()
    client.force_login(account("lab_ops"))
    shown = text(client.get(reverse("system-status")))
    assert "The ledger is broken: stream 3, event 2." in shown
    assert "Sending is paused. Messages waiting: 0." in shown
    assert "manage.py resume_mail" in shown


def test_a_certificate_that_ends_soon_is_said_in_time(settings):
    development_file()
    assert tones(timezone.now() + 700 * DAY)["Sealing key"] == WARNING


def test_the_page_takes_a_fixed_number_of_queries(client, django_assert_max_num_queries):
    client.force_login(account("lab_ops"))
    cache.clear()
    with django_assert_max_num_queries(15):
        client.get(reverse("system-status"))
