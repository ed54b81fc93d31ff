"""One agreement as it really goes, wide and on a phone: doubt, other words, signing anew, a hand-over, a refusal, the sealed PDF, its proof."""

import re

import pytest
from django.core import mail

from agreements.models import Agreement, Signature, State
from agreements.sealing.pipeline import seal_due
from outbox.delivery.worker import deliver_due
from tests.agreements.factories import NAMES, circulated
from tests.browser.conftest import DESK, PHONE
from tests.browser.signing import press_give_feedback, read_every_section
from tests.races import at_once
from tests.residencies.factories import ops

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.django_db(transaction=True)]

ADDRESS = re.compile(r"http\S+/a/\S+")
OTHER_WORDS = "The product owner works on this product at least four days a week."


@pytest.fixture(autouse=True)
def _site(settings, live_server, tmp_path):
    settings.SITE_URL = live_server.url
    settings.SEAL_ALLOW_DEVELOPMENT, settings.VAR_DIR = True, tmp_path / "data"


class Mailbox:
    """The newest link that somebody was sent."""

    def link_of(self, address):
        deliver_due()
        links = [ADDRESS.search(m.body)[0] for m in mail.outbox if address in m.to[0] and ADDRESS.search(m.body)]
        return links[-1]

    def subjects_to(self, address):
        deliver_due()
        return [message.subject for message in mail.outbox if address in message.to[0]]


class Room:
    """What one party does, each in a browser of its own; every page is looked at."""

    def __init__(self, page, name, address, look):
        self.page, self.name, self.address, self.look = page, name, address, look

    def enter(self, link):
        self.page.goto(link)
        self.look(self.page)
        self.page.get_by_role("button", name=f"Continue as {self.name}").click()
        self.look(self.page)

    def read_rest(self):
        self.page.get_by_role("link", name=re.compile("Read the agreement|Continue reading")).click()
        self.look(self.page)
        read_every_section(self.page)

    def sign(self):
        self.page.get_by_label("Your full name").fill(self.name)
        self.page.get_by_role("checkbox").nth(0).check()
        self.page.get_by_role("checkbox").nth(1).check()
        self.look(self.page)
        self.page.get_by_role("button", name="Sign the agreement").click()
        self.page.get_by_role("heading", name="Signed. Thank you.").wait_for()
        self.look(self.page)


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def enter_as(request, open_context, axe):
    """`enter_as(name, address)`: a browser for one person, as wide as this run is."""

    def look(page):
        axe(page)
        assert not page.locator("html").evaluate("html => html.scrollWidth > innerWidth"), page.url

    def open_room(name, address=""):
        return Room(open_context(viewport=request.param).new_page(), name, address, look)

    return open_room


