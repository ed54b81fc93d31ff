"""What a real mail server receives."""

import pytest

from outbox.delivery import deliver_due
from outbox.models import Message, State
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
    one = message(person(name="Éloïse Lee, MA", email="lee@example.org"), subject="Ça va?", text="Bonjour,\nà bientôt.\n")
    assert deliver_due() == 1
    received = sink.mails[0]
    assert str(received["To"]) == '"Éloïse Lee, MA" <lee@example.org>'
    assert str(received["Subject"]) == "Ça va?"
    assert received["Message-ID"] == one.message_id
    text = received.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert text.startswith("Bonjour,\nà bientôt.\n\n-- \n")
    assert sink.recipients == ["lee@example.org"]


def test_a_repeat_bears_the_same_id(sink):
    """EL-61."""
    one = message()
    deliver_due()
    Message.objects.filter(pk=one.pk).update(state=State.QUEUED)
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
