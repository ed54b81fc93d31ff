"""A code from the mail, a decline, a hand-over and staged signing, in a real browser at a desk and on a phone."""

import re

import pytest
from django.core import mail

from agreements.models import Decline, HandOver, Signature
from outbox.delivery.worker import deliver_due
from tests.agreements.factories import circulated, coded, to_sign, token_for
from tests.agreements.test_order import staged_draft
from tests.browser.conftest import widths
from tests.browser.signing import read_every_section
from tests.browser.test_agreement import narrow
from tests.residencies.factories import ops

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _site(settings, live_server):
    settings.SITE_URL = live_server.url


@pytest.fixture(params=widths("phone", "page"))
def browser_page(request):
    """At 1280 px, and at 390."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def look(browser_page, axe):
    def at_it():
        axe(browser_page)
        narrow(browser_page)

    return at_it


def enter(page, invitation, look):
    page.goto(f"/a/{token_for(invitation)}")
    look()
    page.get_by_role("button", name="Continue as").click()


def test_a_code_is_sent_typed_wrong_typed_right_and_signs(browser_page, look):
    """EL-28: one field, which takes what is pasted; the wrong try says what to do."""
    page, invitation = browser_page, to_sign(coded())[0]
    enter(page, invitation, look)
    page.get_by_role("link", name="Read the agreement").click()
    page.wait_for_url("**/read/")
    read_every_section(page)
    field = page.get_by_label("Code from your email")
    field.wait_for()
    look()
    deliver_due()
    digits = next(re.search(r"^\d{6}$", m.body, re.MULTILINE)[0] for m in mail.outbox if "Your signing code" in m.subject)
    assert field.get_attribute("autocomplete") == "one-time-code"
    field.fill(f"{(int(digits) + 1) % 1_000_000:06}")
    page.get_by_label("Your full name").fill(invitation.party.person.name)
    page.get_by_role("checkbox").nth(0).check()
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_role("button", name="Sign the agreement").click()
    page.get_by_text("You have 4 tries left").first.wait_for()
    look()
    assert page.get_by_label("Your full name").input_value() == invitation.party.person.name
    assert page.get_by_role("checkbox").nth(1).is_checked()
    field.fill(f" {digits[:3]} {digits[3:]} ")
    page.get_by_role("button", name="Sign the agreement").click()
    page.get_by_role("heading", name="Signed. Thank you.").wait_for()
    assert Signature.objects.count() == 1


def test_a_party_declines_and_its_page_says_so(browser_page, look):
    """EL-29"""
    page, invitation = browser_page, to_sign(circulated())[0]
    enter(page, invitation, look)
    look()
    page.get_by_role("link", name="Decline to sign").click()
    look()
    page.get_by_label("Reason for declining").fill("The budget is not confirmed.")
    page.get_by_role("button", name="Decline to sign").click()
    page.get_by_text("You declined to sign on").wait_for()
    look()
    assert Decline.objects.count() == 1


def test_a_party_hands_over_and_lab_operations_say_yes(browser_page, look, open_context, sign_in):
    """EL-29"""
    page, invitation = browser_page, to_sign(circulated())[0]
    enter(page, invitation, look)
    page.get_by_role("link", name="Have someone else sign").click()
    look()
    page.get_by_label("Full name, as they sign it").fill("Wren Delgado")
    page.get_by_label("Work email address").fill("wren@example.org")
    page.get_by_label("Reason they should sign instead of you").fill("I am away until May.")
    page.get_by_role("button", name="Send request").click()
    page.get_by_text("You asked for Wren Delgado to sign").wait_for()
    look()
    page.context.clear_cookies()
    sign_in(page, ops())
    page.goto(f"/residencies/{invitation.version.agreement.subject.reference}/agreement/")
    look()
    page.get_by_role("link", name="Asked for Wren Delgado to sign instead").click()
    look()
    page.get_by_label("Yes, they sign instead").check()
    page.get_by_role("button", name="Send answer").click()
    page.get_by_text("In place of").first.wait_for()
    look()
    assert HandOver.objects.get().state == HandOver.State.CONFIRMED


def test_lab_operations_set_who_signs_when_and_send_it(browser_page, look, sign_in):
    """EL-30"""
    page, version = browser_page, staged_draft()
    sign_in(page, ops())
    address = f"/residencies/{version.agreement.subject.reference}/agreement/"
    page.goto(f"{address}order/")
    look()
    page.get_by_label("Each person enters a one-time code").check()
    page.get_by_role("button", name="Save order").click()
    page.goto(f"{address}send/")
    look()
    page.get_by_role("button", name="Send for signature").click()
    page.get_by_text("Signs later, in stage 2").first.wait_for()
    look()


def test_somebody_else_says_that_it_is_not_them(browser_page, look, sign_in):
    """D2.7: and lab operations end the invitation."""
    page, invitation = browser_page, to_sign(circulated())[0]
    page.goto(f"/a/{token_for(invitation)}")
    page.get_by_role("link", name="tell us").click()
    look()
    page.get_by_role("button", name="Tell the lab").click()
    page.get_by_role("heading", name="Thank you for telling us").wait_for()
    look()
    sign_in(page, ops())
    page.goto(f"/residencies/{invitation.version.agreement.subject.reference}/agreement/")
    page.get_by_role("link", name="A link reached the wrong person").click()
    look()
    page.get_by_label("End the invitation").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Invite again").wait_for()
    look()
