"""From signals in a community to a partnership, and the list as a file, in a real browser (PB-04, SP-01)."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import widths
from tests.factories import account
from tests.partnerships import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", widths(1280, 390))
def test_two_leases_that_end_together_lead_to_a_partnership(page, axe_at_both_widths, sign_in, transactional_db, width):
    """PB-04: what is missing at first, the sources, the filters, and what the new partnership starts with."""
    ops = account("lab_ops", name="Noor Castellane")
    ends = timezone.localdate() + datetime.timedelta(days=200)
    page.set_viewport_size({"width": width, "height": 900})
    page.set_default_timeout(20_000)
    sign_in(page, ops)
    page.goto("/partnerships/")
    page.get_by_role("link", name="Where could we partner").click()
    expect(page.get_by_text("No opportunities yet")).to_be_visible()
    axe_at_both_widths(page)
    for name, community in (("Town", "Picton"), ("Province", "Picton"), ("County", "Bloomfield"), ("Agency", "Bloomfield")):
        row = make.partnership(by=ops, name=f"Service of the {name}")
        host = make.partner(row, name=name, by=ops)
        make.site(row, name=f"{name} office", community=community, host=host, lease_ends_on=ends, by=ops)
    page.reload()
    expect(page.get_by_text("2 communities")).to_be_visible()
    axe_at_both_widths(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_role("link", name="The lease at Town office ends on").click()
    expect(page.get_by_role("heading", name="Town office")).to_be_visible()
    page.go_back()
    if width == 390:
        page.locator("summary", has_text="Filters").click()
    page.get_by_label("Organization").select_option(label="Town")
    expect(page.get_by_text("1 community")).to_be_visible()
    expect(page.get_by_role("heading", name="Bloomfield")).to_have_count(0)
    axe_at_both_widths(page)
    page.get_by_role("link", name=re.compile("^Start a partnership.*Picton")).click()
    expect(page.get_by_label("Name")).to_have_value("Partnership in Picton")
    axe_at_both_widths(page)
    page.get_by_role("button", name="Start partnership").click()
    expect(page.get_by_text("The lease at Town office ends on").first).to_be_visible()

    page.goto("/partnerships/?q=picton")
    axe_at_both_widths(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.startswith("partnerships-")
