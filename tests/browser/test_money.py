"""A residency's money in a real browser: entered at a desk, corrected on a phone (EL-70, EL-71)."""

import re

import pytest

from oversight.models import MoneyLine
from residencies.models.states import State
from tests.factories import account
from tests.oversight.factories import budget, contract, entry, this_year
from tests.residencies.rows import residency


@pytest.fixture
def owner(transactional_db):
    return account("product_owner", name="Priya Wenlock")


@pytest.fixture
def trail(owner):
    """A team in residence with a budget, more committed than budgeted, and a contract."""
    row = residency(State.IN_RESIDENCE, kept_by=owner)
    budget(row, 700_000)
    entry(row, kind="committed", amount_cents=80_000_000, item="Salaries", source="Staffing plan")
    contract(row)
    return row


def test_a_product_owner_adds_spending_and_corrects_it_on_a_phone(page, phone, axe, sign_in, owner, trail):
    """EL-70: axe finds nothing at 1280 and 390 pixels, and nothing overflows sideways."""
    sign_in(page, owner)
    page.goto(f"/residencies/{trail.reference}/")
    page.get_by_role("link", name="Money and risk").click()
    page.get_by_text("$100,000 more than the budget of $700,000").wait_for()
    axe(page)
    page.get_by_role("link", name="Add entry").click()
    axe(page)
    page.get_by_label("Item").fill("Design research")
    page.get_by_label("Amount").fill("$1,250.50")
    page.get_by_role("button", name="Add entry").click()
    page.get_by_text(f"Entry added to {this_year()}/").wait_for()
    page.get_by_role("rowheader", name="Spent").wait_for()
    sign_in(phone, owner)
    phone.goto(f"/residencies/{trail.reference}/money/")
    axe(phone)
    assert not phone.evaluate("document.documentElement.scrollWidth > innerWidth")
    phone.get_by_role("link", name=re.compile("Correct ?: Design research")).click()
    phone.get_by_label("Amount").fill("1350.50")
    phone.get_by_label("Reason").fill("The invoice was corrected.")
    axe(phone)
    phone.get_by_role("button", name="Save correction").click()
    phone.get_by_text("Entry corrected.").wait_for()
    assert [line.amount_cents for line in MoneyLine.objects.filter(item="Design research").order_by("pk")] == [125_050, 135_050]
