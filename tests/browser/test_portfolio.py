"""The portfolio at a desk and on a phone (EL-94)."""

import re

import pytest
from django.db import transaction
from playwright.sync_api import expect

from ledger.actions import append
from tests.browser.conftest import widths
from tests.factories import account
from tests.residencies.rows import residency


@pytest.mark.parametrize("width", widths(1280, 390))
def test_a_figure_of_the_portfolio_is_followed_to_its_rows(page, axe_at_both_widths, sign_in, width):
    """EL-94: from the filters to the rows of a figure and back, with the same filters."""
    rows = [residency("in_review", product=product) for product in ("Permits", "Licences")]
    for row in rows:
        with transaction.atomic():
            append(row.stream, "moved", by=account("lab_ops"), to_state="in_review")
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, account("viewer"))
    page.goto("/reports/")
    page.get_by_role("link", name="Portfolio").click()
    if width == 390:
        page.locator(".filter-fold > summary").click()
    page.get_by_label("Ministry", exact=True).select_option(rows[0].program_area.ministry.name)
    expect(page.get_by_role("row", name=re.compile("^In review")).get_by_role("link").first).to_have_text(re.compile("^1"))
    axe_at_both_widths(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_role("row", name=re.compile("^In review")).get_by_role("link").first.click()
    expect(page.get_by_role("link", name="Permits")).to_be_visible()
    expect(page.get_by_role("link", name="Licences")).to_have_count(0)
    axe_at_both_widths(page)
    page.get_by_label("Breadcrumb").get_by_role("link", name="Portfolio").click()
    expect(page.get_by_label("Ministry", exact=True)).to_have_value(str(rows[0].program_area.ministry_id))
