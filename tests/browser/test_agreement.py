"""From the draft to “in force”, in a real browser: an officer at a desk, the parties on their phones."""

import re

import pytest
from django.core import mail

from acts.act import SYSTEM
from agreements.drafting import actions as drafting_actions
from agreements.drafting import sending, templates
from agreements.invitations import actions as invitations_actions
from agreements.models import AgreementVersion, Signature, State
from outbox.delivery.worker import deliver_due
from tests.agreements.factories import NAMES, complete_draft, to_sign
from tests.browser.signing import read_every_section
from tests.factories import person
from tests.residencies.factories import ops, qualified_residency

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _site(settings, live_server):
    settings.SITE_URL = live_server.url


def links(version):
    """The link in each party's mail, in the order of roles."""
    deliver_due()
    link_by_email = {
        message.to[0].split("<")[-1].rstrip(">"): re.search(r"http\S+/a/\S+", message.body)[0]
        for message in mail.outbox
        if "/a/" in message.body
    }
    return [(link_by_email[invitation.party.person.email], invitation.party.person.name) for invitation in to_sign(version)]


def narrow(page):
    assert not page.locator("html").evaluate("html => html.scrollWidth > innerWidth")


def sign_by_link(page, link, name, look=lambda: None):
    """What a party does; returns how many presses and fields it took."""
    steps = 0
    page.goto(link)
    look()
    page.get_by_role("button", name=f"Continue as {name}").click()
    look()
    page.get_by_role("link", name="Read the agreement").click()
    page.wait_for_url("**/read/")
    look()
    read_every_section(page)
    look()
    page.get_by_label("Your full name").fill(name)
    page.get_by_role("checkbox").nth(0).check()
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_role("button", name="Sign the agreement").click()
    steps = 7
    page.get_by_role("heading", name="Signed. Thank you.").wait_for()
    look()
    return steps


def test_from_draft_to_in_force(page, phone, open_context, sign_in, axe):
    """EL-20 to EL-31: every page passes axe, and none is wider than a phone."""
    officer = ops()
    residency = qualified_residency()
    template = templates.install_standard_template(by=SYSTEM)
    sign_in(page, officer)
    page.goto(f"/residencies/{residency.reference}/agreement/")
    axe(page)
    page.get_by_role("button", name="Prepare the agreement").click()
    page.get_by_role("heading", name="Can’t be sent yet").wait_for()
    axe(page)
    version = AgreementVersion.objects.get()
    assert version.agreement.template_version == template

    page.get_by_role("link", name="Change the conditions").click()
    axe(page)
    page.get_by_label("Condition 1: heading").fill("Sensitive data")
    page.get_by_label("Condition 1: text").fill("Code that touches health data is published after review.")
    page.get_by_role("button", name="Save conditions").click()
    page.get_by_role("link", name="Name the parties").click()
    axe(page)
    page.get_by_label("Product owner", exact=True).fill("Priya Wenlock <priya@example.org>")
    page.get_by_role("button", name="Save parties").click()
    page.get_by_text("Parties saved.").wait_for()
    fill_the_rest(version, officer)
    page.goto(f"/residencies/{residency.reference}/agreement/")
    page.get_by_role("link", name="Read the full draft").click()
    axe(page)
    page.go_back()
    page.get_by_role("link", name="Send for signature").click()
    axe(page)
    page.get_by_role("button", name="Send for signature").click()
    page.get_by_text("Agreement sent for signature").wait_for()
    axe(page)

    def look():
        axe(phone)
        narrow(phone)

    version = AgreementVersion.objects.get()
    (first, name), *others = links(version)
    assert sign_by_link(phone, first, name, look) < 10
    for link, other in others:
        sign_by_link(open_context(java_script_enabled=False).new_page(), link, other)

    version.refresh_from_db()
    assert version.state == State.IN_FORCE
    assert Signature.objects.count() == len(others) + 1
    page.reload()
    page.get_by_text("In force since").first.wait_for()
    axe(page)
    page.get_by_role("link", name="Read or print").click()
    axe(page)
    phone.goto(first)
    phone.get_by_role("button", name=f"Continue as {name}").click()
    phone.get_by_role("link", name="See what you signed").click()
    phone.get_by_role("link", name="Download the sealed PDF").wait_for()
    phone.get_by_role("link", name="Read it on screen").click()
    look()


def fill_the_rest(version, officer):
    """The roles that the officer has not filled in the browser."""
    roles = version.roles.filter(must_sign=True).exclude(label="Product owner").select_related("role")
    for row, name in zip(roles, NAMES, strict=False):
        drafting_actions.set_party(version, row.role, person(name=name), by=officer)


def test_a_link_that_ended_offers_a_new_one_at_320_px(open_context, axe, troubles):
    """EL-28, D2.5"""
    troubles.forgive("404")
    by = ops()
    version = complete_draft(by=by)
    version = sending.circulate(version, shown_revision=version.revision, by=by)
    small = open_context(viewport={"width": 320, "height": 640}).new_page()
    invitation = to_sign(version)[0]
    (link, name), *_ = links(version)
    small.goto(link)
    narrow(small)
    invitations_actions.send_new_link(invitation, by=by)
    small.get_by_role("button", name=f"Continue as {name}").click()
    small.get_by_role("heading", name="This link no longer works").wait_for()
    axe(small)
    narrow(small)
    small.get_by_role("button", name="Send me a new link").click()
    small.get_by_role("heading", name="Check your email").wait_for()
    axe(small)


def test_pressing_sign_twice_signs_once(phone, axe):
    """R12, without waiting for the answer."""
    by = ops()
    version = complete_draft(by=by)
    version = sending.circulate(version, shown_revision=version.revision, by=by)
    (link, name), *_ = links(version)
    phone.goto(link)
    phone.get_by_role("button", name=f"Continue as {name}").click()
    phone.get_by_role("link", name="Read the agreement").click()
    phone.wait_for_url("**/read/")
    read_every_section(phone)
    phone.get_by_label("Your full name").fill("Somebody Else")
    phone.get_by_role("button", name="Sign the agreement").click()
    phone.locator("[data-takes-focus]").wait_for()
    axe(phone)
    phone.get_by_label("Your full name").fill(name)
    for box in phone.get_by_role("checkbox").all():
        box.check()
    phone.get_by_role("button", name="Sign the agreement").dblclick(no_wait_after=True)
    phone.get_by_role("heading", name="Signed. Thank you.").wait_for()
    assert Signature.objects.count() == 1
