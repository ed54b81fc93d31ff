"""From the link at the end of a mail to one mail a day, on a phone and without an account (EL-64)."""

import re

import pytest
from django.core import mail

from outbox.delivery.worker import deliver_due
from outbox.models import MailPreference, Message
from tests.browser.test_agreement import narrow
from tests.factories import person
from tests.outbox.factories import digest_of, message

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_a_mail_on_a_phone_to_one_mail_a_day_and_back(phone, page, axe, sign_in, ops, live_server, settings):
    """EL-64: then the lab looks at what it sent, and at what she wishes."""
    settings.SITE_URL = live_server.url
    dana = person(name="Dana Lee", email="dana.lee@example.org")
    message(dana, occasion="agreement-discussion")
    deliver_due()
    phone.goto(re.search(r"http\S+/m/\S+", mail.outbox[0].body)[0])
    phone.get_by_text("d…@example.org").wait_for()
    axe(phone)
    narrow(phone)
    phone.get_by_label("Once a day").check()
    phone.get_by_label("New comments on an agreement").uncheck()
    phone.get_by_role("button", name="Save").click()
    phone.get_by_text("New comments on an agreement: stopped. Everything else is sent once a day.").wait_for()
    axe(phone)
    narrow(phone)
    wish = MailPreference.objects.get(person=dana)
    assert (wish.digest, wish.stopped) == (True, ["agreement-discussion"])

    message(dana, occasion="qualified", text="Good news.", due_at="2026-01-05T12:00Z")
    phone.reload()
    phone.get_by_text("1 message is waiting for the digest").wait_for()
    digest_of(dana)
    deliver_due()
    assert "Good news." in mail.outbox[-1].body
    assert not Message.objects.held().exists()

    phone.goto(re.search(r"http\S+/m/\S+", mail.outbox[-1].body)[0])
    phone.get_by_role("button", name="Stop all optional email").click()
    phone.get_by_text("Optional email is stopped.").wait_for()
    phone.get_by_role("button", name="Undo").click()
    phone.get_by_text("Change undone.").wait_for()
    wish.refresh_from_db()
    assert (wish.digest, wish.optional, wish.stopped) == (True, True, ["agreement-discussion"])

    sign_in(page, ops)
    for address in ("/mail/", f"/people/{dana.pk}/mail/", f"/outbox/{Message.objects.filter(digest=None).latest('pk').pk}/"):
        page.goto(address)
        page.get_by_role("heading", level=1).wait_for()
        axe(page)
