"""One reminder, one recipient, one occasion: never twice, never lost (EL-61)."""

import time

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from findings import Refused
from ledger.actions import lab_stream
from ledger.models import Event, Stream
from outbox.catalogue.messages import RenderedMail
from outbox.models import Message, State
from outbox.pages.actions import cancel, resend, send_again
from outbox.queue import nudge, put, withdraw
from residencies.mail import QUALIFIED
from tests.factories import person
from tests.outbox.factories import message

pytestmark = pytest.mark.django_db


def test_the_same_occasion_recipient_and_key_is_queued_once():
    somebody = person()
    first, second = message(somebody, key="k"), message(somebody, key="k", subject="Another")
    assert first.pk == second.pk
    assert Message.objects.count() == 1
    message(person(), key="k")
    message(somebody, key="other")
    message(somebody, key="k", occasion="another")
    assert Message.objects.count() == 4


def test_the_database_has_the_last_word_on_twice():
    row = message()
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(key=row.key, occasion="x", to_name="", to_address="a@example.org", subject="s", text="t")


def test_long_keys_stay_apart():
    somebody = person()
    first, second = message(somebody, key="k" * 300 + "1"), message(somebody, key="k" * 300 + "2")
    assert first.key != second.key
    assert len(first.key) <= 200


@pytest.mark.django_db(transaction=True)
def test_a_message_of_an_act_that_failed_was_never_queued():
    @transaction.atomic
    def act() -> None:
        message()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert not Message.objects.exists()


def test_a_line_break_in_a_subject_starts_no_header():
    """D3-7."""
    assert message(subject="Hello\r\nBcc: everybody@example.org").subject == "Hello Bcc: everybody@example.org"


def test_what_goes_to_an_account_goes_to_its_own_address():
    sent = put("x", RenderedMail("s", "t"), to=person(email="old@example.org"), about=lab_stream(), key="1", address="new@example.org")
    assert sent.to_address == "new@example.org"


def test_the_message_id_is_derived_from_the_key_and_bears_no_fact():
    row = message()
    assert row.message_id == Message.objects.get(pk=row.pk).message_id
    assert row.message_id != message().message_id
    assert row.message_id.endswith("@lab-portal.example.test>")


def test_a_failed_message_is_queued_again_and_the_ledger_says_by_whom(ops):
    """EL-62."""
    failed = message(state=State.FAILED, attempts=9)
    again = resend(failed, by=ops)
    assert (again.state, again.attempts) == (State.QUEUED, 0)
    assert Event.objects.get(act="message-resent").actor == ops


@pytest.mark.parametrize("state", [State.QUEUED, State.CLAIMED])
def test_a_message_that_waits_is_not_queued_twice(ops, state):
    assert resend(message(state=state), by=ops).state == state
    assert not Event.objects.exists()


def test_a_message_that_waits_can_be_withdrawn(ops):
    assert cancel(message(), by=ops).state == State.CANCELLED
    assert Event.objects.get().act == "message-cancelled"


def test_what_is_being_sent_can_no_longer_be_withdrawn(ops):
    assert cancel(message(state=State.CLAIMED), by=ops).state == State.CLAIMED


def test_messages_whose_cause_is_gone_are_withdrawn():
    about, other = Stream.objects.create(kind="test"), Stream.objects.create(kind="test")
    message(about=about, occasion=QUALIFIED.key)
    message(about=about, occasion="other")
    message(about=other, occasion=QUALIFIED.key)
    assert withdraw(QUALIFIED, about) == 1
    assert Message.objects.waiting().count() == 2


def test_the_preview_names_the_secret_and_never_shows_it():
    """EL-28, EL-62."""
    assert message(text="Open {{ signing_link }} today.").preview == "Open [signing link] today."


def test_a_dead_broker_neither_fails_nor_slows_the_page(settings):
    """R3: two seconds at most."""
    from labportal.celery import app

    settings.CELERY_BROKER_URL = app.conf.broker_url = "redis://127.0.0.1:1/0"
    started = time.monotonic()
    nudge()
    assert time.monotonic() - started < 2


def test_without_a_broker_nobody_is_called(settings):
    settings.CELERY_BROKER_URL = None
    nudge()


def test_a_message_that_was_sent_goes_out_a_second_time_as_a_new_one_that_names_it(ops):
    """EL-62: to the address of today, with its secrets made anew, on record; and again if asked again."""
    dana = person(email="old@example.org")
    first = message(
        dana, text="Open {{ signing_link }}", mint={"signing_link": ["x.y", {"invitation": 1}]}, state=State.SENT, sent_at=timezone.now()
    )
    dana.email = "new@example.org"
    dana.save()
    copies = [send_again(first, by=ops), send_again(first, by=ops)]
    assert [(copy.to_address, copy.state, copy.repeats, copy.mint) for copy in copies] == [
        ("new@example.org", State.QUEUED, first, first.mint)
    ] * 2
    assert len({first.key, *(copy.key for copy in copies)}) == 3
    assert copies[0].message_id != first.message_id
    first.refresh_from_db()
    assert first.state == State.SENT
    event = Event.objects.filter(act="message-sent-again").latest("pk")
    assert (event.actor, event.facts["repeats"]) == (ops, first.pk)


@pytest.mark.parametrize("state", [state for state in State if state != State.SENT])
def test_only_what_was_sent_is_sent_a_second_time(ops, state):
    with pytest.raises(Refused) as refused:
        send_again(message(state=state), by=ops)
    assert refused.value.codes == {"not-sent"}
    assert Message.objects.count() == 1
