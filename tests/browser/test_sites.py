"""A site's opening hours, in a real browser (SP-05, PB-35; story 5)."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import widths
from tests.factories import account
from tests.partnerships import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", widths(1280, 390))
def test_hours_of_a_site_and_of_a_partner_are_entered_and_a_closure_added_and_removed(
    page, axe_at_both_widths, sign_in, transactional_db, width
):
    """PB-35, C50: by the site's own clock, with the holidays that differ."""
    ops = account("lab_ops", name="Noor Castellane")
    row = make.partnership(by=ops, name="Joint counter in Ottawa")
    host = make.partner(row, by=ops, time_zone="America/Toronto", holidays="ON")
    federal = make.partner(row, level="federal", by=ops, time_zone="America/Toronto", holidays="CA")
    make.site(row, name="City hall", community="Ottawa", host=host, by=ops)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, ops)
    page.goto(f"{row.get_absolute_url()}sites/")
    page.get_by_role("link", name="City hall", exact=True).click()
    expect(page.get_by_text("Time zone: Eastern (Toronto).")).to_be_visible()
    page.get_by_role("link", name="Enter opening hours").click()
    page.get_by_label("Monday").fill("half past eight")
    page.get_by_role("button", name="Save hours").click()
    expect(page.get_by_text("isn’t a valid range of times").first).to_be_visible()
    axe_at_both_widths(page)
    for weekday in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"):
        page.get_by_label(weekday).fill("8:30 to 16:30")
    page.get_by_role("button", name="Save hours").click()
    expect(page.get_by_role("cell", name="08:30–16:30").first).to_be_visible()

    page.get_by_role("link", name="Add a partner’s hours").click()
    page.get_by_label("Hours of").select_option(label=str(federal))
    page.get_by_label("Statutory holidays").select_option(label="Government of Canada")
    page.get_by_label("Tuesday").fill("10:00 to 12:00")
    axe_at_both_widths(page)
    page.get_by_role("button", name="Save hours").click()
    expect(page.get_by_role("cell", name="Remembrance Day")).to_be_visible()

    page.get_by_role("link", name="Add a closure").click()
    page.get_by_label("First day").fill("2026-12-22")
    page.get_by_label("Reason").fill("Counters are moved")
    axe_at_both_widths(page)
    page.get_by_role("button", name="Add closure").click()
    expect(page.get_by_text("Counters are moved")).to_be_visible()
    axe_at_both_widths(page)
    page.locator("li", has_text="Counters are moved").get_by_role("link").click()
    page.get_by_role("button", name="Remove closure").click()
    expect(page.get_by_text("No upcoming closures.")).to_be_visible()
    axe_at_both_widths(page)


@pytest.mark.parametrize("width", widths(1280, 390))
def test_waits_are_pasted_checked_and_shown_over_time(page, axe_at_both_widths, sign_in, troubles, transactional_db, width):
    """SP-07, PB-45: a row with a mistake is named, the rest is previewed, and a standard is set."""
    ops = account("lab_ops", name="Noor Castellane")
    site = make.site(make.partnership(by=ops, name="Joint counter in Ottawa"), name="City hall", by=ops)
    today = timezone.localdate()
    rows = [("Passports", today - datetime.timedelta(days=1 + number % 28), number % 30, 12, number % 7 > 0) for number in range(84)]
    file = make.waits_file(rows)
    troubles.forgive("422")  # a row with a mistake
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, ops)
    page.goto(f"{site.partnership.get_absolute_url()}waits/")
    axe_at_both_widths(page)
    page.get_by_role("link", name="City hall").click()
    expect(page.get_by_text("No waits yet")).to_be_visible()
    axe_at_both_widths(page)
    page.get_by_role("link", name="Import waits").click()
    page.get_by_label("Or paste the rows").fill(f"{file}A99,,yesterday,,,\n")
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_text("isn’t a date with a time").first).to_be_visible()
    axe_at_both_widths(page)
    page.get_by_label("Or paste the rows").fill(file)
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_role("heading", name="84 clients to add")).to_be_visible()
    axe_at_both_widths(page)
    page.get_by_role("button", name="Add 84 clients").click()
    expect(page.get_by_text("84 clients added.")).to_be_visible()
    axe_at_both_widths(page)

    page.get_by_role("row", name="Passports").get_by_role("link").click()
    page.get_by_label("Minutes").fill("10")
    page.get_by_label("From").fill(str(today - datetime.timedelta(days=40)))
    axe_at_both_widths(page)
    page.get_by_role("button", name="Set standard").click()
    expect(page.get_by_text("2 min over").first).to_be_visible()
    page.get_by_role("link", name="By month").click()
    expect(page.get_by_role("rowheader", name="November 2026")).to_be_visible()
    axe_at_both_widths(page)
