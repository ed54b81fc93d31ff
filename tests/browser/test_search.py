"""The quick jump by keyboard, by touch and without script; each finding takes three interactions (issue: find anything in 3)."""

import pytest
from django.urls import reverse

from tests.agreements.factories import circulated
from tests.factories import person
from tests.residencies import factories as make
from tests.residencies.rows import residency
from tests.teams.factories import seat

pytestmark = pytest.mark.browser

MOST = 3


@pytest.fixture
def gateway(db):
    return residency("in_residence", product="Health Gateway")


def test_a_residency_is_three_interactions_away_in_spite_of_a_typo(page, sign_in, axe, gateway):
    """Open, type, Enter."""
    sign_in(page, make.ops())
    page.goto("/")
    page.keyboard.press("/")
    page.locator("#jump[open]").wait_for()
    page.keyboard.type("helth gatewya")
    page.locator("#jump-list [role=option]").first.wait_for()
    assert "close" in page.locator("#jump-status").inner_text()
    axe(page)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{gateway.get_absolute_url()}")


def something_to_open(kind):
    """What is typed for a residency, a person or an agreement, and the page that it leads to."""
    if kind == "agreement":
        agreement = circulated().agreement
        return agreement.reference, reverse("agreement", args=[agreement.subject.reference])
    gateway = residency("in_residence", product="Health Gateway")
    if kind == "person":
        member = seat(gateway, person=person(name="Thandi Merriweather"))
        return "thandi mer", reverse("person", args=[member.person_id])
    return "health gate", gateway.get_absolute_url()


@pytest.mark.parametrize("kind", ["residency", "person", "agreement"])
def test_anything_is_found_and_opened_in_three_interactions(kind, page, sign_in, axe, db):
    """A key opens the jump, the words are typed, Enter opens the first answer."""
    typed, address = something_to_open(kind)
    sign_in(page, make.ops())
    page.goto("/calendar/")
    interactions = [
        lambda: page.keyboard.press("Control+k"),
        lambda: page.locator("#jump-text").fill(typed),
        lambda: page.keyboard.press("Enter"),
    ]
    for interact in interactions:
        interact()
    page.wait_for_url(f"**{address}")
    axe(page)
    assert len(interactions) <= MOST


def test_arrows_choose_escape_closes_and_a_question_mark_shows_the_keys(page, sign_in, axe, gateway):
    sign_in(page, make.ops())
    page.goto("/")
    page.keyboard.press("Control+k")
    text = page.locator("#jump-text")
    text.fill("health")
    page.locator(".jump-answer[data-text=health]").wait_for()
    first = text.get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowDown")
    second = text.get_attribute("aria-activedescendant")
    assert first
    assert second
    assert first != second
    assert page.locator(f"#{second}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Escape")
    page.locator("#jump").wait_for(state="hidden")
    page.keyboard.press("?")
    page.locator("#keyboard-help[open]").wait_for()
    axe(page)


def test_an_enter_that_comes_before_the_answer_waits_for_it(page, sign_in, gateway):
    sign_in(page, make.ops())
    page.goto("/")
    page.keyboard.press("/")
    page.locator("#jump[open]").wait_for()
    page.keyboard.type("add team health")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('team-add', args=[gateway.reference])}")


def test_on_a_phone_the_box_opens_it_and_nothing_scrolls_sideways(phone, sign_in, axe, gateway):
    sign_in(phone, make.ops())
    phone.goto("/")
    phone.locator("#site-search").tap()
    phone.locator("#jump-text").fill("health")
    phone.locator("#jump-list [role=option]").first.wait_for()
    axe(phone)
    assert not phone.locator("html").evaluate("html => html.scrollWidth > innerWidth")


def test_without_script_the_box_leads_to_the_page(plain, sign_in, axe, gateway):
    sign_in(plain, make.ops())
    plain.goto("/")
    plain.locator("#site-search").click()
    plain.locator("#search-text").fill("helth")
    plain.locator("main").get_by_role("button", name="Search").click()
    plain.locator("main").get_by_role("link", name="Health Gateway", exact=True).click()
    plain.wait_for_url(f"**{gateway.get_absolute_url()}")
