"""A party asks for other words on a phone, the lab decides at a desk, and the party reads only what changed and signs again."""

import re

import pytest
from django.core import mail

from agreements.models import AgreementVersion, Amendment, Signature, State
from outbox.delivery.worker import deliver_due
from tests.agreements.factories import circulated, sign, to_sign
from tests.residencies.factories import ops

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "The team may meet its neighbours online."


@pytest.fixture(autouse=True)
def _site(settings, live_server):
    settings.SITE_URL = live_server.url


def link_for(invitation):
    """The link in the newest mail to this party."""
    deliver_due()
    address = invitation.party.person.email
    bodies = [message.body for message in mail.outbox if address in message.to[0] and "/a/" in message.body]
    return re.search(r"http\S+/a/\S+", bodies[-1])[0]


def invitation_of(party, version):
    return next(each for each in to_sign(version) if each.party_id == party.pk)


def narrow(page):
    assert not page.locator("html").evaluate("html => html.scrollWidth > innerWidth")


def test_from_a_wish_on_a_phone_to_a_second_signature(page, phone, sign_in, axe):
    """EL-25: every page passes axe, and none is wider than a phone."""
    version = circulated()
    invitation = to_sign(version)[2]
    sign(invitation)
    name = invitation.party.person.name

    def look():
        axe(phone)
        narrow(phone)

    phone.goto(link_for(invitation))
    phone.get_by_role("button", name=f"Continue as {name}").click()
    phone.goto(f"{phone.url}propose/")
    look()
    phone.get_by_role("link", name=re.compile(r"^2\.2")).click()
    look()
    phone.get_by_label("Text").fill(WORDS)
    phone.get_by_label("Reason").fill("Two of us live far away.")
    phone.get_by_role("button", name="Propose change").click()
    phone.get_by_text("Your change was sent to the lab.").wait_for()
    look()

    sign_in(page, ops())
    reference = version.agreement.subject.reference
    page.goto(f"/residencies/{reference}/agreement/")
    page.get_by_role("link", name="Decide on proposed changes").click()
    axe(page)
    page.get_by_role("checkbox", name=re.compile("Accept this change")).check()
    page.get_by_role("button", name="Continue with selected changes").click()
    axe(page)
    page.get_by_label("Reason").fill("Nobody loses by it.")
    page.get_by_role("button", name="Accept and send next version").click()
    page.get_by_text("Version 2 is on its way to every party").wait_for()
    axe(page)
    page.get_by_role("link", name="Versions and what changed").click()
    axe(page)
    assert Amendment.objects.get().state == "accepted"
    second = AgreementVersion.objects.get(number=2)

    again = invitation_of(invitation.party, second)
    phone.goto(link_for(again))
    phone.get_by_role("button", name=f"Continue as {name}").click()
    phone.get_by_text("You signed version 1 on").wait_for()
    look()
    phone.get_by_role("link", name="See what changed").click()
    phone.get_by_text(WORDS.split()[2]).first.wait_for()
    look()
    phone.goto(f"{phone.url.rsplit('changes', 1)[0]}read/")
    assert phone.get_by_role("button", name=re.compile("^I have read section")).count() == 1
    look()
    phone.get_by_role("button", name="I have read section 2").click()
    phone.get_by_label("Your full name").fill(name)
    phone.get_by_role("checkbox").nth(0).check()
    phone.get_by_role("checkbox").nth(1).check()
    phone.get_by_role("button", name="Sign the agreement").click()
    phone.get_by_role("heading", name="Signed. Thank you.").wait_for()
    look()
    assert Signature.objects.filter(version=second).get().party == invitation.party
    assert Signature.objects.filter(version=version).count() == 1


def test_voiding_and_making_anew_without_script(plain, sign_in, axe, open_context):
    """EL-33: works without JavaScript; axe with it."""
    version = circulated()
    reference = version.agreement.subject.reference
    officer = ops()
    sign_in(plain, officer)
    plain.goto(f"/residencies/{reference}/agreement/void/")
    plain.get_by_label("Reason").fill("The branch was merged.")
    plain.get_by_role("button", name="Void agreement").click()
    plain.get_by_text("The branch was merged.").first.wait_for()
    desk = open_context().new_page()
    sign_in(desk, officer)
    desk.goto(f"/residencies/{reference}/agreement/")
    axe(desk)
    desk.goto(f"/residencies/{reference}/agreement/versions/")
    axe(desk)
    plain.get_by_role("button", name="Prepare the agreement").click()
    plain.get_by_role("heading", name="Parties").wait_for()
    assert AgreementVersion.objects.filter(state=State.DRAFT, agreement__replaces=version.agreement).exists()
