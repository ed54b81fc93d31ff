"""The partners' meetings, from their rhythm to what was decided (PB-30; story 4)."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import widths
from tests.factories import account
from tests.partnerships import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", widths(1280, 390))
def test_partners_set_a_rhythm_meet_and_record_it(page, axe_at_both_widths, sign_in, troubles, transactional_db, width):
    ops = account("lab_ops", name="Noor Castellane")
    row = make.partnership(by=ops, lead=ops, name="Shared space in Picton")
    make.partner(row, name="Prince Edward County", by=ops)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, ops)
    page.goto(row.get_absolute_url())
    page.get_by_role("link", name="Meetings and decisions").click()
    expect(page.get_by_text("No meeting is planned.")).to_be_visible()
    axe_at_both_widths(page)
    page.get_by_role("link", name="Set how often").click()
    axe_at_both_widths(page)
    page.get_by_label("Months between meetings").fill("2")
    page.get_by_role("button", name="Set rhythm").click()
    expect(page.get_by_text("The partners meet every 2 months.")).to_be_visible()
    page.get_by_role("link", name="Plan a meeting").click()
    page.get_by_label("Date").fill(str(make.timezone.localdate()))
    page.get_by_label("Place or link").fill("Town hall")
    axe_at_both_widths(page)
    page.get_by_role("button", name="Plan meeting").dblclick()
    expect(page.get_by_text("Meeting planned.")).to_be_visible()
    expect(page.get_by_role("link", name="Record it")).to_have_count(1)
    axe_at_both_widths(page)
    page.get_by_role("link", name="Record it").click()
    page.get_by_label("Who took part").fill("Both coordinators")
    page.get_by_label("Decisions").fill("Open on Fridays.")
    page.get_by_label("Prince Edward County: do they still share the vision?").select_option(label="No")
    axe_at_both_widths(page)
    troubles.forgive("409")
    page.get_by_role("button", name="Record meeting").click()
    expect(page.get_by_text("doesn’t share the vision, and there’s no reason").first).to_be_visible()
    page.get_by_label("Prince Edward County: if not, why?").fill("New priorities.")
    page.get_by_role("button", name="Record meeting").click()
    expect(page.get_by_text("Open on Fridays.")).to_be_visible()
    axe_at_both_widths(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.goto(row.get_absolute_url())
    expect(page.get_by_text("no longer shares the vision: New priorities.")).to_be_visible()
    axe_at_both_widths(page)