def test_an_agreement_from_doubt_to_proof(enter_as, sign_in, tmp_path, live_server):
    """EL-23 to EL-32."""
    by = ops()
    version = circulated(by=by)
    agreement = version.agreement
    addresses = {party.person.name: party.person.email for party in agreement.parties.select_related("person")}
    names, box = NAMES[:7], Mailbox()
    rooms = {name: enter_as(name, addresses[name]) for name in names}
    lab, _, _, doubter, leaving, refusing, _ = names
    office = enter_as(by.name)
    sign_in(office.page, by)
    home = f"/residencies/{agreement.subject.reference}/agreement/"

    # The first signs version 1.
    first = rooms[lab]
    first.enter(box.link_of(first.address))
    first.read_rest()
    first.sign()

    # The fourth finds a clause misaligned, says why, and proposes other words.
    room = rooms[doubter]
    room.enter(box.link_of(room.address))
    room.page.get_by_role("link", name="Read the agreement").click()
    room.page.wait_for_url("**/read/")
    clause = version.clauses.order_by("section__number", "position")[1]
    part = room.page.locator(f'[id="clause-{clause.number}"]')
    press_give_feedback(part)
    part.locator("summary", has_text="Misaligned").click()
    part.get_by_label("What would have to change?").fill("Five days a week can't be kept.")
    part.get_by_role("button", name="Mark as misaligned").click()
    part.get_by_text("You: Misaligned").wait_for()
    room.look(room.page)
    part.get_by_role("link", name="Propose different wording").click()
    room.page.get_by_label("Text", exact=True).fill(OTHER_WORDS)
    room.page.get_by_label("Reason").fill("Leave has to fit in.")
    room.look(room.page)
    room.page.get_by_role("button", name="Propose change").click()
    room.look(room.page)

    # Lab operations see where alignment is missing, and accept.
    office.page.goto(f"{home}alignment/")
    office.page.get_by_text(re.compile(f"Misaligned for {doubter}")).wait_for()
    office.look(office.page)
    office.page.goto(f"{home}amendments/")
    office.look(office.page)
    office.page.get_by_role("checkbox", name=re.compile("Accept this change")).check()
    office.page.get_by_role("button", name="Continue with selected changes").click()
    office.page.get_by_label("Reason").fill("Four days are enough.")
    office.look(office.page)
    office.page.get_by_role("button", name="Accept and send next version").click()
    office.page.get_by_text("Version 2 is on its way").wait_for()
    office.look(office.page)
    second = Agreement.objects.get(pk=agreement.pk).latest()
    assert (second.number, second.state) == (2, State.CIRCULATED)
    assert Signature.objects.filter(version=second).count() == 0

    # Who had signed is told what changed, reads only that, and signs anew.
    first.page.context.clear_cookies()
    first.enter(box.link_of(first.address))
    first.page.get_by_role("link", name="Continue reading").click()
    assert first.page.get_by_role("button", name=re.compile(r"^I have read section \d")).count() == 1
    first.page.locator("summary", has_text="Changed in this version").click()
    first.look(first.page)
    read_every_section(first.page)
    first.sign()
    room.page.context.clear_cookies()
    room.enter(box.link_of(room.address))
    room.read_rest()
    room.sign()

    # The fifth hands over; the lab says yes; the delegate signs.
    room = rooms[leaving]
    room.enter(box.link_of(room.address))
    room.page.get_by_role("link", name="Have someone else sign").click()
    room.page.get_by_label("Full name, as they sign it").fill("Wanda Kerr")
    room.page.get_by_label("Work email address").fill("wanda.kerr@example.org")
    room.page.get_by_label("Reason they should sign instead of you").fill("She leads the area from Monday.")
    room.look(room.page)
    room.page.get_by_role("button", name="Send request").click()
    room.page.get_by_text("You asked for Wanda Kerr to sign in your place").wait_for()
    office.page.goto(home)
    office.page.get_by_role("link", name="Asked for Wanda Kerr to sign instead").click()
    office.page.get_by_label("Yes, they sign instead").check()
    office.look(office.page)
    office.page.get_by_role("button", name="Send answer").click()
    delegate = enter_as("Wanda Kerr", "wanda.kerr@example.org")
    delegate.enter(box.link_of(delegate.address))
    delegate.read_rest()
    delegate.sign()

    # The sixth declines; the lab and those who signed hear why; invited again, they sign.
    room = rooms[refusing]
    room.enter(box.link_of(room.address))
    room.page.get_by_role("link", name="Decline to sign").click()
    room.look(room.page)
    room.page.get_by_label("Reason for declining").fill("The budget is not settled.")
    room.page.get_by_role("button", name="Decline to sign").click()
    room.page.get_by_text("You declined to sign").wait_for()
    room.look(room.page)
    assert any("eclined" in subject for subject in box.subjects_to(first.address))
    office.page.goto(home)
    office.look(office.page)
    office.page.get_by_role("button", name=f"Invite again to {refusing}").click()
    office.look(office.page)
    room.page.context.clear_cookies()
    room.enter(box.link_of(room.address))
    room.read_rest()
    room.sign()

    # The rest sign; it is in force, and sealed.
    for name in (names[1], names[2], names[6]):
        rooms[name].enter(box.link_of(addresses[name]))
        rooms[name].read_rest()
        rooms[name].sign()
    second.refresh_from_db()
    assert second.state == State.IN_FORCE
    assert at_once(lambda _: seal_due(), 1) == [1]
    office.page.goto(home)
    office.page.get_by_text("In force since").first.wait_for()
    office.look(office.page)
    with first.page.expect_download() as coming:
        first.page.reload()
        first.page.get_by_role("link", name="Download the sealed PDF").click()
    sealed = tmp_path / "sealed.pdf"
    coming.value.save_as(sealed)

    # Anybody can check it, and one changed byte shows.
    stranger = enter_as("")
    stranger.page.goto("/verify/")
    stranger.look(stranger.page)
    stranger.page.locator("input[type=file]").set_input_files(sealed)
    stranger.page.get_by_role("button", name="Check PDF").click()
    stranger.page.get_by_role("heading", name=re.compile("enuine")).first.wait_for()
    stranger.look(stranger.page)
    data = bytearray(sealed.read_bytes())
    data[len(data) // 3] ^= 1
    altered = tmp_path / "altered.pdf"
    altered.write_bytes(data)
    stranger.page.locator("input[type=file]").set_input_files(altered)
    stranger.page.get_by_role("button", name="Check PDF").click()
    stranger.page.get_by_role("heading", name=re.compile("ltered")).first.wait_for()
    stranger.look(stranger.page)
