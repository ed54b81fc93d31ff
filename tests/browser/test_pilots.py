"""A pilot from its start to the decision that expands it (SP-10, PB-49; story 9)."""

import re

import pytest
from playwright.sync_api import expect

from partnerships.endings.rules import FACTORS
from partnerships.models import Decision
from tests.browser.conftest import widths
from tests.factories import account
from tests.partnerships import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def record(page, *factors):
    for factor in factors:
        page.locator(f'input[name="result_{factor.code}"][value="better"]').check()
        page.locator(f"#id_finding_{factor.code}").fill(f"{factor.name} is better.")
        page.locator(f"#id_evidence_{factor.code}").fill("Median wait 9 min, was 14")
    page.get_by_role("button", name="Save findings").click()


@pytest.mark.parametrize("width", widths(1280, 390))
def test_a_pilot_is_evaluated_and_expanded(page, axe_at_both_widths, sign_in, troubles, transactional_db, width):
    ops = account("lab_ops", name="Noor Castellane")
    row = make.operating(by=ops, lead=ops)
    make.arrangement(row, leaf="outreach_virtual", by=ops)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, ops)
    page.goto(f"{row.get_absolute_url()}sites/")
    page.get_by_role("link", name=re.compile("Make it a pilot.*Virtual outreach")).click()
    axe_at_both_widths(page)
    page.get_by_role("button", name="Schedule evaluations").click()
    expect(page.get_by_text("The half-way and final evaluations are scheduled.")).to_be_visible()
    axe_at_both_widths(page)
    page.goto(f"{row.get_absolute_url()}ending/")
    page.get_by_role("link", name="Final evaluation").click()
    expect(page.get_by_text("No reviews yet")).to_be_visible()
    axe_at_both_widths(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_role("link", name="Add a review by").first.click()
    page.get_by_label("What the review found").fill("Clients are glad to stay home.")
    axe_at_both_widths(page)
    page.get_by_role("button", name="Add review").dblclick()
    expect(page.get_by_text("Clients are glad to stay home.")).to_be_visible()
    page.get_by_role("link", name="Record findings").click()
    axe_at_both_widths(page)
    record(page, *FACTORS[:2])
    expect(page.get_by_text("Still missing: Quality, Access.")).to_be_visible()
    page.get_by_role("link", name="Edit findings").click()
    expect(page.locator(f"#id_finding_{FACTORS[0].code}")).to_have_value("Efficiency is better.")
    record(page, *FACTORS[2:])
    expect(page.get_by_text("A decision about this pilot is due by")).to_be_visible()
    axe_at_both_widths(page)
    page.get_by_role("link", name="Record the decision").click()
    page.get_by_label("Expand").check()
    page.get_by_label("Reason").fill("It works.")
    page.get_by_label("Next review date").fill(str(make.timezone.localdate() + make.datetime.timedelta(days=300)))
    page.get_by_role("button", name="Record decision").click()
    expect(page.get_by_text("Now add the arrangement that goes on from the pilot.")).to_be_visible()
    expect(page.get_by_label("Model")).to_have_value("outreach_virtual")
    assert Decision.objects.get().choice == "expand"
