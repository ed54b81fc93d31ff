"""The outbox as the lab sees it (EL-62)."""

import pytest
from django.urls import reverse

from outbox.models import State
from tests.outbox.factories import message

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, ops):
    client.force_login(ops)
    return client


def test_an_empty_outbox_says_what_will_come(desk):
    assert "Nothing has been sent yet" in desk.get(reverse("outbox")).content.decode()


def test_the_list_costs_the_same_at_two_and_at_forty_rows(desk, django_assert_max_num_queries):
    message()
    desk.get(reverse("outbox"))
    for _ in range(40):
        message()
    with django_assert_max_num_queries(8):
        desk.get(reverse("outbox"))


def test_messages_are_found_by_state_and_words(desk):
    message(subject="Kestrel", state=State.FAILED)
    message(subject="Heron")
    found = desk.get(reverse("outbox"), {"state": "failed"}).content.decode()
    assert "Kestrel" in found
    assert "Heron" not in found
    assert "Heron" not in desk.get(reverse("outbox"), {"q": "kest"}).content.decode()
    assert "No message fits" in desk.get(reverse("outbox"), {"q": "osprey"}).content.decode()


def test_a_message_shows_its_text_and_never_its_secret(desk):
    """EL-28."""
    one = message(text="<b>Open</b> {{ signing_link }}", mint={"signing_link": ["x.y", {"token": "s3cret"}]}, last_error="550 nobody")
    page = desk.get(reverse("outbox-message", args=[one.pk])).content.decode()
    assert "[signing link]" in page
    assert "&lt;b&gt;Open" in page
    assert "550 nobody" in page
    assert "s3cret" not in page


def test_a_failed_message_is_sent_again_and_a_waiting_one_withdrawn_by_post_alone(desk):
    one = message(state=State.FAILED)
    assert desk.get(reverse("outbox-resend", args=[one.pk])).status_code == 405
    desk.post(reverse("outbox-resend", args=[one.pk]))
    one.refresh_from_db()
    assert one.state == State.QUEUED
    desk.post(reverse("outbox-cancel", args=[one.pk]), {"state": "sent"})
    one.refresh_from_db()
    assert one.state == State.CANCELLED


def test_only_the_lab_sees_the_outbox(client, viewer):
    one = message(state=State.FAILED)
    client.force_login(viewer)
    for name, args in (("outbox", []), ("outbox-message", [one.pk])):
        assert client.get(reverse(name, args=args)).status_code == 403
    assert client.post(reverse("outbox-resend", args=[one.pk])).status_code == 403
    one.refresh_from_db()
    assert one.state == State.FAILED
