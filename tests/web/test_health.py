import datetime
import time
from collections import deque

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from outbox.delivery import health as delivery_health
from tests.outbox.factories import message
from web.serving import health


@pytest.fixture(autouse=True)
def _as_just_started(monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)


def test_live_touches_nothing(client):
    """No `db` here: a query would fail the test."""
    answer = client.get("/health/live")
    assert (answer.status_code, answer.content) == (200, b"live\n")


def test_not_live_when_a_page_has_waited_a_minute_for_a_thread(client, monkeypatch):
    """K8: the probes have threads of their own, so one of them must say that the others are stuck."""
    for waited, status in ((59, 200), (61, 503)):
        monkeypatch.setattr(health, "waiting_pages", deque([time.monotonic() - waited]))
        assert client.get("/health/live").status_code == status


@pytest.mark.django_db
def test_ready_when_the_database_answers_and_is_migrated(client, django_assert_max_num_queries):
    delivery_health.done(delivery_health.SWEEP, timezone.now())
    assert client.get("/health/ready").status_code == 200
    with django_assert_max_num_queries(3):
        answer = client.get("/health/ready")
    assert answer.content == b"ready\n"


@pytest.mark.django_db
def test_late_mail_is_told_and_takes_no_page_away(client):
    """EL-61: a quiet alarm."""
    delivery_health.done(delivery_health.SWEEP, timezone.now() - datetime.timedelta(minutes=5))
    message(next_try_at=timezone.now() - datetime.timedelta(minutes=11))
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    ready, sweep, oldest, end = answer.content.decode().split("\n")
    assert (ready, end) == ("ready", "")
    assert sweep.startswith("late: Reminders haven’t been checked since")
    assert oldest.startswith("late: Mail that was due to go out at")


@pytest.mark.django_db
def test_not_ready_when_the_database_is_gone(client):
    def gone(*args):
        raise DatabaseError("connection to server at db.internal failed")

    with connection.execute_wrapper(gone):
        answer = client.get("/health/ready")
    assert (answer.status_code, answer.content) == (503, b"not ready\n")


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'ledger'")
    assert client.get("/health/ready").status_code == 503


@pytest.mark.django_db
def test_probes_say_nothing_else(client):
    """D3-40: and set no cookie."""
    answer = client.get("/health/ready", headers={"host": "10.1.2.3"})
    assert answer.status_code == 200
    assert not answer.cookies
