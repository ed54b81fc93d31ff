"""A case study from a partnership's record to the public, in a real browser (SP-08, PB-43; story 9)."""

import pytest
from playwright.sync_api import expect

from partnerships.models import CaseConsent, CaseStudy
from tests.browser.conftest import widths
from tests.factories import account
from tests.metrics.factories import metric, reading
from tests.partnerships import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sound(page, axe):
    axe(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize("width", widths(1280, 390))
def test_a_case_is_drafted_agreed_to_from_links_and_published(page, axe_at_both_widths, sign_in, open_context, width):
    """Drafted from the data, refused while results are missing, agreed to by each partner, and read by anyone."""
    ops = account("lab_ops", name="Noor Castellane")
    of = make.operating(by=ops)
    reading(metric(of, name="Share served on the same day", by=ops), by=ops, value=81)
    page.set_viewport_size({"width": width, "height": 900})
    page.set_default_timeout(20_000)
    sign_in(page, ops)
    page.goto(of.get_absolute_url())
    page.get_by_role("link", name="Draft from this partnership").click()
    sound(page, axe_at_both_widths)
    page.get_by_role("button", name="Draft case study").click()
    expect(page.get_by_text("Drafted. Write the results next, then ask the partners.")).to_be_visible()
    expect(page.get_by_text("The results are missing.")).to_be_visible()
    expect(page.get_by_role("link", name="Reading of")).to_be_visible()
    sound(page, axe_at_both_widths)
    case = CaseStudy.objects.get()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_role("textbox", name="Results").fill("Clients are served in one place.")
    page.get_by_label("Security", exact=True).check()
    sound(page, axe_at_both_widths)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.get_by_role("link", name="Add a figure").click()
    page.get_by_role("textbox", name="Label").fill("Clients a year")
    page.get_by_role("textbox", name="Value").fill("110")
    page.locator("#id_source").fill("Visit records")
    sound(page, axe_at_both_widths)
    page.get_by_role("button", name="Add figure").click()
    page.get_by_role("button", name="Ask 2 partners").click()
    expect(page.get_by_text("They get an email with a link.")).to_be_visible()
    sound(page, axe_at_both_widths)

    for consent in CaseConsent.objects.all():
        partner = open_context(viewport={"width": width, "height": 900}).new_page()
        partner.goto(f"/partnerships/cases/answer/{make.case_link_of(consent)}/")
        expect(partner.get_by_text("Clients are served in one place.")).to_be_visible()
        sound(partner, axe_at_both_widths)
        partner.get_by_label("Agree: this text can be published").check()
        partner.get_by_role("button", name="Send answer").click()
        expect(partner.get_by_text("Thank you. Your answer is recorded")).to_be_visible()
        sound(partner, axe_at_both_widths)

    page.reload()
    page.get_by_role("link", name="Publish", exact=True).click()
    sound(page, axe_at_both_widths)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published. It’s in the public showcase and in the guidance.")).to_be_visible()
    sound(page, axe_at_both_widths)
    page.goto("/partnerships/cases/?theme=security")
    expect(page.get_by_role("link", name=case.title)).to_be_visible()
    sound(page, axe_at_both_widths)

    anyone = open_context(viewport={"width": width, "height": 900}).new_page()
    anyone.goto("/showcase/")
    anyone.get_by_role("link", name="See case studies of service partnerships").click()
    sound(anyone, axe_at_both_widths)
    anyone.get_by_role("link", name=case.title).click()
    expect(anyone.get_by_text("Visit records")).to_be_visible()
    sound(anyone, axe_at_both_widths)
    page.goto(case.get_absolute_url())
    page.get_by_role("link", name="Start one like this").click()
    expect(page.get_by_text("Partners, people, dates and measures aren’t copied.")).to_be_visible()
    sound(page, axe_at_both_widths)
    page.get_by_role("textbox", name="Name").fill("Referrals in Trenton")
    page.get_by_role("button", name="Start partnership").click()
    expect(page.get_by_text("Referrals in Trenton was started. Name the partners next.")).to_be_visible()
    expect(page.get_by_role("link", name="Plan this arrangement")).to_be_visible()
    sound(page, axe_at_both_widths)
    page.goto(case.get_absolute_url())
    page.get_by_role("link", name="Withdraw").click()
    page.get_by_role("textbox", name="Reason").fill("A figure is wrong.")
    sound(page, axe_at_both_widths)
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("Withdrawn. It isn’t public any more.")).to_be_visible()
    assert anyone.request.get(anyone.url).status == 404
