"""Typed words stay through a lost network, a failing answer, an ended session and a second invitation, in a real browser (K12)."""

import re

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from agreements.invitations import actions
from agreements.models import Clause, Comment, Decline
from tests.agreements.factories import circulated, to_sign, token_for
from tests.browser.signing import press_give_feedback
from tests.residencies.factories import ops, residency_in_review
from tests.residencies.pages import at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "We counted 90 calls a week, not 900: please look at the tally again."


@pytest.fixture
def officer():
    return ops(name="Olive Officer")


def come_in(page, invitation):
    page.goto(f"/a/{token_for(invitation)}")
    page.get_by_role("button", name=re.compile("Continue as")).click()
    page.wait_for_url(re.compile(f"/sign/{invitation.pk}/"))


def decline_page(page, invitation):
    page.goto(reverse("sign-decline", args=[invitation.pk]))
    return page.get_by_role("main").locator("textarea")


def test_a_form_sent_offline_says_so_in_place_and_can_be_sent_once_connected(phone, officer):
    """K12: no error page of the browser; the words stay in the field."""
    invitation = to_sign(circulated(by=officer))[0]
    come_in(phone, invitation)
    reason = decline_page(phone, invitation)
    reason.fill(WORDS)
    phone.context.set_offline(True)
    phone.locator("main form.act-form button[type='submit']").click()
    expect(phone.get_by_role("alert")).to_contain_text("Not sent: you are offline")
    expect(reason).to_have_value(WORDS)
    phone.context.set_offline(False)
    phone.locator("main form.act-form button[type='submit']").click()
    phone.wait_for_url(re.compile(f"/sign/{invitation.pk}/$"))
    assert Decline.objects.get().reason == WORDS


def test_when_the_network_fails_on_the_way_the_words_are_offered_again(phone, officer, troubles):
    """K12: the browser shows its own error page; going back, the form offers what was typed, until it is sent."""
    troubles.forgive("ERR_FAILED")
    invitation = to_sign(circulated(by=officer))[0]
    come_in(phone, invitation)
    decline_page(phone, invitation).fill(WORDS)
    address = phone.url
    phone.route("**/decline/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    phone.locator("main form.act-form button[type='submit']").click()
    phone.wait_for_timeout(300)
    phone.unroute("**/decline/")
    phone.goto(address)
    notice = phone.locator(".draft-notice")
    expect(notice).to_contain_text("We kept what you typed at")
    notice.get_by_role("button", name="Restore").click()
    expect(phone.get_by_role("main").locator("textarea")).to_have_value(WORDS)
    phone.locator("main form.act-form button[type='submit']").click()
    phone.wait_for_url(re.compile(f"/sign/{invitation.pk}/$"))
    assert phone.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('draft|'))") == []


def test_a_press_that_fails_says_so_beside_the_button_and_keeps_what_is_being_typed(phone, officer, troubles):
    """K12: htmx says nothing by itself; and an answer to one form leaves the words in another."""
    troubles.forgive("ERR_INTERNET_DISCONNECTED")
    troubles.forgive("htmx:sendError")
    invitation = to_sign(circulated(by=officer))[0]
    come_in(phone, invitation)
    phone.goto(reverse("sign-read", args=[invitation.pk]))
    talk = phone.locator(f"#talk-{Clause.objects.get(number='3.2').pk}")
    press_give_feedback(talk)
    text = talk.locator("textarea[name='text']")
    text.fill(WORDS)
    phone.context.set_offline(True)
    talk.get_by_role("button", name="Add comment").click()
    expect(talk.get_by_role("alert")).to_contain_text("Not sent: you are offline")
    phone.context.set_offline(False)
    talk.get_by_role("button", name="Comfortable").click()
    talk.get_by_role("button", name="Comfortable", pressed=True).wait_for()
    expect(text).to_have_value(WORDS)
    talk.get_by_role("button", name="Add comment").click()
    expect(text).to_have_value("")
    assert Comment.objects.get().text == WORDS


def test_a_comment_that_was_not_sent_is_offered_again_though_its_form_comes_later(phone, officer, troubles):
    """K12: the discussion of a clause is loaded when it is opened. Without a network it says so, and a link leads to its own page."""
    troubles.forgive("ERR_INTERNET_DISCONNECTED")
    troubles.forgive("htmx:sendError")
    invitation = to_sign(circulated(by=officer))[0]
    come_in(phone, invitation)
    phone.goto(reverse("sign-read", args=[invitation.pk]))
    talk = phone.locator(f"#talk-{Clause.objects.get(number='3.2').pk}")
    expect(talk.get_by_role("link", name="Give feedback on clause 3.2")).to_have_attribute(
        "href", reverse("sign-talk", args=[invitation.pk, "3.2"])
    )
    phone.context.set_offline(True)
    press_give_feedback(talk)
    expect(talk.get_by_role("alert")).to_contain_text("Not loaded. Check your connection")
    phone.context.set_offline(False)
    press_give_feedback(talk)
    talk.locator("textarea[name='text']").fill(WORDS)
    phone.wait_for_timeout(400)
    phone.reload()
    talk.get_by_role("button", name="Restore").click()
    expect(talk.locator("textarea[name='text']")).to_have_value(WORDS)


def test_after_an_invitation_ended_a_press_leads_to_the_page_that_says_so_with_the_words(phone, officer):
    """K12: the whole page came into the clause."""
    invitation = to_sign(circulated(by=officer))[0]
    come_in(phone, invitation)
    phone.goto(reverse("sign-read", args=[invitation.pk]))
    talk = phone.locator(f"#talk-{Clause.objects.get(number='3.2').pk}")
    press_give_feedback(talk)
    talk.locator("textarea[name='text']").fill(WORDS)
    actions.revoke_invitation(invitation, by=officer)
    phone.once("dialog", lambda dialog: dialog.accept())
    talk.get_by_role("button", name="Add comment").click()
    phone.wait_for_url("**/sign/closed/")
    expect(phone.get_by_role("main")).to_contain_text(WORDS)


def test_a_second_invitation_opened_in_another_tab_takes_nothing_from_the_first(phone, officer):
    """K12"""
    first, second = to_sign(circulated(by=officer))[:2]
    come_in(phone, first)
    decline_page(phone, first).fill(WORDS)
    other = phone.context.new_page()
    come_in(other, second)
    phone.locator("main form.act-form button[type='submit']").click()
    phone.wait_for_url(re.compile(f"/sign/{first.pk}/$"))
    assert Decline.objects.get().reason == WORDS


def test_signing_in_again_brings_back_what_was_written_on_all_six_conditions(page, sign_in, officer, axe):
    """K12: cases/D08."""
    residency = residency_in_review(reviewer=officer)
    sign_in(page, officer)
    page.goto(at("review", residency))
    for number in (2, 5):
        page.locator(f"#condition-{number}").get_by_label("Reason").fill(f"{number}: {WORDS}")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator("#condition-5").get_by_label("Reason").blur()
    expect(page.get_by_role("main")).to_contain_text("Your text was kept")
    sign_in(page, officer)
    page.goto(at("review", residency))
    expect(page.get_by_role("main")).to_contain_text("Your text was kept")
    for number in (2, 5):
        expect(page.locator(f"#condition-{number}").get_by_label("Reason")).to_have_value(f"{number}: {WORDS}")
    axe(page)
