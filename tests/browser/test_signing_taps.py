"""How many presses and fields it takes to sign on a phone, counted from the link in the email (EL-23, EL-27, EL-28)."""

import gzip
import re

import pytest
from django.core import mail

from agreements.models import SectionRead, Signature
from outbox.delivery.worker import deliver_due
from tests.agreements.factories import circulated, coded, to_sign, token_for
from tests.browser.signing import press_give_feedback, read_every_section

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

LONGEST, LONGEST_WITH_CODE = 8, 10
HEAVIEST = 350_000  # bytes


class Counted:
    """A page on which every press and every field that is filled counts one; each page that comes is looked at."""

    def __init__(self, page, look):
        self.page, self.look, self.taps = page, look, 0

    def open(self, link):
        self.taps += 1
        self.page.goto(link)
        self.look()

    def press(self, role, name):
        self.taps += 1
        self.page.get_by_role(role, name=name).click()
        self.page.wait_for_load_state()
        self.look()

    def fill(self, label, text):
        self.taps += 1
        self.page.get_by_label(label).fill(text)

    def tick(self, box):
        self.taps += 1
        box.check()

    def read_on(self):
        self.taps += 1
        read_every_section(self.page)
        self.page.wait_for_url(re.compile("/sign/$"))
        self.look()


@pytest.fixture
def signer(phone, axe, settings, live_server):
    settings.SITE_URL = live_server.url

    def look():
        axe(phone)
        assert not phone.locator("html").evaluate("html => html.scrollWidth > innerWidth"), phone.url

    return Counted(phone, look)


def as_far_as_the_signature(signer, invitation):
    signer.open(f"/a/{token_for(invitation)}")
    signer.press("button", f"Continue as {invitation.party.person.name}")
    signer.press("link", "Read the agreement")
    signer.read_on()


def sign(signer, invitation):
    signer.fill("Your full name", invitation.party.person.name)
    for box in signer.page.get_by_role("checkbox").all():
        signer.tick(box)
    signer.press("button", "Sign the agreement")
    signer.page.get_by_role("heading", name="Signed. Thank you.").wait_for()
    signature = Signature.objects.get()
    assert signature.party == invitation.party
    assert set(SectionRead.objects.values_list("how", flat=True)) == {SectionRead.How.TOGETHER}
    assert b'"how":"together"' in bytes(signature.evidence)


def test_an_agreement_of_eight_sections_is_signed_in_eight_taps(signer):
    """EL-27: the evidence says that the sections were confirmed together."""
    invitation = to_sign(circulated(whole=True))[0]
    as_far_as_the_signature(signer, invitation)
    sign(signer, invitation)
    assert signer.taps <= LONGEST


def test_with_a_code_it_takes_ten_and_the_email_leads_back_to_the_field(signer):
    """EL-28: the code is announced, sent as reading ends, and survives that its email is opened."""
    invitation = to_sign(coded(whole=True))[0]
    as_far_as_the_signature(signer, invitation)
    deliver_due()
    body = next(message.body for message in mail.outbox if re.search(r"^\d{6}$", message.body, re.MULTILINE))
    signer.open(re.search(r"http\S+/sign/\S+", body)[0])
    signer.fill("Code from your email", re.search(r"^\d{6}$", body, re.MULTILINE)[0])
    sign(signer, invitation)
    assert signer.taps <= LONGEST_WITH_CODE


def test_what_is_touched_on_the_way_is_large_enough(signer):
    """Touch targets of 44 px on the pages where one signs."""
    invitation = to_sign(coded(whole=True))[0]
    small = """() => [...document.querySelectorAll('main button, main summary, main a.btn, main input:not([type=hidden])')]
        .filter(e => e.offsetParent && e.type !== 'checkbox').map(e => [e.textContent.trim() || e.name, e.getBoundingClientRect().height])
        .filter(([, height]) => height < 43.5)"""
    signer.open(f"/a/{token_for(invitation)}")
    assert signer.page.evaluate(small) == []
    signer.press("button", re.compile("Continue as"))
    assert signer.page.evaluate(small) == []
    signer.press("link", "Read the agreement")
    press_give_feedback(signer.page)
    signer.page.get_by_role("button", name="Comfortable").wait_for()
    assert signer.page.evaluate(small) == []
    signer.read_on()
    assert signer.page.evaluate(small) == []


def test_the_first_page_weighs_less_than_350_kb(phone, settings, live_server):
    """The page that the emailed link opens, with its styles, scripts, fonts and pictures, compressed as they travel."""
    settings.SITE_URL = live_server.url
    answers = []
    phone.on("response", lambda answer: answers.append(answer))
    phone.goto(f"/a/{token_for(to_sign(circulated(whole=True))[0])}", wait_until="networkidle")
    bodies = {answer.url: answer.body() for answer in answers if answer.ok}
    assert sum(url.endswith(".woff2") for url in bodies) >= 2
    assert sum(url.endswith(".css") for url in bodies) >= 3
    weights = {url: min(len(body), len(gzip.compress(body))) for url, body in bodies.items()}
    assert sum(weights.values()) < HEAVIEST, weights
