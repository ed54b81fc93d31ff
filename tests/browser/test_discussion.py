"""Reading, saying what one finds, asking, and the lab's grid, in a real browser at a desk and on a phone (EL-23, EL-24, EL-29)."""

import re

import pytest

from agreements.discussion import actions
from agreements.models import Clause, Comment, Invitation, SectionRead, Signature, Stance
from tests.agreements.factories import as_party, circulated, to_sign, token_for
from tests.browser.signing import press_give_feedback
from tests.residencies.factories import ops

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def officer():
    return ops(name="Olive Officer")


@pytest.fixture
def version(officer):
    return circulated(by=officer)


def narrow(page):
    assert not page.locator("html").evaluate("html => html.scrollWidth > innerWidth")


def come_in(page, invitation):
    page.goto(f"/a/{token_for(invitation)}")
    page.get_by_role("button", name=re.compile("Continue as")).click()
    page.get_by_role("link", name="Read the agreement").click()
    page.wait_for_url("**/read/")


def talk_of(page, number):
    return page.locator(f"#talk-{Clause.objects.get(number=number).pk}")


def test_a_party_on_a_phone_says_what_it_finds_and_keeps_its_place(phone, version, axe):
    """EL-24: with scripts nothing jumps: the page is not loaded again, focus stays on the button, a sentence says what happened."""
    invitation = to_sign(version)[0]
    come_in(phone, invitation)
    narrow(phone)
    axe(phone)
    phone.evaluate("window.here = true")
    talk = talk_of(phone, "3.2")
    press_give_feedback(talk)
    talk.get_by_role("button", name="Comfortable").scroll_into_view_if_needed()
    before = phone.evaluate("scrollY")
    talk.get_by_role("button", name="Comfortable").focus()
    phone.keyboard.press("Enter")
    talk.get_by_role("button", name="Comfortable", pressed=True).wait_for()
    assert phone.evaluate("window.here && document.activeElement.textContent.trim()") == "Comfortable"
    assert abs(phone.evaluate("scrollY") - before) < 60
    assert phone.locator("#said").text_content().strip() == "You marked clause 3.2 as comfortable."
    talk.locator("summary", has_text="Misaligned").tap()
    talk.get_by_label("What would have to change?").fill("Two people can't be spared.")
    talk.get_by_role("button", name="Mark as misaligned").tap()
    talk.get_by_text("Two people can't be spared.").last.wait_for()
    assert list(Stance.objects.order_by("pk").values_list("value", flat=True)) == ["comfortable", "misaligned"]
    narrow(phone)
    axe(phone)


def test_a_question_is_asked_answered_and_settled(page, phone, version, officer, sign_in, axe):
    """EL-24, EL-29: from the phone to the desk and back; the grid leads to the talk in one click."""
    first, second = to_sign(version)[:2]
    come_in(phone, first)
    talk = talk_of(phone, "2.1")
    press_give_feedback(talk)
    talk.get_by_label("Your question or comment on clause 2.1").fill("Is the training in it, @Dana Lee?")
    talk.get_by_role("button", name="Ask the lab").tap()
    talk.get_by_text("Is the training in it").wait_for()
    assert Comment.objects.get().kind == Comment.Kind.QUESTION
    axe(phone)

    sign_in(page, officer)
    reference = version.agreement.subject.reference
    page.goto("/")
    page.get_by_role("link", name=re.compile("Reply to 1 discussion")).click()
    axe(page)
    page.get_by_role("columnheader", name=re.compile("^2.1")).get_by_role("link").click()
    axe(page)
    page.get_by_label("Your question or comment").fill("Yes, all of it.")
    page.get_by_role("button", name="Send reply").click()
    page.get_by_text("Yes, all of it.").wait_for()
    page.get_by_role("button", name="Mark as resolved").click()
    page.get_by_text("Resolved by Olive Officer").wait_for()
    axe(page)
    page.goto(f"/residencies/{reference}/agreement/")
    page.get_by_role("link", name="Alignment and discussions").wait_for()
    axe(page)

    phone.reload()
    phone.get_by_role("heading", name="One new comment").wait_for()
    axe(phone)
    phone.get_by_role("button", name="Mark as seen").tap()
    phone.get_by_role("heading", name="One new comment").wait_for(state="detached")
    press_give_feedback(talk_of(phone, "2.1"))
    talk_of(phone, "2.1").get_by_text("Yes, all of it.").wait_for()
    assert second.party.mentioned_in.count() == 1


