"""Services, their providers' training, and who to ask about a site, in a real browser (PB-16, PB-38, PB-54; story 5)."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from partnerships.organizations.actions import add_contact
from tests.browser.conftest import widths
from tests.factories import account, person
from tests.partnerships import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", widths(1280, 390))
def test_the_start_is_refused_with_the_list_until_providers_are_trained_and_the_site_is_assessed(
    page, axe_at_both_widths, sign_in, transactional_db, width
):
    ops = account("lab_ops", name="Noor Castellane")
    row = make.prepared(by=ops)
    site = row.sites.select_related("partnership__stream").get()
    make.arrangement(row, site=site, leaf="integrated_agent", by=ops)
    make.service(site, by=ops)
    provider = row.partners.select_related("organization").latest("pk").organization
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, ops)
    at = row.get_absolute_url()
    page.goto(f"{at}services/")
    axe_at_both_widths(page)
    page.get_by_role("link", name="Edit service").click()
    page.get_by_label("Who provides it here").select_option(label=provider.name)
    page.get_by_label("What the provider does").select_option(label="Take payments")
    page.get_by_label("Training that the provider’s agents need").fill("Passports, one day")
    axe_at_both_widths(page)
    page.get_by_role("button", name="Save service").click()
    expect(page.get_by_text(f"{provider.name} has no training on record for “Passports”")).to_be_visible()
    axe_at_both_widths(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")

    page.goto(at)
    for missing in (
        "has no training on record for “Passports”",
        "How payments for “Passports” at Picton town hall are settled is missing.",
        "Something changed at Picton town hall, and its safety hasn’t been assessed since.",
    ):
        expect(page.get_by_text(missing).first).to_be_visible()

    page.goto(f"{at}services/")
    page.get_by_role("link", name="Record training").click()
    page.get_by_label("Agents trained").fill("3")
    axe_at_both_widths(page)
    page.get_by_role("button", name="Record training").click()
    expect(page.get_by_text("3 agents, finished")).to_be_visible()
    page.goto(at)
    expect(page.get_by_text("has no training on record")).to_have_count(0)


@pytest.mark.parametrize("width", widths(1280, 390))
def test_the_security_lead_of_a_site_is_named_and_found(page, axe_at_both_widths, sign_in, transactional_db, width):
    ops = account("lab_ops", name="Noor Castellane")
    row = make.case(by=ops)
    site = make.site(row, by=ops)
    town = row.partners.select_related("organization").earliest("pk").organization
    facts = {"from_on": timezone.localdate(), "by": ops, "emergency_phone": "613-555-0142"}
    add_contact(town, person=person(name="Ines Halvorsen"), role="Security lead", **facts)
    add_contact(town, person=person(name="Bruno Achterberg"), role="Leases", **facts)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, ops)
    page.goto(f"{row.get_absolute_url()}partners/")
    page.locator("main").get_by_role("link", name="Contacts", exact=True).click()
    axe_at_both_widths(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.locator("main").get_by_role("link", name=site.name).click()
    page.get_by_label("Security lead: Ines Halvorsen").check()
    axe_at_both_widths(page)
    page.get_by_role("button", name="Save contacts").click()
    page.goto(f"/people/organizations/contacts/?role=security&site={site.name}")
    expect(page.get_by_text("Ines Halvorsen")).to_be_visible()
    expect(page.get_by_role("link", name="Emergency: 613-555-0142")).to_be_visible()
    expect(page.get_by_text("Bruno Achterberg")).to_have_count(0)
    axe_at_both_widths(page)
