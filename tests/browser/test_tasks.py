"""The tasks of a residency in a real browser (EL-72)."""

import datetime

import pytest
from playwright.sync_api import expect

from residencies.models.states import State
from tests.browser.conftest import widths
from tests.clock import TODAY
from tests.factories import account
from tests.oversight.task_rows import task
from tests.residencies.rows import residency

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def owner(transactional_db):
    return account("product_owner", name="Priya Wenlock")


@pytest.fixture
def resident(owner):
    row = residency(State.IN_RESIDENCE, started_on=TODAY - datetime.timedelta(days=3), kept_by=owner)
    task(row, "onboarding", due_on=TODAY - datetime.timedelta(days=1))
    return row


@pytest.mark.parametrize("width", widths(390, 1280))
def test_a_product_owner_finds_overdue_tasks_and_completes_an_assessment_with_evidence(
    page, axe_at_both_widths, sign_in, troubles, owner, resident, width
):
    """EL-72: without evidence it is refused and keeps what was typed; then it is done, and the list shows it."""
    troubles.forgive("409")  # the act that refuses is what is tried
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, owner)
    page.goto(f"/residencies/{resident.reference}/tasks/")
    expect(page.get_by_text("Overdue since")).to_be_visible()
    expect(page.get_by_text("0 of 7")).to_be_visible()
    axe_at_both_widths(page)
    page.get_by_role("link", name="Privacy impact assessment").click()
    axe_at_both_widths(page)
    page.get_by_role("button", name="Mark as done").click()
    expect(page.get_by_text("This task needs evidence.").first).to_be_visible()
    axe_at_both_widths(page)
    page.get_by_label("Link").fill("https://example.org/pia.pdf")
    page.get_by_role("button", name="Mark as done").click()
    expect(page.get_by_text("1 of 7")).to_be_visible()
    page.get_by_role("link", name="Arrange human resources for the team").click()
    page.get_by_role("link", name="Change owner or due date").click()
    axe_at_both_widths(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_label("Note").fill("Two seconded analysts.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Two seconded analysts.")).to_be_visible()
