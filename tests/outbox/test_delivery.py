"""Claim with a lease → fence → send → record (engineering.md C4)."""

import datetime
import smtplib

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from outbox.delivery import health
from outbox.delivery import worker as delivery_worker
from outbox.delivery.compose import NoLongerHolds
from outbox.delivery.worker import claim, deliver_due
from outbox.models import Heartbeat, Message, State
from tests.factories import person
from tests.outbox.factories import message

pytestmark = pytest.mark.django_db

MINT = {"signing_link": ["tests.outbox.factories.mint_link", {"token": "t0ken-secret"}]}


def minutes(number: float) -> datetime.timedelta:
    return datetime.timedelta(minutes=number)


def test_what_is_due_is_sent_and_recorded():
    row = message()
    assert deliver_due() == 1
    row.refresh_from_db()
    assert (row.state, row.attempts, row.claimed_by) == (State.SENT, 1, "")
    assert row.sent_at is not None
    assert mail.outbox[0].subject == row.subject


def test_what_is_not_due_yet_waits():
    message(next_try_at=timezone.now() + minutes(1))
    assert deliver_due() == 0


def test_a_second_run_sends_nothing_again():
    message()
    assert [deliver_due(), deliver_due()] == [1, 0]


@pytest.mark.parametrize("state", [State.SENT, State.FAILED, State.CANCELLED])
def test_only_what_waits_is_sent(state):
    message(state=state, sent_at=timezone.now())
    assert deliver_due() == 0


def test_one_switch_holds_all_mail(settings):
    """C4.8."""
    message()
    settings.OUTBOX_SUSPENDED = True
    assert deliver_due() == 0
    settings.OUTBOX_SUSPENDED = False
    assert deliver_due() == 1


def test_claimed_is_claimed_until_the_lease_ends():
    message()
    assert len(claim("one")) == 1
    assert claim("two") == []
    with time_machine.travel(timezone.now() + delivery_worker.lease() + minutes(1)):
        assert len(claim("two")) == 1


def test_a_worker_that_was_frozen_sends_nothing_that_is_no_longer_its_own():
    """R2: the fence."""
    message()
    frozen = claim("frozen")
    with time_machine.travel(timezone.now() + delivery_worker.lease() + minutes(1)):
        assert deliver_due(worker="other") == 1
        assert delivery_worker._send_batch(frozen, "frozen") == []
    assert len(mail.outbox) == 1


def test_a_withdrawn_message_is_not_sent_by_a_worker_that_holds_it():
    row = message()
    held = claim("worker")
    Message.objects.filter(pk=row.pk).update(state=State.CANCELLED, claimed_by="", claimed_until=None)
    assert delivery_worker._send_batch(held, "worker") == []
    assert not mail.outbox


def test_pauses_grow_and_then_a_person_is_asked(failing, settings):
    """EL-62."""
    failing(smtplib.SMTPDataError(451, b"try later"))
    row = message()
    pauses = []
    now = timezone.now()
    for _ in range(30):
        with time_machine.travel(now, tick=False):
            deliver_due()
            row.refresh_from_db()
            if row.state == State.FAILED:
                break
            pauses.append((row.next_try_at - now) / minutes(1))
            now = row.next_try_at
    assert row.state == State.FAILED
    assert len(pauses) == len(settings.OUTBOX_PAUSES_MINUTES)
    assert all(0.8 * wanted <= pause <= 1.2 * wanted for wanted, pause in zip(settings.OUTBOX_PAUSES_MINUTES, pauses, strict=True))
    assert sum(settings.OUTBOX_PAUSES_MINUTES) * 1.2 < 24 * 60
    assert "try later" in row.last_error
    assert row.failures.count() == len(settings.OUTBOX_PAUSES_MINUTES) + 1


@pytest.mark.parametrize(
    "error",
    [smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"no such user")}), smtplib.SMTPDataError(554, b"refused")],
)
def test_what_the_server_will_never_take_goes_to_a_person_at_once(failing, error):
    """C4.6."""
    failing(error)
    row = message()
    deliver_due()
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.FAILED, 1)


def test_when_the_server_breaks_off_one_message_waits_for_it_and_not_all(failing):
    failing(smtplib.SMTPServerDisconnected("gone"))
    for _ in range(5):
        message()
    deliver_due()
    assert Message.objects.filter(attempts=1).count() == 1
    assert Message.objects.filter(state=State.QUEUED).count() == 5
    failing(None)
    with time_machine.travel(timezone.now() + minutes(0.5)):
        assert deliver_due() == 4


@pytest.fixture
def nobody_there(monkeypatch):
    """`nobody_there(True)`: no mail server answers; `nobody_there(False)`: it does again."""
    from django.core.mail.backends.locmem import EmailBackend

    calls = []

    def set_to(away):
        def open_(self):
            calls.append(timezone.now())
            if away:
                raise ConnectionRefusedError("nobody there")

        monkeypatch.setattr(EmailBackend, "open", open_)
        return calls

    return set_to


def test_a_mail_server_that_is_away_for_a_day_costs_no_message_an_attempt_and_is_not_stormed(nobody_there):
    """R4: it is called ever more rarely, every five minutes in the end; no message fails, and no message waits for long after."""
    calls = nobody_there(True)
    for _ in range(5):
        message()
    now = timezone.now()
    for half_minute in range(24 * 60 * 2):
        with time_machine.travel(now + datetime.timedelta(seconds=30 * half_minute), tick=False):
            deliver_due()
    assert len(calls) < 24 * 60 / 4 + 10
    assert set(Message.objects.values_list("state", "attempts")) == {("queued", 0)}
    nobody_there(False)
    with time_machine.travel(now + minutes(24 * 60 + 6), tick=False):
        assert deliver_due() == 5
        assert not Heartbeat.objects.get(name=health.MAIL_SERVER).failures


