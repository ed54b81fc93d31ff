"""A site's volumes, by hand and pasted, to the year's total and the trend (PB-46, SP-07; story 6)."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import widths
from tests.factories import account
from tests.partnerships import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", widths(1280, 390))
def test_volumes_are_pasted_corrected_and_add_up(page, axe_at_both_widths, sign_in, troubles, transactional_db, width):
    ops = account("lab_ops", name="Noor Castellane")
    site = make.site(make.partnership(by=ops, lead=ops), name="City hall", by=ops)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, ops)
    page.goto(f"{site.partnership.get_absolute_url()}sites/{site.pk}/")
    page.locator("main").get_by_role("link", name="Volumes").click()
    expect(page.get_by_text("No volumes yet")).to_be_visible()
    axe_at_both_widths(page)
    page.get_by_role("link", name="Import from CSV").click()
    troubles.forgive("422")
    page.locator("textarea").fill("Service,Month,Services,Clients\nPassports,2026-01,many,31\n")
    page.get_by_role("button", name="Add rows").click()
    expect(page.get_by_text("1 problem to correct")).to_be_visible()
    axe_at_both_widths(page)
    page.locator("textarea").fill("Service,Month,Services,Clients\nPassports,2026-01,40,31\nPassports,2026-02,10,9\n")
    page.get_by_role("button", name="Add rows").click()
    expect(page.get_by_text("2 rows added.")).to_be_visible()
    expect(page.get_by_role("row", name="All of 2026 50 40")).to_be_visible()
    axe_at_both_widths(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_role("link", name="Enter a month").click()
    page.locator("#id_service").select_option(label="Passports")
    page.get_by_label("Month").fill("2026-02-01")
    page.get_by_label("Services delivered").fill("12")
    page.get_by_label("Clients served").fill("10")
    axe_at_both_widths(page)
    page.get_by_role("button", name="Save numbers").click()
    expect(page.get_by_role("row", name="All of 2026 52 41")).to_be_visible()
