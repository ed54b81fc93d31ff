"""A barrier from the team to the sponsor and back, in a real browser (EL-73)."""

from __future__ import annotations

import pytest

from residencies.models.states import State
from tests.factories import account
from tests.oversight.barriers import levels, risk
from tests.residencies.rows import residency


@pytest.fixture
def ops(transactional_db):
    return account("lab_ops", name="Noor Castellane")


def move(page, to):
    page.get_by_role("link", name="Move the barrier").click()
    page.get_by_label(to, exact=True).check()
    page.get_by_label("Recommendation").fill("Name a second signer.")
    page.get_by_label("Reason").fill("It can’t be settled here.")
    page.get_by_role("button", name="Move barrier").click()
    page.get_by_text("Barrier moved to").wait_for()


def test_a_barrier_goes_from_the_team_to_the_sponsor_and_back(page, phone, axe, sign_in, ops):
    """EL-73: raised on a phone in three interactions and resolved at a desk; axe finds nothing on either."""
    levels()
    owner = account("product_owner", name="Priya Wenlock")
    of = residency(State.IN_RESIDENCE, kept_by=owner, owner=ops)
    risk(of, by=ops)
    sign_in(phone, owner)
    phone.goto(f"/residencies/{of.reference}/sprints/")
    phone.get_by_role("link", name="Raise a barrier").click()
    axe(phone)
    phone.get_by_label("What is the barrier?").fill("No one may sign.")
    phone.get_by_role("button", name="Raise barrier").click()
    phone.get_by_text("Barrier raised.").wait_for()
    axe(phone)
    sign_in(page, ops)
    page.goto(f"/residencies/{of.reference}/barriers/")
    axe(page)
    page.get_by_role("link", name="No one may sign.").click()
    page.get_by_role("link", name="Describe the barrier").click()
    page.get_by_label("Category").select_option(label="Data and access")
    page.get_by_label("Cause").fill("A rule.")
    page.get_by_label("Proposed solution").fill("Change it.")
    page.get_by_role("button", name="Save changes").click()
    for level in ("Lab operations", "Working group", "Steering committee", "Executive sponsor", "Steering committee"):
        move(page, level)
    page.get_by_role("link", name="Close the barrier").click()
    page.get_by_label("Outcome").fill("A second director signs.")
    page.get_by_role("button", name="Close barrier").click()
    page.get_by_text("Barrier closed: resolved.").wait_for()
    axe(page)
    sign_in(phone, ops)
    for url in (f"/residencies/{of.reference}/barriers/", "/barriers/", "/barriers/levels/", "/barriers/risks/", "/people/bodies/"):
        phone.goto(url)
        axe(phone)
        assert not phone.locator("html").evaluate("html => html.scrollWidth > innerWidth"), url
