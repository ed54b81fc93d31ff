"""Trust and openness in a real browser (EL-55, EL-57)."""

import pytest
from playwright.sync_api import expect

from people.actions import person_of
from residencies.models.states import State
from tests.browser.conftest import widths
from tests.clock import TODAY
from tests.factories import account
from tests.oversight.trusting import approval, plan
from tests.residencies.rows import residency

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", widths(390, 1280))
def test_a_product_owner_records_the_vision_and_resolves_what_delays_the_team(page, axe_at_both_widths, sign_in, transactional_db, width):
    """EL-55, EL-57: and the overview says how long it took."""
    owner = account("product_owner", name="Priya Wenlock")
    of = residency(State.IN_RESIDENCE, started_on=TODAY, kept_by=owner)
    person_of(owner, by=owner)
    approval(of, days=20), plan(of)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, owner)
    page.goto(of.get_absolute_url())
    expect(page.get_by_text("1 approval is delaying the team")).to_be_visible()
    axe_at_both_widths(page)
    page.goto(f"/residencies/{of.reference}/trust/")
    axe_at_both_widths(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_role("link", name="Record the vision").click()
    page.get_by_label("Vision").fill("Anyone finds a well in a minute.")
    page.get_by_label("Expected outcomes").fill("Calls halve by June.")
    page.get_by_label("Date agreed").fill(str(TODAY))
    for side in ("delivery team", "alliance team", "executive"):
        page.get_by_label(f"Agreed for the {side}").select_option(label="Priya Wenlock")
    axe_at_both_widths(page)
    page.get_by_role("button", name="Record agreement").click()
    expect(page.get_by_text("Anyone finds a well in a minute.")).to_be_visible()
    page.get_by_role("link", name="Mark as resolved").click()
    page.get_by_label("Outcome").fill("Bought; no need to ask next time.")
    page.get_by_role("button", name="Mark as resolved").click()
    expect(page.get_by_text("No approvals are delaying the team.")).to_be_visible()
    page.get_by_role("link", name="The code that matches health records").click()
    axe_at_both_widths(page)
