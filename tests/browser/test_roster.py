"""The roster in a real browser (EL-40 to EL-42)."""

import datetime

import pytest

from teams.choices import Employer, TeamRole
from tests.browser.conftest import widths
from tests.factories import account
from tests.teams.factories import product_owner, residency, seat

START = datetime.date(2026, 1, 5)


@pytest.fixture
def ops(transactional_db):
    return account("lab_ops", name="Noor Castellane")


@pytest.fixture
def trail(ops):
    """A team with somebody of each kind: there, planned, coming, gone."""
    row = residency(by=ops)
    product_owner(row, name="Priya Wenlock", agile_trained_on=None)
    seat(row, name="Kofi Marchbanks", role=TeamRole.DESIGNER, employer=Employer.VENDOR, vendor="Cedar & Tide Digital", share=60)
    seat(row, person=None, role=TeamRole.DEVOPS)
    seat(row, name="Leilani Strathmore", from_on=datetime.date(2027, 6, 1), to_on=datetime.date(2027, 12, 31))
    seat(row, name="Bram Quillfeather", to_on=datetime.date(2026, 2, 1))
    return row


def team_url(trail, rest=""):
    return f"/residencies/{trail.reference}/team/{rest}"


@pytest.mark.parametrize("viewport", widths("phone", "page"))
def test_no_page_of_the_roster_keeps_anybody_out(request, viewport, axe, sign_in, ops, trail):
    """Axe finds nothing at a desk and on a phone, and nothing runs out of the side."""
    screen = request.getfixturevalue(viewport)
    sign_in(screen, ops)
    seat_pk = trail.stream.team.seats.first().pk
    for rest in (
        "",
        "?on=2026-01-20",
        "add/",
        "add/?q=kofi",
        f"{seat_pk}/",
        f"{seat_pk}/change/",
        f"{seat_pk}/correct/",
        f"{seat_pk}/last-day/",
        f"{seat_pk}/take-out/",
    ):
        screen.goto(team_url(trail, rest))
        axe(screen)
        assert not screen.locator("html").evaluate("html => html.scrollWidth > innerWidth"), rest


def test_another_day_is_shown_without_loading_the_page_anew(page, sign_in, ops, trail):
    """EL-41"""
    sign_in(page, ops)
    page.goto(team_url(trail))
    page.evaluate("document.body.dataset.kept = 'yes'")
    page.get_by_label("Roster date").fill("2026-01-20")
    page.get_by_text("3 people on 20 January 2026, 1 open seat.").wait_for()
    assert page.evaluate("document.body.dataset.kept") == "yes"
    assert "on=2026-01-20" in page.url


@pytest.mark.parametrize("viewport", ["page", "plain"])
def test_a_place_is_given_with_and_without_javascript(request, viewport, sign_in, ops, trail):
    """EL-41, EL-42: faults are shown with what was written, then it is saved and what that settled is said."""
    screen = request.getfixturevalue(viewport)
    sign_in(screen, ops)
    screen.goto(team_url(trail))
    screen.get_by_role("link", name="Add to the team").click()
    screen.get_by_label("Someone new").check()
    screen.get_by_label("Name", exact=True).fill("Yuki Penhallow")
    screen.get_by_label("Role").select_option(label="DevOps specialist or site reliability engineer")
    screen.get_by_label("Employer").select_option(label="Vendor")
    screen.get_by_label("Senior").check()
    screen.get_by_label("First day").fill("2026-02-02")
    screen.get_by_role("button", name="Add to the roster").click()
    screen.get_by_role("link", name="Vendor's name: Enter the name of the company.").wait_for()
    assert screen.get_by_label("Name", exact=True).input_value() == "Yuki Penhallow"
    screen.get_by_label("Vendor's name").fill("Saltbox Software")
    screen.get_by_role("button", name="Add to the roster").click()
    screen.get_by_text("Saved: Yuki Penhallow").wait_for()
    screen.get_by_text("Resolved: No one on the team is responsible").wait_for()


def test_looking_for_somebody_keeps_what_was_filled_in(page, sign_in, ops, trail, axe):
    """Whoever is found is offered; the rest of the form stays as it was written, and the sending names them (EL-41)."""
    sign_in(page, ops)
    page.goto(team_url(trail, "add/"))
    page.get_by_label("Role").select_option(label="DevOps specialist or site reliability engineer")
    page.get_by_label("Share of full time").fill("40")
    find = page.get_by_role("combobox", name="Find a person")
    find.press_sequentially("brambles")
    page.get_by_role("option", name="Add “brambles” as someone new").wait_for()
    find.fill("bram")
    page.get_by_role("option", name="Bram Quillfeather").wait_for()
    assert find.get_attribute("aria-expanded") == "true"
    axe(page)
    find.press("ArrowDown")
    assert page.locator(f"#{find.get_attribute('aria-activedescendant')}").inner_text().startswith("Bram Quillfeather")
    find.press("Enter")
    assert find.get_attribute("aria-expanded") == "false"
    assert page.get_by_role("radio", name="Bram Quillfeather").is_checked()
    assert page.get_by_label("Share of full time").input_value() == "40"
    page.get_by_label("Employer").select_option(label="Business area")
    page.get_by_role("button", name="Add to the roster").click()
    page.get_by_text("Saved: Bram Quillfeather").wait_for()
    assert trail.stream.team.seats.get(share=40).person.name == "Bram Quillfeather"