def test_the_first_message_after_a_rest_goes_alone(nobody_there):
    """R4: no storm on a server that is hardly back."""
    nobody_there(True)
    message(), message()
    deliver_due()
    calls = nobody_there(True)
    calls.clear()
    with time_machine.travel(timezone.now() + minutes(1)):
        deliver_due()
    assert len(calls) == 1


def test_a_mended_server_gets_what_waited(failing):
    failing(smtplib.SMTPServerDisconnected("gone"))
    row = message()
    deliver_due()
    failing(None)
    with time_machine.travel(timezone.now() + minutes(2)):
        assert deliver_due() == 1
    row.refresh_from_db()
    assert (row.last_error, row.attempts) == ("", 2)


def test_messages_to_one_address_arrive_in_order_even_when_the_first_fails(failing):
    """C4.4."""
    somebody = person()
    first, second, other = message(somebody), message(somebody), message()
    failing(smtplib.SMTPRecipientsRefused({somebody.email: (451, b"greylisted")}))
    held = claim("worker", size=1)
    delivery_worker._send_batch(held, "worker")
    failing(None)
    assert deliver_due() == 1
    assert [sent.subject for sent in mail.outbox] == [other.subject]
    with time_machine.travel(timezone.now() + minutes(2)):
        assert deliver_due() == 2
    assert [sent.subject for sent in mail.outbox[1:]] == [first.subject, second.subject]


def test_a_queue_whose_oldest_all_come_after_another_to_the_same_address_still_moves():
    """EL-61: more reminders of eight in the morning than a batch holds, each behind mail to its recipient that was made before and is due later."""
    people = [person() for _ in range(delivery_worker.BATCH + 5)]
    for somebody in people:
        message(somebody)
    for somebody in people:
        message(somebody, next_try_at=timezone.now() - minutes(60))
    assert deliver_due() == 2 * len(people)


def test_a_worker_waits_for_the_message_before_its_own():
    somebody = person()
    message(somebody), message(somebody)
    claim("slow", size=1)
    assert deliver_due(worker="quick") == 0
    assert Message.objects.get(claimed_by="slow")


def test_the_secret_is_made_as_the_message_leaves_and_kept_nowhere():
    """EL-28."""
    row = message(text="Open {{ signing_link }} and {{ unknown }}.", mint=MINT)
    deliver_due()
    assert mail.outbox[0].body.startswith("Open https://portal.example.test/a/t0ken-secret and {{ unknown }}.\n")
    row.refresh_from_db()
    assert "t0ken-secret" not in row.text + row.preview + row.last_error


def test_a_secret_that_can_not_be_made_holds_up_nobody_else():
    somebody = person()
    broken = message(somebody, mint={"x": ["tests.outbox.test_delivery.no_such_function", {}]})
    message(somebody)
    assert deliver_due() == 1
    broken.refresh_from_db()
    assert (broken.state, broken.attempts) == (State.QUEUED, 1)


def gone() -> str:
    raise NoLongerHolds("Everybody has signed.")


def test_a_message_whose_cause_is_gone_is_withdrawn_as_it_would_leave():
    """EL-65."""
    row = message(mint={"x": ["tests.outbox.test_delivery.gone", {}]})
    assert deliver_due() == 0
    row.refresh_from_db()
    assert (row.state, row.last_error) == (State.CANCELLED, "Everybody has signed.")


def test_every_mail_bears_the_headers_that_tell_machines_what_it_is():
    """C4.5."""
    row = message()
    deliver_due()
    headers = mail.outbox[0].message()
    assert headers["Message-ID"] == row.message_id
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["X-Auto-Response-Suppress"] == "All"


@pytest.mark.parametrize("name", ["Eve\r\nBcc: all@example.org", "Eve\nX: y", 'Eve" <all@example.org>, "x', "Éve Ünal", "Lee, Dana"])
def test_a_name_starts_no_header_and_adds_no_recipient(name):
    """D3-7: in names."""
    message(to_name=name)
    deliver_due()
    sent = mail.outbox[0]
    raw = sent.message().as_string()
    assert "\nBcc:" not in raw
    assert "\nX:" not in raw
    assert len(sent.recipients()) == 1


@pytest.mark.parametrize("field", ["subject", "to_address"])
def test_a_line_break_in_a_header_is_refused_and_nothing_leaves(field):
    """D3-7: even when it got past every form."""
    row = message()
    Message.objects.filter(pk=row.pk).update(**{field: "a@example.org\r\nBcc: all@example.org", "to_name": ""})
    assert deliver_due() == 0
    row.refresh_from_db()
    assert not mail.outbox
    assert row.attempts == 1


@pytest.mark.django_db(transaction=True)
def test_a_batch_costs_a_fixed_number_of_queries_and_each_message_one():
    """On PostgreSQL the record of one goes with the fence of the next; SQLite asks both on their own."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(count: int) -> int:
        for _ in range(count):
            message()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert deliver_due() == count
        return len(queries)

    cost(1)
    two, four = cost(2), cost(4)
    assert four - two == (2 if connection.vendor == "postgresql" else 4)
