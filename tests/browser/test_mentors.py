"""Alumni and mentors in a real browser (EL-54)."""

import re

import pytest
from playwright.sync_api import expect

from community.models import Mentoring
from tests.browser.conftest import widths
from tests.community.factories import alumnus, graduated, mentored, met
from tests.factories import account
from tests.teams.factories import checked, residency

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ops(transactional_db):
    return account("lab_ops", name="Noor Castellane")


@pytest.fixture
def owner(transactional_db):
    return account("product_owner", name="Priya Wenlock")


@pytest.mark.parametrize("width", widths(1280, 390))
def test_an_alum_offers_help_and_a_team_gets_them_as_a_mentor(page, axe_at_both_widths, sign_in, ops, owner, width):
    """EL-54: staff record the offer, the team asks, staff match, the team records a meeting and the outcome."""
    trail = checked(residency(by=ops, kept_by=owner, product="Shoreline Permits"))
    alum = alumnus(of=graduated(by=ops, product="Tide Tables"), by=ops, name="Yuki Penhallow", email="yuki@example.org")
    fits = lambda: not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, ops)
    page.goto("/alumni/?q=tide")
    axe_at_both_widths(page)
    assert fits()
    page.get_by_role("link", name="Yuki Penhallow").click()
    axe_at_both_widths(page)
    page.get_by_role("link", name="Add offer").click()
    page.get_by_label("Product ownership").check()
    page.get_by_label("Teams to mentor at a time").fill("1")
    axe_at_both_widths(page)
    page.get_by_role("button", name="Save offer").click()
    expect(page.get_by_text("Mentors 1 team at a time.")).to_be_visible()
    assert fits()
    sign_in(page, owner)
    page.goto(f"/residencies/{trail.reference}/community/mentors/ask/")
    page.get_by_label("Topic").select_option("help-product")
    page.get_by_label("What the team wants help with").fill("What do we build first?")
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_text("Request sent. The lab will find a mentor")).to_be_visible()
    sign_in(page, ops)
    page.goto("/mentors/")
    axe_at_both_widths(page)
    assert fits()
    page.get_by_role("link", name="Product ownership").click()
    axe_at_both_widths(page)
    page.get_by_role("link", name="Match a mentor").click()
    page.get_by_label(re.compile("Yuki Penhallow .alum.: has this topic")).check()
    axe_at_both_widths(page)
    page.get_by_role("button", name="Match mentor").click()
    expect(page.get_by_text("Mentor matched.")).to_be_visible()
    sign_in(page, owner)
    page.goto(Mentoring.objects.get().get_absolute_url())
    page.get_by_label("Hours").fill("1.5")
    page.get_by_role("button", name="Record meeting").click()
    expect(page.get_by_text("1.5 h")).to_be_visible()
    axe_at_both_widths(page)
    assert fits()
    page.get_by_role("link", name="Finish the mentoring").click()
    page.get_by_label("Outcome").fill("They plan by outcome now.")
    page.get_by_role("button", name="Finish mentoring").click()
    expect(page.get_by_text("They plan by outcome now.")).to_be_visible()
    assert alum.person.mentorings.get().outcome


@pytest.mark.parametrize("width", widths(1280, 390))
def test_the_other_pages_of_alumni_and_mentors_keep_nobody_out(page, axe_at_both_widths, sign_in, ops, owner, width):
    """EL-54: axe finds nothing, and nothing runs out of the side."""
    trail = checked(residency(by=ops, kept_by=owner))
    mentoring = met(mentored(trail, by=ops), by=ops).mentoring
    alum = mentoring.mentor.alumnus
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, ops)
    for url in (
        "/alumni/add/", f"/alumni/{alum.pk}/", f"/alumni/{alum.pk}/listing/", "/mentors/offers/", f"/residencies/{trail.reference}/community/",
        f"/residencies/{trail.reference}/community/mentors/offer/", f"/mentors/{mentoring.pk}/match/", f"/mentors/{mentoring.pk}/cancel/",
    ):  # fmt: skip
        page.goto(url)
        axe_at_both_widths(page)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), url
