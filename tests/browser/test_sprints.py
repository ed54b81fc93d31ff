"""Sprints, attendance, checks and what-if in a real browser (EL-42, EL-50 to EL-53)."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from teams.models import Sprint
from tests.browser.conftest import widths
from tests.factories import account
from tests.teams.factories import champion, checked, product_owner, residency, seat, service, sprinting


@pytest.fixture
def ops(transactional_db):
    return account("lab_ops", name="Noor Castellane")


@pytest.fixture
def trail(ops):
    """A team in residence whose first review has begun."""
    row = checked(residency(by=ops))
    product_owner(row, name="Priya Wenlock", share=50)
    champion(row, name="Anneke Torvald", is_lead=True)
    seat(row, name="Kofi Marchbanks")
    service(row, by=ops)
    first = sprinting(row)[0]
    begun = timezone.localtime() - datetime.timedelta(minutes=1)
    Sprint.objects.filter(pk=first.pk).update(review_on=begun.date(), review_at=begun.time())
    return row


def first_of(trail):
    return Sprint.objects.filter(team__stream=trail.stream_id).earliest("pk")


@pytest.mark.parametrize("viewport", widths("phone", "page"))
def test_no_page_of_sprints_checks_and_services_keeps_anybody_out(request, viewport, axe, sign_in, ops, trail):
    """Axe finds nothing at a desk and on a phone, and nothing runs out of the side."""
    screen = request.getfixturevalue(viewport)
    sign_in(screen, ops)
    home, first = f"/residencies/{trail.reference}", first_of(trail).pk
    for url in (
        f"{home}/sprints/", f"{home}/sprints/cadence/", f"{home}/sprints/{first}/", f"{home}/sprints/{first}/move/", f"{home}/services/",
        f"{home}/champions/add/", f"{home}/team/", f"{home}/team/import/", "/calendar/", "/calendar/?view=week", "/calendar/?view=list", "/calendar/address/?kind=review",
        "/checks/", "/services/",
    ):  # fmt: skip
        screen.goto(url)
        axe(screen)
        assert not screen.locator("html").evaluate("html => html.scrollWidth > innerWidth"), url


@pytest.mark.parametrize("viewport", widths("phone", "page"))
def test_filters_of_the_calendar_apply_at_once_and_stay_with_the_view(request, viewport, axe, sign_in, ops, trail):
    """EL-52"""
    screen = request.getfixturevalue(viewport)
    sign_in(screen, ops)
    screen.goto("/calendar/")
    expect(screen.locator("#results")).to_contain_text("Sprint 1 review")
    if viewport == "phone":
        screen.locator(".filter-fold > summary").click()
    screen.get_by_label("Kind").select_option("desks")
    expect(screen.locator("#results")).to_contain_text("Nothing matches these filters.")
    expect(screen.locator("#list-count")).to_have_text("0 dates")
    screen.get_by_label("Kind").select_option("review")
    expect(screen.locator("#results")).to_contain_text("Sprint 1 review")
    axe(screen)
    screen.get_by_role("link", name="List", exact=True).click()
    expect(screen.get_by_label("Kind")).to_have_value("review")
    screen.locator(".agenda-what", has_text="Sprint 1 review").get_by_role("link").click()
    expect(screen).to_have_url(re.compile(rf"/residencies/{trail.reference}/sprints/{first_of(trail).pk}/$"))


def test_by_keyboard_the_next_tab_goes_on_from_whom_was_noted(page, sign_in, ops, trail):
    """EL-51, WCAG 2.4.3"""
    sign_in(page, ops)
    page.goto(f"/residencies/{trail.reference}/sprints/{first_of(trail).pk}/")
    page.locator("button", has_text="Sent a delegate: Anneke Torvald").focus()
    page.keyboard.press("Enter")
    page.locator("button[aria-pressed=true]", has_text="Sent a delegate: Anneke Torvald").wait_for()
    expect(page.locator("button", has_text="Sent a delegate: Anneke Torvald")).to_be_focused()


@pytest.mark.parametrize("viewport", ["phone", "plain"])
def test_one_tap_a_person_notes_who_is_there(request, viewport, sign_in, ops, trail):
    """EL-51: on a phone, and without JavaScript."""
    screen = request.getfixturevalue(viewport)
    sign_in(screen, ops)
    screen.goto(f"/residencies/{trail.reference}/sprints/{first_of(trail).pk}/")
    screen.locator("button", has_text="Attended: Anneke Torvald").click()
    screen.locator("button[aria-pressed=true]", has_text="Attended: Anneke Torvald").wait_for()
    screen.locator("button", has_text="Sent a delegate: Kofi Marchbanks").click()
    screen.locator("button[aria-pressed=true]", has_text="Sent a delegate: Kofi Marchbanks").wait_for()
    assert screen.locator("button[aria-pressed=true]").count() == 2


def test_the_form_says_while_it_is_filled_in_what_it_would_change(page, sign_in, ops, trail):
    """EL-42"""
    sign_in(page, ops)
    page.goto(f"/residencies/{trail.reference}/team/add/")
    page.get_by_label("Someone new").check()
    page.get_by_label("Name", exact=True).fill("Yuki Penhallow")
    page.get_by_label("Role").select_option(label="DevOps specialist or site reliability engineer")
    page.get_by_label("Employer").select_option(label="Business area")
    page.get_by_label("First day").fill("2026-01-05")
    page.get_by_label("Senior").check()
    page.get_by_text("Would resolve: No one on the team is responsible").wait_for()
    page.get_by_text("Nothing is saved yet.").wait_for()
    assert page.get_by_label("Name", exact=True).input_value() == "Yuki Penhallow"
