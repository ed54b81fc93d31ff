"""Conversations in a real browser: from a clause to an amendment, and to leadership's decision on a pivot (EL-84, EL-85)."""

import re

import pytest
from playwright.sync_api import expect

from dates.working_days import working_days_after
from residencies.conversations.links import issue_answer_link
from residencies.models import Conversation, Residency
from residencies.models.states import State
from tests.agreements import factories as agreements
from tests.browser.conftest import widths
from tests.clock import TODAY
from tests.factories import account, person
from tests.residencies import conversing
from tests.residencies.rows import residency

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ops(transactional_db):
    return account("lab_ops", name="Noor Castellane")


@pytest.mark.parametrize("width", widths(1280, 390))
def test_a_clause_becomes_a_conversation_and_the_conversation_an_amendment(page, axe_at_both_widths, sign_in, ops, width):
    """EL-84: opened in two presses, planned, recorded with attendees, and on to the amendment with the words at hand."""
    version = agreements.in_force()
    of = version.agreement.subject
    Residency.objects.filter(pk=of.pk).update(state=State.IN_RESIDENCE, started_on=TODAY)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, ops)
    page.goto(f"/residencies/{of.reference}/agreement/versions/{version.number}/")
    page.get_by_role("link", name="Open a conversation about clause 3.2").click()
    expect(page.get_by_label("Expectation that can’t be met")).to_have_value(re.compile("3.2 "))
    axe_at_both_widths(page)
    page.get_by_role("button", name="Open the conversation").click()
    expect(page.get_by_text("No time is set yet.")).to_be_visible()
    expect(page.get_by_text("No one from the champions yet")).to_be_visible()
    axe_at_both_widths(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_role("link", name="Set a time").click()
    page.get_by_label("Date").fill(str(working_days_after(TODAY, 3)))
    axe_at_both_widths(page)
    page.get_by_role("button", name="Set the time and send invitations").click()
    expect(page.get_by_text("people will get an email")).to_be_visible()
    page.get_by_role("link", name="Record the outcome").click()
    page.get_by_label("Date held").fill(str(TODAY))
    page.get_by_role("group", name="Attendees").get_by_role("checkbox").first.check()
    page.get_by_label("Notes").fill("Four days a week is enough.")
    page.get_by_label("Agreement to be amended").check()
    axe_at_both_widths(page)
    page.get_by_role("button", name="Record the outcome").click()
    expect(page.get_by_label("Reason")).to_have_value(re.compile("Four days a week is enough."))
    expect(page.get_by_label("Text", exact=True)).to_have_value(re.compile("."))
    page.get_by_label("Text", exact=True).fill("The product owner gives four days a week.")
    axe_at_both_widths(page)
    page.get_by_role("button", name="Propose change").click()
    page.get_by_role("link", name=re.compile("^Held")).click()
    expect(page.get_by_role("link", name=re.compile("Change proposed: 3.2"))).to_be_visible()
    axe_at_both_widths(page)


def test_an_invited_person_answers_from_a_phone_and_a_pivot_waits_for_leadership(page, axe, sign_in, ops):
    """EL-84, EL-85: no account to answer; the decision is on leadership's home."""
    of = residency(State.IN_RESIDENCE, started_on=TODAY, owner=ops)
    conversation = conversing.opened(of, by=ops)
    dana = conversing.invited(conversation, person(name="Dana Lee"), "adm", by=ops)
    conversing.planned(conversation, by=ops)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/c/" + issue_answer_link(dana.pk).rpartition("/")[2])
    axe(page)
    page.get_by_label("I’ll be there").check()
    page.get_by_role("button", name="Send answer").click()
    expect(page.get_by_text("that you’ll be there")).to_be_visible()
    axe(page)

    conversing.held(Conversation.objects.get(pk=conversation.pk), by=ops, outcome="pivot")
    sign_in(page, account("lab_lead", name="Saoirse Lindqvist-Rao"))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/")
    page.get_by_role("link", name=re.compile("Decide on the pivot")).first.click()
    expect(page.get_by_role("heading", name=re.compile("pivot", re.IGNORECASE)).first).to_be_visible()
    page.goto(conversation.get_absolute_url())
    expect(page.get_by_text("You can decide whether the partnership ends.")).to_be_visible()
    axe(page)


def test_a_pivot_is_decided_wrapped_up_and_the_program_area_applies_again(page, axe, sign_in, ops):
    """EL-84, EL-85: from leadership's decision over the transition list to a new application with the facts that were there."""
    owner = account("product_owner", name="Anneke Torvald")
    of = residency(State.IN_RESIDENCE, started_on=TODAY, owner=ops, kept_by=owner, reference="XL-2025-001")
    conversing.held(conversing.opened(of, by=ops), by=ops, outcome="pivot")
    sign_in(page, account("lab_lead", name="Saoirse Lindqvist-Rao"))
    page.goto("/")
    page.get_by_role("link", name=re.compile("Decide on the pivot")).first.click()
    page.get_by_label("Effective date").fill(str(working_days_after(TODAY, 20)))
    page.get_by_label("Reason").fill("The problem is solved by another program.")
    axe(page)
    page.get_by_role("button", name="Pivot").click()
    expect(page.get_by_text("The problem is solved by another program.").first).to_be_visible()
    axe(page)

    sign_in(page, ops)
    page.goto(f"/residencies/{of.reference}/tasks/")
    expect(page.get_by_role("heading", name="After the pivot")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Archive the code and say where it is").click()
    page.get_by_label("Date completed").fill(str(TODAY))
    page.get_by_role("button", name="Mark as done").click()
    expect(page.get_by_text("1 of 8").first).to_be_visible()

    sign_in(page, owner)
    page.goto(f"/residencies/{of.reference}/")
    page.get_by_role("link", name="Apply again").click()
    axe(page)
    page.get_by_role("button", name="Apply again").click()
    expect(page.get_by_role("heading", name=of.product, level=1)).to_be_visible()
    again = Residency.objects.latest("pk")
    assert (again.product, again.problem, again.state) == (of.product, of.problem, State.DRAFT)
    axe(page)
