"""What a real mail server receives."""

import pytest

from outbox.delivery import health
from outbox.delivery.worker import deliver_due
from outbox.models import Heartbeat, Message, State
from tests.factories import person
from tests.outbox.factories import message
from tests.outbox.sink import Sink, listening

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink(settings) -> Sink:
    with listening() as (sink, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield sink


def test_a_mail_arrives_as_it_was_meant(sink):
    row = message(person(name="Éloïse Lee, MA", email="lee@example.org"), subject="Ça va?", text="Bonjour,\nà bientôt.\n")
    assert deliver_due() == 1
    received = sink.mails[0]
    assert str(received["To"]) == '"Éloïse Lee, MA" <lee@example.org>'
    assert str(received["Subject"]) == "Ça va?"
    assert received["Message-ID"] == row.message_id
    text = received.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert text.startswith("Bonjour,\nà bientôt.\n\n-- \n")
    assert sink.recipients == ["lee@example.org"]


def test_a_repeat_bears_the_same_id(sink):
    """EL-61."""
    row = message()
    deliver_due()
    Message.objects.filter(pk=row.pk).update(state=State.QUEUED)
    deliver_due()
    assert len(sink.ids) == 2
    assert len(set(sink.ids)) == 1


def test_a_batch_goes_over_one_connection(sink):
    for _ in range(15):
        message()
    assert deliver_due() == 15
    assert sink.connections == 1


def test_later_and_never_are_told_apart(sink):
    later, never, fine = (message(person(email=f"{name}@example.org")) for name in ("later", "never", "fine"))
    sink.answer = lambda recipient: {"later@example.org": "451 later", "never@example.org": "550 never"}.get(recipient)
    assert deliver_due() == 1
    states = dict(Message.objects.values_list("pk", "state"))
    assert states == {later.pk: State.QUEUED, never.pk: State.FAILED, fine.pk: State.SENT}


def test_no_second_header_reaches_the_server(sink):
    """D3-7."""
    message(to_name="Eve\r\nBcc: all@example.org")
    deliver_due()
    assert sink.mails[0]["Bcc"] is None
    assert sink.recipients == [Message.objects.get().to_address]


def refused(sink, *, sender="", data=""):
    """The server says so to whoever sends: to the sender's address, or once it has the text."""

    async def handle_mail(server, session, envelope, address, options):
        if sender:
            return sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_data(server, session, envelope):
        return data or "250 OK"

    sink.handle_MAIL, sink.handle_DATA = handle_mail, handle_data


LAB = [
    {"sender": "550 5.7.60 SMTP; Client does not have permissions to send as this sender"},
    {"data": "550 5.7.60 SMTP; Client does not have permissions to send as this sender"},
    {"sender": "530 5.7.57 Client not authenticated to send mail"},
    {"sender": "451 4.3.0 sender check is down"},
]


@pytest.mark.parametrize("answer", LAB, ids=[next(iter(each.values()))[:10] + next(iter(each)) for each in LAB])
def test_a_refused_sender_is_the_labs_fault_and_no_messages(sink, answer):
    """K16: all mail waits and loses no try; one alarm says why, in words; when it is put right everything leaves."""
    messages = [message(), message()]
    refused(sink, **answer)
    assert deliver_due() == 0
    rows = list(Message.objects.values_list("state", "attempts"))
    assert rows == [(State.QUEUED, 0)] * len(messages)
    reason = Heartbeat.objects.get(name=health.MAIL_SERVER).reason
    assert reason.startswith("The mail server doesn’t let the portal send")
    assert next(iter(answer.values())) in reason
    assert "SMTPSenderRefused" not in reason + "".join(Message.objects.values_list("last_error", flat=True))
    refused(sink)
    Heartbeat.objects.filter(name=health.MAIL_SERVER).update(until=None)
    assert deliver_due() == len(messages)
    assert Heartbeat.objects.get(name=health.MAIL_SERVER).reason == ""


def test_a_message_too_large_for_the_server_is_that_messages_fault(sink):
    refused(sink, sender="552 5.3.4 message size exceeds limit")
    row = message()
    deliver_due()
    row.refresh_from_db()
    assert (row.state, Heartbeat.objects.filter(name=health.MAIL_SERVER, failures__gt=0).exists()) == (State.FAILED, False)
    assert row.last_error == "The mail server refused this message. The server said: 552 5.3.4 message size exceeds limit"
