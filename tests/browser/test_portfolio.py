"""The portfolio at a desk and on a phone (EL-94, EL-97)."""

import re

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from ledger.actions import append
from tests.browser.conftest import widths
from tests.factories import account
from tests.oversight.factories import entry
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


@pytest.mark.parametrize("width", widths(1280, 390))
def test_a_portfolio_is_sealed_and_what_changed_since_is_explained(page, axe_at_both_widths, sign_in, width):
    """EL-97: sealed, recalculated, and compared with today."""
    ops = account("lab_ops", name="Noor Castellane")
    of = residency("in_residence", product="Permits", started_on=timezone.localdate())
    with transaction.atomic():
        append(of.stream, "moved", by=ops, to_state="in_residence")
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, ops)
    page.goto("/reports/portfolio/")
    page.get_by_role("link", name="Sealed portfolios").click()
    expect(page.get_by_text("No portfolio has been sealed yet")).to_be_visible()
    axe_at_both_widths(page)
    page.get_by_role("button", name="Seal the portfolio").click()
    expect(page.get_by_text("Sealed. The PDF will be ready")).to_be_visible()
    axe_at_both_widths(page)
    entry(of, item="Late invoice", amount_cents=500_00, on=timezone.localdate(), by=ops)
    page.get_by_role("link", name="Recalculate these figures").click()
    expect(page.get_by_text("these figures are the same")).to_be_visible()
    page.get_by_role("link", name="What has changed since").click()
    expect(page.get_by_text("Noor Castellane added an entry: Late invoice, $500")).to_be_visible()
    axe_at_both_widths(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_label("Breadcrumb").get_by_role("link", name=re.compile("^Portfolio 1")).click()
    page.get_by_role("link", name="Open the sealed document").click()
    expect(page.get_by_role("heading", name=re.compile("^Portfolio 1"))).to_be_visible()
    axe_at_both_widths(page)
