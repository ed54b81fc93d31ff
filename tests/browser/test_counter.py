"""The counter on a phone, with a network that comes and goes (SP-07, PB-47; story 6)."""

import re

import pytest
from playwright.sync_api import expect

from partnerships.models import Tap
from partnerships.sites.counter.actions import add_service
from tests.factories import account
from tests.partnerships import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_taps_survive_a_lost_network_a_reload_and_an_answer_that_never_came_and_count_once(
    phone, axe_at_both_widths, sign_in, troubles, transactional_db
):
    page = phone
    ops = account("lab_ops", name="Noor Castellane")
    site = make.site(make.partnership(by=ops, name="Joint counter in Ottawa"), name="City hall", by=ops)
    sign_in(page, ops)
    page.goto(f"{site.partnership.get_absolute_url()}sites/{site.pk}/")
    page.get_by_role("link", name="Counter", exact=True).click()
    expect(page.get_by_text("No services yet")).to_be_visible()
    axe_at_both_widths(page)
    page.get_by_role("link", name="Add a service").click()
    page.get_by_role("textbox", name="Service").fill("Passports")
    page.get_by_role("button", name="Add service").click()
    add_service(site, name="Licences", by=ops)
    page.reload()
    axe_at_both_widths(page)
    status = page.locator("[data-counter]")

    right = page.get_by_role("button", name=re.compile("Right place.*Passports"))
    right.dblclick()
    expect(status).to_have_text("All taps have been sent.")
    assert Tap.objects.count() == 1  # a double tap is one

    troubles.forgive("ERR_INTERNET_DISCONNECTED")
    page.route("**/counter/taps/", lambda route: route.abort("internetdisconnected"))
    page.get_by_role("button", name=re.compile("Wrong place.*Licences")).tap()
    page.get_by_role("button", name=re.compile("Served.*Passports")).tap()
    page.get_by_role("button", name=re.compile("4.*Passports")).tap()
    expect(status).to_have_text("Waiting to be sent: 3. Taps are kept on this device.")
    axe_at_both_widths(page)
    page.reload()
    expect(status).to_have_text("Waiting to be sent: 3. Taps are kept on this device.")
    page.unroute("**/counter/taps/")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(status).to_have_text("All taps have been sent.")
    assert sorted(Tap.objects.values_list("kind", flat=True)) == ["quality", "right", "served", "wrong"]

    troubles.forgive("ERR_FAILED")

    def lose_the_answer(route):
        route.fetch()
        route.abort()

    page.route("**/counter/taps/", lose_the_answer, times=1)
    page.get_by_role("button", name=re.compile("Right place.*Licences")).tap()
    expect(status).to_have_text("Waiting to be sent: 1. Taps are kept on this device.")
    page.reload()
    expect(status).to_have_text("All taps have been sent.")
    assert Tap.objects.count() == 5
    page.reload()
    expect(page.get_by_text("Today: 3 arrived, 1 served.").first).to_be_visible()
    axe_at_both_widths(page)
