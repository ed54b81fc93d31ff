"""The benefit owner in a real browser (EL-86)."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from agreements.models import AgreementVersion
from community.benefits.rules import schedule
from community.models import BenefitOwner, BenefitQuarter
from metrics.models import Metric, Observation
from metrics.readings.links import issue_reading_link
from residencies.models import Residency
from residencies.models.states import State
from tests.acts import SCENARIOS
from tests.agreements import factories as make
from tests.browser.conftest import widths
from tests.clock import TODAY
from tests.community.factories import accepted, live
from tests.factories import account
from tests.metrics.factories import metric, series

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", widths(1280, 390))
def test_a_benefit_owner_is_named_asked_and_has_eight_quarters_to_report(page, axe_at_both_widths, sign_in, transactional_db, width):
    """EL-86: named by the product owner, sent by lab operations, signed by link."""
    ops, owner = account("lab_ops", name="Noor Castellane"), account("product_owner", name="Priya Wenlock")
    row = live(by=ops, kept_by=owner)
    graduation = f"/residencies/{row.reference}/graduation/"
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, owner)
    page.goto(graduation)
    axe_at_both_widths(page)
    page.get_by_role("link", name="Name a benefit owner").click()
    page.get_by_label("Someone new").check()
    page.get_by_label("Name", exact=True).fill("Aroha Tennant")
    page.get_by_label("Email address").fill("aroha@example.org")
    page.get_by_label("Figure to report").fill("Days from application to permit")
    page.get_by_label("Unit of that figure").fill("days")
    axe_at_both_widths(page)
    page.get_by_role("button", name="Name benefit owner").click()
    expect(page.get_by_text("Lab operations send the commitment next.")).to_be_visible()
    sign_in(page, ops)
    page.goto(graduation)
    page.get_by_role("link", name="Send the commitment").click()
    axe_at_both_widths(page)
    page.get_by_role("button", name="Send commitment").click()
    expect(page.get_by_text("Waiting for signature")).to_be_visible()
    page.get_by_role("link", name="Open the commitment").click()
    expect(page.get_by_role("heading", name="Benefit commitment")).to_be_visible()
    axe_at_both_widths(page)
    [invitation] = make.to_sign(AgreementVersion.objects.get(agreement=BenefitOwner.objects.get().agreement))
    make.sign(invitation)
    page.goto(graduation)
    expect(page.get_by_text("0 of 8 reported")).to_be_visible()
    axe_at_both_widths(page)
    page.goto("/benefits/")
    expect(page.get_by_text("No figure has been due yet.")).to_be_visible()
    axe_at_both_widths(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.fixture
def quarter_link(transactional_db, ops):
    """The link in the email about the first quarter of a benefit that a team measured until it graduated."""
    graduate = SCENARIOS["residencies.lifecycle.actions.graduate"]()
    [row] = graduate.args
    reported = metric(row, name="Days from application to permit", by=ops)
    series(reported, 61, 55, 52, 47, 41, every=31)
    accepted(row, by=ops)
    graduate()
    # As if the team had graduated half a year ago.
    Residency.objects.filter(pk=row.pk).update(ended_on=TODAY - datetime.timedelta(days=190))
    for quarter in schedule(TODAY - datetime.timedelta(days=190)):
        BenefitQuarter.objects.filter(residency=row, number=quarter.number).update(
            from_on=quarter.from_on, to_on=quarter.to_on, due_on=quarter.due_on
        )
    first = BenefitQuarter.objects.get(residency=row, number=1)
    Metric.objects.update(next_due_on=first.due_on, last_on=min(first.to_on, TODAY))
    reported.refresh_from_db()
    return "/" + issue_reading_link(reported.pk, reported.owner_id, str(first.due_on)).split("/", 3)[3]


@pytest.mark.parametrize("width", widths(390, 1280))
def test_the_quarters_link_takes_one_number_in_three_interactions_and_asks_once_at_a_jump(
    page, axe_at_both_widths, quarter_link, troubles, width
):
    """EL-86: opened on a phone or at a desk, without an account: the number and the button. A jump is asked about once."""
    troubles.forgive("409")  # the question is an answer of its own
    first = BenefitQuarter.objects.get(number=1)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(quarter_link)  # the first interaction, in the email
    expect(page.get_by_text(str(first)).first).to_be_visible()
    assert page.locator("input[name=on]:visible").count() == 0, "the quarter gives the date"
    axe_at_both_widths(page)
    page.get_by_label("Value in days").fill("380")
    page.get_by_role("button", name="Send reading").click()
    expect(page.get_by_text("is a big change from").first).to_be_visible()
    expect(page.get_by_label("Value in days")).to_have_value("380")
    axe_at_both_widths(page)
    assert not Observation.objects.filter(source="link").exists()
    page.get_by_role("button", name="Confirm reading").click()
    expect(page.get_by_text("Thank you")).to_be_visible()
    axe_at_both_widths(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    first.refresh_from_db()
    assert first.reported_on == timezone.localdate()


def test_a_usual_number_takes_three_interactions(phone, quarter_link):
    """EL-86, EL-91: opening the link, typing, sending."""
    phone.goto(quarter_link)
    phone.get_by_label("Value in days").fill("39")
    phone.get_by_role("button", name="Send reading").click()
    expect(phone.get_by_text("Thank you")).to_be_visible()
    assert BenefitQuarter.objects.get(number=1).reported_on


@pytest.mark.parametrize("width", widths(1280, 390))
def test_leadership_corrects_the_date_of_the_final_release_and_the_clock_follows(
    page, axe_at_both_widths, sign_in, transactional_db, troubles, width
):
    """EL-80: with a reason, after going live; the page keeps what was typed when it is refused."""
    troubles.forgive("422")
    go_live = SCENARIOS["residencies.lifecycle.actions.go_live"]()
    row = go_live()
    before, live_on = row.graduation_due_on, row.live_on - datetime.timedelta(days=35)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, account("lab_lead", name="Saoirse Lindqvist-Rao"))
    page.goto(f"/residencies/{row.reference}/graduation/")
    page.get_by_role("link", name="Correct the date").click()
    axe_at_both_widths(page)
    page.get_by_label("Date of the final release").fill(str(live_on))
    page.get_by_role("button", name="Correct release date").click()
    expect(page.get_by_label("Date of the final release")).to_have_value(str(live_on))
    axe_at_both_widths(page)
    page.get_by_label("Reason").fill("It was released before it was announced.")
    page.get_by_role("button", name="Correct release date").click()
    expect(page.get_by_text("The final release is now dated")).to_be_visible()
    axe_at_both_widths(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    row = Residency.objects.get(pk=row.pk)
    assert (row.live_on, row.state) == (live_on, State.LIVE)
    assert row.graduation_due_on < before
