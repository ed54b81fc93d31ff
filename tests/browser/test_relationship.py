"""Partners rate their relationship from their phones, blind, and read the results side by side (SP-03, PB-29)."""

import pytest
from playwright.sync_api import expect

from partnerships.models import PartnerRating
from partnerships.workspace.relationship.rules import CRITERIA
from tests.factories import account
from tests.partnerships import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def rate(page, score, **others):
    for criterion in CRITERIA:
        value = others.get(criterion.code, score)
        page.locator(f'input[name="score_{criterion.code}"][value="{value}"]').check()


def test_two_partners_rate_by_link_and_see_where_they_differ(page, open_context, axe_at_both_widths, sign_in, transactional_db):
    ops = account("lab_ops", name="Noor Castellane")
    row = make.partnership(by=ops, name="Shared space in Picton")
    for name in ("Prince Edward County", "Ontario service agency"):
        make.partner(row, name=name, by=ops)
    sign_in(page, ops)
    page.goto(f"{row.get_absolute_url()}relationship/")
    expect(page.get_by_text("No ratings yet")).to_be_visible()
    axe_at_both_widths(page)
    page.get_by_role("link", name="Ask for ratings").click()
    page.get_by_label("Due date").fill(str(make.timezone.localdate() + make.datetime.timedelta(days=14)))
    axe_at_both_widths(page)
    page.get_by_role("button", name="Ask for ratings").click()
    expect(page.get_by_text("Round 1 is open")).to_be_visible()
    axe_at_both_widths(page)

    phone = open_context(viewport={"width": 390, "height": 844}).new_page()
    first, second = PartnerRating.objects.select_related("partner").order_by("pk")
    phone.goto(f"/partner-ratings/{make.rating_token(first)}")
    axe_at_both_widths(phone)
    rate(phone, 4, meetings=2)
    phone.get_by_role("button", name="Send rating").click()
    expect(phone.get_by_text("One thing needs your attention")).to_be_visible()
    axe_at_both_widths(phone)
    expect(phone.locator('input[name="score_openness"][value="4"]')).to_be_checked()
    phone.locator("#id_reason_meetings").fill("We never meet.")
    phone.get_by_role("button", name="Send rating").dblclick()
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
    axe_at_both_widths(phone)
    phone.get_by_role("link", name="Change my rating").click()
    expect(phone.locator("#id_reason_meetings")).to_have_value("We never meet.")

    page.reload()
    expect(page.get_by_text("Rated on")).to_be_visible()
    expect(page.get_by_text("We never meet.")).to_have_count(0)

    phone.goto(f"/partner-ratings/{make.rating_token(second)}")
    expect(phone.locator('input[name="score_meetings"]:checked')).to_have_count(0)
    rate(phone, 4, meetings=5)
    phone.get_by_role("button", name="Send rating").click()
    expect(phone.get_by_text("3 points apart")).to_be_visible()
    axe_at_both_widths(phone)

    page.reload()
    expect(page.get_by_text("3 points apart")).to_be_visible()
    expect(page.get_by_text("We never meet.")).to_be_visible()
    axe_at_both_widths(page)
    page.get_by_role("link", name="Ask for ratings").click()
    expect(page.get_by_role("heading", name="Ask the partners for ratings")).to_be_visible()
    assert PartnerRating.objects.get(pk=first.pk).revision == 2
