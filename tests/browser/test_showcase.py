"""A product's page from the first sentence to the public, and a lesson, at a desk and on a phone (EL-95)."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from acts.act import SYSTEM
from reports.lessons.actions import install_standard_categories
from reports.links.actions import record_answer
from reports.links.fetch import Answer
from reports.models import Lesson
from tests.browser.conftest import widths
from tests.factories import account
from tests.reports.showcasing import failed_link, owner_of, product

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SUMMARY = "Growers get their first payment after a flood in nine days."


def sound(page, axe):
    axe(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize("width", widths(1280, 390))
def test_a_page_goes_from_the_product_owner_over_the_lab_to_the_public(page, axe_at_both_widths, sign_in, open_context, width):
    """EL-95: nothing is public before the second release, and nothing after it is withdrawn."""
    install_standard_categories(by=SYSTEM)
    of = product()
    public = reverse("showcase-product", args=[of.reference])
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, owner_of(of))
    page.goto(reverse("showcase-entry", args=[of.reference]))
    expect(page.get_by_text("2 things are missing before this can be released")).to_be_visible()
    sound(page, axe_at_both_widths)
    page.get_by_role("link", name="Edit the entry").click()
    page.get_by_label("Summary").fill(SUMMARY)
    page.get_by_label("Theme").select_option(label="Business and work")
    page.get_by_label("What was learned").fill("Start with the payment, not with the form.")
    sound(page, axe_at_both_widths)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add a component").click()
    page.get_by_label("Name").fill("Payment form")
    page.get_by_label("Link").fill("github.com/bcgov/payment-form")
    page.get_by_role("button", name="Add component").click()
    page.get_by_role("button", name="Release for your side").click()
    expect(page.get_by_text("It will be public once it is also released by lab operations.")).to_be_visible()
    sound(page, axe_at_both_widths)
    assert page.request.get(public).status == 404

    lab = open_context(viewport={"width": width, "height": 900}).new_page()
    sign_in(lab, account("lab_ops"))
    lab.goto(reverse("showcase-list"))
    sound(lab, axe_at_both_widths)
    lab.get_by_role("link", name=of.product).click()
    lab.get_by_role("link", name="Read and release this version").click()
    sound(lab, axe_at_both_widths)
    lab.get_by_role("button", name="Release and publish").click()
    expect(lab.get_by_text("Published in the showcase.")).to_be_visible()

    anyone = open_context(viewport={"width": width, "height": 900}).new_page()
    anyone.goto("/showcase/")
    sound(anyone, axe_at_both_widths)
    anyone.get_by_label("Search").fill("growers")
    anyone.get_by_role("button", name="Show products").click()
    anyone.get_by_role("link", name=of.product).click()
    expect(anyone.get_by_text(SUMMARY)).to_be_visible()
    expect(anyone.get_by_role("link", name="Payment form")).to_have_attribute("href", "https://github.com/bcgov/payment-form")
    sound(anyone, axe_at_both_widths)

    record_answer(failed_link(of), Answer("status", 404), by=SYSTEM)
    lab.goto(reverse("showcase-entry", args=[of.reference]))
    expect(lab.get_by_text("the page doesn’t exist (404)").first).to_be_visible()
    sound(lab, axe_at_both_widths)

    lab.goto(reverse("showcase-withdraw", args=[of.reference, 1]))
    lab.get_by_label("Reason").fill("A figure is wrong.")
    sound(lab, axe_at_both_widths)
    lab.get_by_role("button", name="Withdraw the page").click()
    assert anyone.request.get(public).status == 404


@pytest.mark.parametrize("width", widths(390, 1280))
def test_a_lesson_is_recorded_in_three_interactions_and_becomes_guidance(page, axe_at_both_widths, sign_in, live_server, width):
    """EL-95: follow the link, type, send."""
    install_standard_categories(by=SYSTEM)
    of, ops = product(), account("lab_ops")
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, ops)
    page.goto(reverse("sprints", args=[of.reference]))
    add = page.get_by_role("link", name="Add a lesson")
    assert add.bounding_box()["width"] < 60, "as wide as its icon, beside the other buttons"
    add.click()
    page.get_by_label("What did you learn?").fill("Invite the CFO before month three.")
    sound(page, axe_at_both_widths)
    page.get_by_role("button", name="Record lesson").click()
    expect(page).to_have_url(live_server.url + reverse("sprints", args=[of.reference]))
    assert Lesson.objects.get().category.code == "delivery"
    page.goto(reverse("lessons"))
    sound(page, axe_at_both_widths)
    page.get_by_role("link", name="Invite the CFO before month three.").click()
    sound(page, axe_at_both_widths)
    page.get_by_role("button", name="Promote to guidance").click()
    expect(page.get_by_text("Lesson promoted to guidance for all teams.")).to_be_visible()
    page.goto(reverse("residency-lessons", args=[of.reference]))
    expect(page.get_by_text("Guidance", exact=True)).to_be_visible()
    sound(page, axe_at_both_widths)
