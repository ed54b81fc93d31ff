"""A rapid response on a phone, from the call to its lessons (PB-12)."""

import pytest
from playwright.sync_api import expect

from partnerships.models import Incident
from tests.factories import account, person
from tests.partnerships import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST = 9


class Counted:
    """A page on which every press and every field that is filled counts one."""

    def __init__(self, page):
        self.page, self.presses = page, 0

    def press(self, target):
        self.presses += 1
        target.click()

    def fill(self, label, words):
        self.presses += 1
        self.page.get_by_label(label).fill(words)


@pytest.mark.parametrize("width", [360, 390])
def test_a_coordinator_opens_one_in_under_ten_interactions_and_closes_it_with_lessons(
    page, axe_at_both_widths, sign_in, troubles, transactional_db, width
):
    """PB-12: counted from the partnership's page; the clock runs until the first client is served."""
    ops, coordinator = account("lab_ops", name="Noor Castellane"), account("product_owner", name="Aroha Lindqvist")
    row = make.operating(by=ops, name="Joint counter in Picton")
    make.partner(row, level="federal", name="Federal service agency", person=person(user=coordinator), by=ops)
    page.set_viewport_size({"width": width, "height": 780})
    page.set_default_timeout(20_000)
    troubles.forgive("422")  # lessons that are missing
    sign_in(page, coordinator)
    page.goto(row.get_absolute_url())
    axe_at_both_widths(page)
    phone = Counted(page)
    phone.press(page.get_by_role("link", name="Open a rapid response"))
    axe_at_both_widths(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    phone.press(page.get_by_label("Flood"))
    phone.fill("Community", "Bloomfield")
    phone.press(page.get_by_label("Federal service agency"))  # not reached yet; the other partners stay ticked
    phone.fill("First presence", "Legion hall, today from 14:00")
    phone.press(page.get_by_role("button", name="Open rapid response"))
    expect(page.get_by_text("since the call. No client served yet.")).to_be_visible()
    assert phone.presses <= MOST
    incident = Incident.objects.get()
    assert (incident.kind, incident.community, incident.called.count()) == ("flood", "Bloomfield", 2)
    axe_at_both_widths(page)

    clock = page.locator("[data-running]")
    clock.evaluate("clock => { clock.dataset.running = String(3600 * 5 + 61); }")
    expect(clock).to_have_text("5 h 01 min")
    page.get_by_role("link", name="Check that staff are safe").click()
    expect(page.get_by_role("heading", name="Flood, Bloomfield: Check that staff are safe")).to_be_visible()
    page.goto(row.get_absolute_url())
    page.get_by_role("link", name="Open it").click()
    page.get_by_role("button", name="First client served now").click()
    expect(page.get_by_text("after the call.").first).to_be_visible()
    axe_at_both_widths(page)
    page.get_by_role("link", name="Correct the time").click()
    axe_at_both_widths(page)
    page.go_back()

    page.get_by_role("link", name="Deactivate").click()
    page.get_by_role("button", name="Deactivate rapid response").click()
    expect(page.get_by_label("Lessons")).to_have_attribute("aria-invalid", "true")
    axe_at_both_widths(page)
    page.get_by_label("Lessons").fill("Bring more forms, and an interpreter.")
    page.get_by_role("button", name="Deactivate rapid response").click()
    expect(page.get_by_text("Bring more forms, and an interpreter.")).to_be_visible()
    page.get_by_role("link", name="Rapid response", exact=True).click()
    expect(page.get_by_text("Lessons:")).to_be_visible()
    axe_at_both_widths(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
