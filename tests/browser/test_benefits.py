"""The benefit owner in a real browser (EL-86)."""

import pytest
from playwright.sync_api import expect

from agreements.models import AgreementVersion
from community.models import BenefitOwner
from tests.agreements import factories as make
from tests.community.factories import live
from tests.factories import account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1280, 390])
def test_a_benefit_owner_is_named_asked_and_has_eight_quarters_to_report(page, axe, sign_in, transactional_db, width):
    """EL-86: named by the product owner, sent by lab operations, signed by link."""
    ops, owner = account("lab_ops", name="Noor Castellane"), account("product_owner", name="Priya Wenlock")
    row = live(by=ops, kept_by=owner)
    graduation = f"/residencies/{row.reference}/graduation/"
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, owner)
    page.goto(graduation)
    axe(page)
    page.get_by_role("link", name="Name a benefit owner").click()
    page.get_by_label("Someone new").check()
    page.get_by_label("Name", exact=True).fill("Aroha Tennant")
    page.get_by_label("Email address").fill("aroha@example.org")
    page.get_by_label("Figure to report").fill("Days from application to permit")
    page.get_by_label("Unit of that figure").fill("days")
    axe(page)
    page.get_by_role("button", name="Name benefit owner").click()
    expect(page.get_by_text("Lab operations send the commitment next.")).to_be_visible()
    sign_in(page, ops)
    page.goto(graduation)
    page.get_by_role("link", name="Send the commitment").click()
    axe(page)
    page.get_by_role("button", name="Send commitment").click()
    expect(page.get_by_text("Waiting for signature")).to_be_visible()
    page.get_by_role("link", name="Open the commitment").click()
    expect(page.get_by_role("heading", name="Benefit commitment")).to_be_visible()
    axe(page)
    [invitation] = make.to_sign(AgreementVersion.objects.get(agreement=BenefitOwner.objects.get().agreement))
    make.sign(invitation)
    page.goto(graduation)
    expect(page.get_by_text("0 of 8 reported")).to_be_visible()
    axe(page)
    page.goto("/benefits/")
    expect(page.get_by_text("No figure has been due yet.")).to_be_visible()
    axe(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
