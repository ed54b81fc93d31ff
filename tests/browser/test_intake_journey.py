"""An intake written, sent back, answered and qualified, in a browser, at a desk and on a phone."""

import os
import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from residencies.intake import actions as intake_actions
from residencies.models import Condition, Intake, Ministry, Residency
from residencies.review import actions as review_actions
from tests.browser.conftest import widths
from tests.residencies.factories import applicant, complete_draft, draft_residency, lead, ops, residency_in_review

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("PICTURES")


@pytest.fixture(params=widths("desk", "phone"))
def screen(request, open_context):
    size = {"desk": {}, "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}}[request.param]
    page = open_context(**size).new_page()
    page.which = request.param
    return page


@pytest.fixture
def sound(axe):
    """`sound(page, name)`: axe finds nothing, nothing sticks out sideways, one h1."""

    def check(page, name):
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{page.which}.png", full_page=True)
        axe(page)
        assert page.locator("html").evaluate("html => html.scrollWidth <= innerWidth"), f"{name} sticks out sideways"
        assert page.locator("h1").count() == 1

    return check


def at(name, residency):
    return reverse(name, args=[residency.reference])


def test_a_field_that_somebody_else_changed_holds_up_no_other(page, sign_in, troubles):
    """EL-10, R14: the others go on saving, and leaving asks about the one that is not saved."""
    troubles.forgive("409")
    owner = applicant()
    draft = draft_residency(by=owner)
    sign_in(page, owner)
    page.goto(at("intake-problem", draft))
    intake_actions.save_intake(draft, changes={"description": "Theirs"}, by=owner)
    page.get_by_label("The challenge").fill("Mine")
    page.get_by_label("People affected").fill("For growers")
    status = page.locator("[data-save-status]")
    expect(status).to_contain_text("someone else also changed “The challenge”")
    page.get_by_label("Research so far").focus()
    expect(status).to_contain_text("Saved ")
    expect(status).to_contain_text("someone else also changed “The challenge”")
    intake = Intake.objects.get(residency=draft)
    assert (intake.description, intake.for_whom) == ("Theirs", "For growers")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Residencies").first.click()
    expect(page).to_have_url(re.compile(at("intake-problem", draft)))
    assert asked == ["beforeunload"]


def test_what_is_typed_before_the_script_arrives_is_saved_too(page, sign_in):
    """EL-11: on a slow network."""
    owner = applicant(name="Priya Wenlock")
    draft = draft_residency(by=owner)
    sign_in(page, owner)
    held = []
    page.route("**/intake*.js*", lambda route: held.append(route))
    page.goto(at("intake-problem", draft), wait_until="commit")
    page.get_by_label("The challenge").fill("Typed at once.")
    page.get_by_label("People affected").focus()
    held[0].continue_()
    expect(page.locator("[data-save-status]")).to_contain_text("Saved ")
    assert Intake.objects.get(residency=draft).description == "Typed at once."


def test_an_applicant_starts_writes_in_sittings_and_sends(screen, sign_in, sound):
    """EL-10, EL-11"""
    owner = applicant(name="Priya Wenlock")
    Ministry.objects.create(name="Agriculture and Food")
    sign_in(screen, owner)
    screen.goto(reverse("intake-start"))
    sound(screen, "start")
    screen.locator("#id_ministry").select_option("Agriculture and Food")
    screen.locator("#id_area").fill("Farm Recovery")
    screen.locator("#id_product").fill("Farm Relief Claims")
    screen.locator("#id_problem").fill("Growers wait 94 days for a first payment.")
    screen.get_by_role("button", name="Start the intake").click()

    screen.get_by_label("The challenge").fill("Three programs ask for the same losses by fax.")
    screen.get_by_label("People affected").focus()
    expect(screen.locator("[data-save-status]")).to_contain_text("Saved ")
    assert Intake.objects.get().description.startswith("Three programs")
    expect(screen.locator("[data-missing]")).not_to_contain_text("The description of the challenge is missing.")
    sound(screen, "problem")

    residency = Residency.objects.get()
    screen.goto(at("intake-condition-1", residency))
    screen.get_by_text("Add a link").click()
    sound(screen, "condition")
    screen.goto(at("intake-people", residency))
    sound(screen, "people")
    screen.goto(at("intake", residency))
    sound(screen, "resume")
    screen.goto(at("intake-check", residency))
    sound(screen, "check-missing")
    screen.get_by_role("link", name="No executive sponsors are named.").click()
    expect(screen.get_by_label("Executive sponsors")).to_be_in_viewport()


def test_a_complete_intake_is_sent_and_says_what_happens_next(screen, sign_in, sound):
    owner = applicant(name="Priya Wenlock")
    residency = complete_draft(by=owner)
    sign_in(screen, owner)
    screen.goto(at("intake-check", residency))
    sound(screen, "check")
    screen.get_by_role("button", name="Send to the lab").click()

    expect(screen.get_by_role("heading", name="What happens next")).to_be_visible()
    sound(screen, "sent")


def test_two_colleagues_in_one_field_are_told_and_can_compare(screen, sign_in, sound, troubles):
    """EL-10"""
    troubles.forgive("409")
    owner = applicant()
    residency = complete_draft(by=owner)
    sign_in(screen, owner)
    screen.goto(at("intake-condition-3", residency))
    case = screen.get_by_label("What can’t you know until you try it with people?")
    intake_actions.save_case(residency, 3, case="My colleague was quicker.", by=owner)
    case.fill("My own words.")
    screen.get_by_role("heading", level=1).click()
    expect(screen.locator("[data-save-status]")).to_contain_text("compare")
    screen.get_by_role("button", name="Save and continue").click()

    expect(screen.get_by_text("My colleague was quicker.")).to_be_visible()
    sound(screen, "stale")
    screen.get_by_role("button", name="Save and continue").click()
    screen.wait_for_url("**/condition-4/")
    assert Condition.objects.get(residency=residency, number=3).case == "My own words."


def test_the_lab_decides_asks_for_more_and_qualifies(screen, sign_in, sound, troubles):
    """EL-12, EL-14, EL-16"""
    troubles.forgive("409")
    officer, director = ops(name="Kofi Marchbanks"), lead(name="Leilani Strathmore")
    residency = residency_in_review(reviewer=officer)
    sign_in(screen, officer)
    screen.goto(reverse("review-queue"))
    sound(screen, "queue")
    screen.get_by_role("link", name="Farm Relief Claims").click()
    screen.wait_for_url(f"**{at('review', residency)}")
    screen.keyboard.press("5")
    expect(screen.locator("#condition-5")).to_be_focused()
    interactions = 1  # opened from the queue
    for number in range(1, 7):
        condition = screen.locator(f"#condition-{number}")
        condition.get_by_label("Not met" if number == 6 else "Met", exact=True).check()
        condition.get_by_label("Reason").fill(f"Seen in case {number}.")
        interactions += 2
    expect(screen.locator("#condition-5")).to_contain_text("Draft, only the lab sees this")
    expect(screen.locator("#review-status")).to_contain_text("Saved ")
    sound(screen, "review")
    screen.get_by_role("button", name="Hand over to leadership").click()
    interactions += 1
    expect(screen.locator("#drafting")).to_contain_text("5 of 6 met, drafted by Kofi Marchbanks; waiting for leadership to decide.")
    assert interactions <= 15
    screen.context.clear_cookies()
    sign_in(screen, director)
    screen.goto(at("review", residency))
    screen.get_by_role("button", name="Qualify").click()
    expect(screen.get_by_text("One thing is missing")).to_be_visible()
    sound(screen, "refused")
    review_actions.decide_condition(residency.conditions.get(number=6), verdict="met", reason="Four positions stay.", by=officer)
    screen.get_by_role("button", name="Qualify").click()
    expect(screen.get_by_text("Qualified").first).to_be_visible()
    sound(screen, "qualified")


def test_without_script_everything_can_be_done(open_context, sign_in):
    """EL-10"""
    owner = applicant()
    residency = complete_draft(by=owner)
    plain = open_context(java_script_enabled=False).new_page()
    sign_in(plain, owner)
    plain.goto(at("intake-condition-2", residency))
    plain.locator("#id_case").fill("Written without script.")
    plain.get_by_role("button", name="Save and continue").click()
    plain.wait_for_url("**/condition-3/")
    plain.goto(at("intake-check", residency))
    plain.get_by_role("button", name="Send to the lab").click()

    assert Condition.objects.get(residency=residency, number=2).case == "Written without script."
    assert Residency.objects.get().state == "submitted"
