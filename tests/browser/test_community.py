"""A team's place in the community in a real browser (EL-46 to EL-49)."""

import datetime
import re

import pytest
from django.utils import timezone

from community.models import ExpertSession
from tests.community.factories import asked, desks, expert, giving, habit, matched, working_day
from tests.factories import account
from tests.teams.factories import checked, residency, seat


@pytest.fixture
def ops(transactional_db):
    return account("lab_ops", name="Noor Castellane")


@pytest.fixture
def owner(transactional_db):
    return account("product_owner", name="Priya Wenlock")


@pytest.fixture
def trail(ops, owner):
    """A team in residence with something of everything."""
    row = checked(residency(by=ops, kept_by=owner))
    kofi = seat(row, by=ops, name="Kofi Marchbanks").person
    habit(row, by=ops)
    giving(row, by=ops, person=kofi, what="Plain words")
    matched(row, by=ops, expert=expert(by=ops, name="Yuki Penhallow"))
    desks(row, by=ops)
    return row


def test_no_page_of_the_community_keeps_anybody_out_on_a_phone(phone, axe, sign_in, ops, trail):
    """EL-46 to EL-49: axe finds nothing, and nothing runs out of the side; at a desk the crawl of every page looks."""
    sign_in(phone, ops)
    home, session, waits = f"/residencies/{trail.reference}/community", ExpertSession.objects.get().pk, asked(trail, by=ops).pk
    for url in (
        f"{home}/", f"/residencies/{trail.reference}/tasks/ticks/habits/data/", f"{home}/experts/ask/", f"{home}/experts/{session}/", f"{home}/experts/{waits}/match/",
        f"{home}/working-together/", f"{home}/desks/give/", "/community/", "/community/given/?by=person", "/community/sessions/",
        "/community/sessions/calendar/", "/community/experts/", "/community/experts/add/", "/community/desks/",
    ):  # fmt: skip
        phone.goto(url)
        axe(phone)
        assert not phone.locator("html").evaluate("html => html.scrollWidth > innerWidth"), url


def test_a_team_asks_the_lab_finds_an_expert_and_records_the_outcome(page, phone, sign_in, ops, owner, trail):
    """EL-46 to EL-48: asked on a phone, matched at a desk, recorded once it was."""
    sign_in(phone, owner)
    phone.goto(f"/residencies/{trail.reference}/community/")
    phone.get_by_role("link", name="Request an expert").click()
    phone.get_by_label("Discipline").select_option("privacy_security")
    phone.get_by_label("The team’s question").fill("May we log who asked?")
    phone.get_by_role("button", name="Send request").click()
    phone.get_by_text("Request sent. The lab will find an expert").wait_for()
    sign_in(page, ops)
    page.goto("/")
    page.get_by_role("link", name=re.compile(rf"Find an expert ?: {trail.product}")).click()
    page.get_by_role("link", name="Find an expert").click()
    page.get_by_role("combobox", name="Expert").select_option(label="Yuki Penhallow")
    page.get_by_role("textbox", name="Date").first.fill(str(working_day(20)))
    page.get_by_role("button", name="Schedule session").click()
    page.get_by_text("Session scheduled. If it is still to come").wait_for()
    session = ExpertSession.objects.latest("pk")
    ExpertSession.objects.filter(pk=session.pk).update(on=timezone.localdate() - datetime.timedelta(days=1))
    page.goto("/")
    page.get_by_role("link", name=re.compile(rf"Record the outcome ?: {trail.product}")).click()
    page.get_by_role("link", name="Record the outcome").click()
    page.get_by_label("Outcome").fill("Yes, for thirty days.")
    page.get_by_role("button", name="Record the outcome").click()
    page.get_by_text("Yes, for thirty days.").wait_for()
    assert page.locator("h2 .chip", has_text="Held").count() == 1
