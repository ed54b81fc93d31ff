"""A client's comment at a counter, from recording it to what was learned (SP-07, PB-48; story 6)."""

import pytest
from playwright.sync_api import expect

from partnerships.models import ClientComment
from partnerships.sites.comments.actions import follow_up
from tests.factories import account
from tests.partnerships import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_comment_is_recorded_followed_up_and_counted(page, axe_at_both_widths, sign_in, troubles, transactional_db):
    ops = account("lab_ops", name="Noor Castellane")
    site = make.site(make.partnership(by=ops, lead=ops, name="Joint counter in Ottawa"), name="City hall", by=ops)
    for _number in range(4):
        done = make.comment(site, by=ops)
        facts = {"followed_up_on": site.today, "learned": "It’s fixed.", "tone_after": "pleased"}
        follow_up(done, **facts, shown_revision=1, by=ops)
    sign_in(page, ops)
    page.goto(f"{site.partnership.get_absolute_url()}sites/{site.pk}/")
    page.locator("main").get_by_role("link", name="Comments").last.click()
    axe_at_both_widths(page)
    page.get_by_role("link", name="Record a comment").click()
    page.get_by_label("Comment", exact=False).last.fill("I waited in the rain.")
    axe_at_both_widths(page)
    troubles.forgive("409")
    page.get_by_label("The client agreed").check()
    page.get_by_label("Displeased").check()
    page.get_by_role("button", name="Record comment").click()
    expect(page.get_by_text("Enter a phone number or an email address").first).to_be_visible()
    expect(page.get_by_text("I waited in the rain.")).to_be_visible()
    axe_at_both_widths(page)
    page.get_by_label("How to reach the client").fill("250-555-0199")
    page.get_by_role("button", name="Record comment").dblclick()
    expect(page.get_by_text("The follow-up is due in ten working days.")).to_be_visible()
    assert ClientComment.objects.filter(followed_up_on=None).count() == 1
    axe_at_both_widths(page)

    row = ClientComment.objects.get(followed_up_on=None)
    page.goto(f"{site.partnership.get_absolute_url()}sites/{site.pk}/comments/{row.pk}/")
    expect(page.get_by_text("250-555-0199")).to_be_visible()
    axe_at_both_widths(page)
    page.get_by_label("What was learned").fill("There is no awning. One is ordered.")
    page.get_by_label("Pleased", exact=True).check()
    page.get_by_role("button", name="Record follow-up").click()
    expect(page.get_by_text("Follow-up recorded.")).to_be_visible()
    expect(page.get_by_text("100%")).to_be_visible()
    expect(page.get_by_text("0 then 5")).to_be_visible()
    page.goto(f"{site.partnership.get_absolute_url()}comments/")
    expect(page.get_by_text("5 then 0")).to_be_visible()
    axe_at_both_widths(page)


def test_an_assessment_of_quality_is_recorded_and_four_are_too_few_to_show(page, axe_at_both_widths, sign_in, transactional_db):
    """PB-45."""
    ops = account("lab_ops", name="Noor Castellane")
    site = make.site(make.partnership(by=ops, lead=ops, name="Joint counter in Ottawa"), name="City hall", by=ops)
    sign_in(page, ops)
    page.goto(f"{site.partnership.get_absolute_url()}sites/{site.pk}/")
    page.locator("main").get_by_role("link", name="Quality").click()
    expect(page.get_by_text("No assessments yet")).to_be_visible()
    axe_at_both_widths(page)
    page.get_by_role("link", name="Record an assessment").click()
    page.get_by_label("Someone new").check()
    page.get_by_label("Name", exact=True).fill("Perpetua Quill")
    page.get_by_label("Observed by").fill("Ingrid Sandvik")
    for code in ("welcome", "need", "answer", "next"):
        page.locator(f'input[name="score_{code}"][value="4"]').check()
    page.get_by_label("Feedback").fill("Well done.")
    axe_at_both_widths(page)
    page.get_by_role("button", name="Record assessment").dblclick()
    expect(page.get_by_text("Too few to show")).to_be_visible()
    axe_at_both_widths(page)
    page.get_by_role("link", name="Perpetua Quill").click()
    expect(page.get_by_text("Well done.")).to_be_visible()
    axe_at_both_widths(page)
