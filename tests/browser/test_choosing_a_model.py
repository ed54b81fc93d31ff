"""From the questions to the guidance to a decision, in a real browser (SP-02, SP-05, SP-09)."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import widths
from tests.factories import account
from tests.partnerships import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", widths(1280, 390))
def test_a_model_is_chosen_read_about_and_decided_for(page, axe_at_both_widths, sign_in, transactional_db, width):
    """Chooser → what would change it → guidance → decision, with its reason on the partnership."""
    ops = account("lab_ops", name="Noor Castellane")
    make.guidance()
    row = make.partnership(by=ops, name="Service on the island")
    make.resource(by=ops, title="Feasibility study of a room")
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, ops)
    page.goto(row.get_absolute_url())
    page.get_by_role("link", name="Choose a model").click()
    for question, answer in (
        ("Where are the clients?", "In a remote or isolated area"),
        ("How many clients are expected?", "Too few for an office"),
        ("Who has an office where the clients are?", "Another level of government"),
        ("How good is the internet connection there?", "Good enough for video"),
        ("Can staff get there reliably?", "No, weather or distance often prevents it"),
    ):
        page.get_by_role("group", name=question).get_by_label(answer).check()
    axe_at_both_widths(page)
    page.get_by_role("button", name="Rank the models").click()
    expect(page.get_by_text("Virtual outreach fits best.")).to_be_visible()
    axe_at_both_widths(page)
    narrow(page)

    page.get_by_role("link", name="A mass layoff").click()
    expect(page.get_by_text("Mobile outreach, rapid response fits best.")).to_be_visible()
    page.go_back()

    page.get_by_role("heading", name="Virtual outreach").get_by_role("link").click()
    expect(page.get_by_text("Service by video conference")).to_be_visible()
    expect(page.get_by_text("Decide how clients queue.")).to_be_visible()
    axe_at_both_widths(page)
    narrow(page)
    page.get_by_role("link", name="Greeting and directing clients").click()
    expect(page.get_by_role("heading", name="Co-location")).to_be_visible()
    axe_at_both_widths(page)
    narrow(page)
    page.goto("/partnerships/guidance/")
    axe_at_both_widths(page)
    narrow(page)
    page.get_by_role("link", name="Tools and templates").click()
    axe_at_both_widths(page)
    page.get_by_role("link", name="Feasibility study of a room").click()
    expect(page.get_by_role("link", name="Download plan.csv")).to_be_visible()
    axe_at_both_widths(page)

    page.goto(f"/partnerships/chooser/?partnership={row.reference}&connection=good&place=remote&volume=too_few")
    page.get_by_role("link", name="Decide on a model for Service on the island").click()
    page.get_by_label("Reason").fill("A ferry that often doesn’t run, and a good line.")
    axe_at_both_widths(page)
    page.get_by_role("button", name="Record decision").click()
    expect(page.get_by_text("A ferry that often doesn’t run, and a good line.")).to_be_visible()
    expect(page.get_by_text("It ranked first.")).to_be_visible()
    axe_at_both_widths(page)
    narrow(page)


def narrow(page):
    """Nothing on the page has to be scrolled sideways."""
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