def test_the_grid_is_held_within_its_own_frame_on_a_phone(phone, version, officer, sign_in, axe):
    """EL-24: 390 px, no scrolling sideways but within the table's own region."""
    for invitation, stance in zip(to_sign(version), ("clear", "comfortable"), strict=False):
        actions.take_stance(invitation, "1.1", stance, by=as_party(invitation))
    actions.take_stance(to_sign(version)[2], "1.1", "misaligned", note="Not so.", by=as_party(to_sign(version)[2]))
    sign_in(phone, officer)
    phone.goto(f"/residencies/{version.agreement.subject.reference}/agreement/alignment/")
    narrow(phone)
    axe(phone)
    phone.get_by_role("link", name="Show only clauses with feedback").tap()
    phone.get_by_role("link", name=re.compile("Show all clauses")).wait_for()
    assert phone.locator(".grid thead tr:last-child th").count() == 1
    phone.get_by_role("link", name="1.1 The partners").first.tap()
    phone.get_by_text("Not so.").first.wait_for()
    narrow(phone)
    axe(phone)


def test_everything_works_without_scripts_by_keyboard_and_in_few_steps(plain, officer, axe):
    """EL-23: an agreement of 29 clauses is read, marked section by section, and signed in nine presses and fields.

    Each section is marked by a button that names it: half-way, all down to section 4; at the end, every one.
    """
    version = circulated(by=officer, whole=True)
    invitation = to_sign(version)[0]
    steps = []

    def step(act, *args):
        steps.append(act)
        act(*args)

    plain.goto(f"/a/{token_for(invitation)}")
    step(plain.get_by_role("button", name=re.compile("Continue as")).press, "Enter")
    step(plain.get_by_role("link", name="Read the agreement").press, "Enter")
    assert version.clauses.count() == 29
    step(plain.get_by_role("button", name="I have read sections 1 to 4").press, "Enter")
    assert plain.url.endswith("#section-5")
    assert list(SectionRead.objects.values_list("section__number", flat=True)) == [1, 2, 3, 4]
    step(plain.get_by_role("button", name="I have read every section").press, "Enter")
    step(plain.get_by_label("Your full name").fill, invitation.party.person.name)
    for box in plain.get_by_role("checkbox").all():
        step(box.press, "Space")
    step(plain.get_by_role("button", name="Sign the agreement").press, "Enter")
    plain.get_by_role("heading", name="Signed. Thank you.").wait_for()
    assert Signature.objects.count() == 1
    assert len(steps) < 10


def test_a_misaligned_party_signs_knowingly_without_scripts(plain, version, axe):
    """EL-24, EL-27"""
    invitation = Invitation.objects.get(pk=to_sign(version)[0].pk)
    come_in(plain, invitation)
    press_give_feedback(talk_of(plain, "1.1"))
    plain.get_by_role("heading", name="Clause 1.1").wait_for()
    plain.locator("summary", has_text="Misaligned").click()
    plain.get_by_label("What would have to change?").fill("Name the branch too.")
    plain.get_by_role("button", name="Mark as misaligned").click()
    plain.wait_for_url(re.compile("#clause-1.1$"))
    plain.get_by_role("button", name="I have read every section").click()
    plain.get_by_text("You marked this as misaligned:").wait_for()
    plain.get_by_label("Your full name").fill(invitation.party.person.name)
    for box in plain.get_by_role("checkbox").all():
        box.check()
    plain.get_by_role("button", name="Sign the agreement").click()
    plain.get_by_role("heading", name="Signed. Thank you.").wait_for()
