"""What keeps people safe at a partnership's sites, in a real browser: the emergency plan, and trips by road (PB-39, PB-40; story 5)."""

import datetime

import pytest
from playwright.sync_api import expect

from acts.act import SYSTEM
from dates.months import months_after
from partnerships.guidance.actions import load_guidance
from partnerships.models import EmergencyTest, Trip
from partnerships.sites.emergencies import record_test
from tests.browser.conftest import widths
from tests.factories import account, person
from tests.partnerships import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", widths(1280, 390))
def test_an_overdue_test_of_the_emergency_plan_is_seen_and_recorded(page, axe_at_both_widths, sign_in, transactional_db, width):
    ops = account("lab_ops", name="Noor Castellane")
    site = make.site(make.operating(by=ops), name="Library", by=ops)
    plan = make.emergency_plan(site, by=ops)
    record_test(plan, scenario="fire", on=months_after(site.today, -13), learned="One sign was missing.", by=ops)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, ops)
    page.goto(f"{site.partnership.get_absolute_url()}sites/{site.pk}/")
    page.get_by_role("link", name="Emergency plan").click()
    expect(page.get_by_text("Overdue since")).to_have_count(1)
    expect(page.get_by_role("rowheader")).to_have_count(6)
    axe_at_both_widths(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")

    page.get_by_role("link", name="Record a test").first.click()
    axe_at_both_widths(page)
    page.get_by_label("What you learned").fill("Everyone left in four minutes.")
    page.get_by_role("button", name="Record test").click()
    expect(page.get_by_text("Everyone left in four minutes.")).to_be_visible()
    expect(page.get_by_text("Overdue since")).to_have_count(0)
    assert EmergencyTest.objects.latest("pk").scenario == "fire"

    page.get_by_role("link", name="Edit plan").click()
    axe_at_both_widths(page)


def test_a_trip_by_car_is_checked_and_signed_off_on_a_phone(page, axe_at_both_widths, sign_in, transactional_db):
    ops = account("lab_ops", name="Noor Castellane")
    manager = account("lab_lead", name="Rafael Thibodeau")
    load_guidance(by=SYSTEM)
    site = make.site(make.operating(by=ops), name="Library", by=ops)
    trip = make.trip(site, on=site.today + datetime.timedelta(days=1), person=person(user=ops), manager=manager, by=ops)
    page.set_viewport_size({"width": 390, "height": 800})
    sign_in(page, ops)
    page.goto(trip.get_absolute_url())
    axe_at_both_widths(page)
    page.get_by_role("link", name="Work through the checklist").click()
    axe_at_both_widths(page)
    boxes = page.get_by_role("checkbox")
    for number in range(boxes.count()):
        boxes.nth(number).check()
    phones = page.get_by_label("phone number")
    expect(phones).to_have_count(5)
    for number in range(5):
        phones.nth(number).fill(f"250-555-010{number}")
    page.get_by_role("button", name="Save checklist").click()
    expect(page.get_by_text("Not checked yet")).to_have_count(0)
    expect(page.get_by_text("Only Rafael Thibodeau can sign off this trip.")).to_be_visible()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")

    sign_in(page, manager)
    page.goto(trip.get_absolute_url())
    page.get_by_role("button", name="Sign off trip").click()
    expect(page.get_by_text("Signed off", exact=False).first).to_be_visible()
    axe_at_both_widths(page)
    assert Trip.objects.get().signed_off_at is not None
