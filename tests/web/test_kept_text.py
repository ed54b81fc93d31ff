"""What was typed is there afterwards: after signing in again, after opening the link again, and for nobody else (K12)."""

import datetime
import re

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from agreements.invitations import actions
from labportal.tasks import keep_house
from outbox.delivery.worker import deliver_due
from residencies.models import Question
from tests.agreements.factories import circulated, coded, read_all, to_sign, token_for
from tests.factories import account
from tests.pages import text
from tests.residencies.factories import residency_in_review
from tests.web.browsing import form_with, forms_of
from web.form_filling import filled
from web.models import KeptText

pytestmark = pytest.mark.django_db

WORDS = 'The numbers don’t add up:\nwe counted <90> calls & "letters" a week, not 900.'
SITE = "http://testserver"
PASSWORD = "a long enough pass phrase"


class Browser(Client):
    """A browser that checks tokens, names the page it comes from, and sends a form as it stands."""

    def __init__(self, **more):
        super().__init__(enforce_csrf_checks=True, **more)

    def send(self, page, form, **typed):
        fields = {**form.fields, **typed}
        return self.post(form.action or page, fields, headers={"referer": SITE + page, "sec-fetch-site": "same-origin"})

    def lose_session(self):
        del self.cookies[settings.SESSION_COOKIE_NAME]

    def sign_in(self, user, to=""):
        user.set_password(PASSWORD)
        user.save()
        page = to or reverse("account_login")
        form = form_with(self.get(page), "login")
        return self.post(page, {**form.fields, "login": user.email, "password": PASSWORD}, headers={"referer": SITE + page})


def written_in(response):
    """Every text area's words on a page."""
    return [value for form in forms_of(response) for value in form.fields.values()]


@pytest.fixture
def reviewing(ops):
    return residency_in_review(by=ops)


@pytest.fixture
def tab(ops):
    browser = Browser()
    browser.force_login(ops)
    return browser


def typed_and_lost(tab, residency, **typed):
    """The review's question to the program area, written and sent after the session has ended."""
    page = reverse("review", args=[residency.reference])
    form = form_with(tab.get(page), "question")
    tab.lose_session()
    return page, tab.send(page, form, question=WORDS, **typed)


def test_after_signing_in_again_the_form_is_back_with_every_word(tab, ops, reviewing):
    """K12: cases/D08; the notice says what happened, and nothing was sent."""
    page, answer = typed_and_lost(tab, reviewing)
    login = answer["Location"]
    assert "Your text was kept" in text(tab.get(login))
    back = tab.sign_in(ops, login)
    assert back["Location"] == page
    shown = tab.get(page)
    assert "Your text was kept" in text(shown)
    assert WORDS in written_in(shown)
    reviewing.refresh_from_db()
    assert reviewing.state == "in_review"
    assert tab.send(page, form_with(shown, "question")).status_code == 302
    reviewing.refresh_from_db()
    assert reviewing.state == "draft"
    assert Question.objects.filter(text=WORDS).exists()


def test_what_is_sent_at_last_is_kept_no_longer(tab, ops, reviewing):
    page, answer = typed_and_lost(tab, reviewing)
    tab.sign_in(ops, answer["Location"])
    shown = tab.get(page)
    tab.send(page, form_with(shown, "c1-verdict", "c1-reason"), **{"c1-verdict": "met", "c1-reason": "I saw the tally."})
    assert KeptText.objects.count() == 1, "another form of the page was sent"
    tab.send(page, form_with(tab.get(page), "question"))
    assert not KeptText.objects.exists()


def test_nobody_else_who_signs_in_at_this_computer_sees_it(tab, ops, reviewing):
    """K12: bound to the account that typed it."""
    page, answer = typed_and_lost(tab, reviewing)
    other = account("lab_ops", name="Somebody Else")
    tab.sign_in(other, answer["Location"])
    shown = tab.get(page)
    assert "Your text was kept" not in text(shown)
    assert WORDS not in written_in(shown)


def test_signing_in_again_in_another_tab_leaves_no_bare_refusal(tab, ops, reviewing):
    """K12: the token of the page is out of date; the form comes back filled in, tied to the new session."""
    page = reverse("review", args=[reviewing.reference])
    form = form_with(tab.get(page), "question")
    tab.lose_session()
    tab.sign_in(ops)
    answer = tab.send(page, form, question=WORDS)
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert WORDS in written_in(tab.get(page))


def test_a_form_from_another_site_is_refused_and_never_comes_back_as_ones_own_words(tab, ops, reviewing):
    """K12, D2: forged words must not stand in a form that one is about to send."""
    page = reverse("review", args=[reviewing.reference])
    tab.get(page)
    action = form_with(tab.get(page), "question").action
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {}):
        answer = tab.post(action, {"question": "Send the money to the account below."}, headers=headers)
        assert answer.status_code == 403
    assert not KeptText.objects.exists()


def test_the_database_alone_reads_nothing_and_names_no_page(tab, ops, reviewing):
    """K12: sealed under a key that only the browser's cookie holds."""
    typed_and_lost(tab, reviewing)
    row = KeptText.objects.values().get()
    assert "calls" not in str(bytes(row["sealed"])) + str(row)
    assert reviewing.reference not in str(row)
    key = tab.cookies[settings.KEPT_TEXT_COOKIE_NAME]
    assert key.value not in str(row)
    assert (key["httponly"], key["samesite"]) == (True, "Lax")


def test_passwords_and_codes_are_never_kept(client):
    """K12"""
    tab = Browser()
    page = reverse("account_login")
    form = form_with(tab.get(page), "login")
    form.fields["csrfmiddlewaretoken"] = "x" * 64
    assert tab.send(page, form, login="someone@example.org", password="a long enough secret").status_code == 403
    assert not KeptText.objects.exists()


def test_text_is_kept_for_a_day_and_gone_at_sign_out(tab, ops, reviewing, time_machine):
    """K12: a shared computer keeps nothing for long."""
    _page, answer = typed_and_lost(tab, reviewing)
    tab.sign_in(ops, answer["Location"])
    form = form_with(tab.get(reverse("home")), action=reverse("account_logout"))
    tab.send(reverse("home"), form)
    assert not KeptText.objects.exists()
    tab.force_login(ops)
    typed_and_lost(tab, reviewing)
    time_machine.move_to(timezone.now() + datetime.timedelta(hours=25))
    tab.force_login(ops)
    assert WORDS not in written_in(tab.get(reverse("review", args=[reviewing.reference])))
    keep_house()
    assert not KeptText.objects.exists()


def test_a_page_that_kept_nothing_asks_the_database_nothing(client, ops, reviewing, django_assert_num_queries):
    client.force_login(ops)
    client.get(reverse("home"))
    with connection.execute_wrapper(_no_kept_text):
        client.get(reverse("home"))


def _no_kept_text(execute, sql, params, many, context):
    assert "web_kepttext" not in sql
    return execute(sql, params, many, context)


def test_text_can_be_discarded(tab, ops, reviewing):
    page, answer = typed_and_lost(tab, reviewing)
    tab.sign_in(ops, answer["Location"])
    form = form_with(tab.get(page), action=reverse("kept-text-discard", args=[KeptText.objects.get().pk]))
    assert tab.send(page, form)["Location"] == page
    assert WORDS not in written_in(tab.get(page))


def test_other_pages_say_where_the_text_is(tab, ops, reviewing):
    page, _answer = typed_and_lost(tab, reviewing)
    tab.sign_in(ops)
    home = tab.get(reverse("home")).content.decode()
    assert f'<a href="{page}">Go to the form' in home


def test_an_edit_seen_before_the_session_ended_is_still_compared_with_what_is_saved_since(tab, ops, reviewing):
    """K12, R14: the version that the form was filled in from comes back with it, so nothing newer is overwritten unseen."""
    page = reverse("residency-edit", args=[reviewing.reference])
    form = form_with(tab.get(page), "product", "shown_revision")
    tab.lose_session()
    answer = tab.send(page, form, product="My new name for it")
    tab.sign_in(ops, answer["Location"])
    assert form_with(tab.get(page), "product").fields["shown_revision"] == form.fields["shown_revision"]


# ── Parties ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def invitations(ops):
    return to_sign(circulated(by=ops))


def visit(tab, invitation):
    """Open an invitation's link in this tab."""
    page = reverse("open-invitation", args=[token_for(invitation)])
    return tab.send(page, forms_of(tab.get(page))[0])


def decline_form(tab, invitation):
    page = reverse("sign-decline", args=[invitation.pk])
    return page, form_with(tab.get(page), "reason")


def test_after_opening_the_link_again_a_party_finds_its_words_in_the_form(invitations):
    """K12: the page that says how to come back shows them too."""
    tab = Browser()
    visit(tab, invitations[0])
    page, form = decline_form(tab, invitations[0])
    tab.lose_session()
    answer = tab.send(page, form, reason=WORDS)
    assert answer["Location"] == reverse("sign-closed")
    closed = text(tab.get(reverse("sign-closed")))
    assert "What you typed is kept" in closed
    assert "we counted <90> calls" in closed
    assert visit(tab, invitations[0])["Location"] == page
    assert WORDS in written_in(tab.get(page))
    assert visit(Browser(), invitations[0])["Location"] == reverse("sign", args=[invitations[0].pk])


def test_two_invitations_stand_side_by_side_in_one_browser(invitations):
    """K12: opening the second ends neither the first nor what is being typed under it."""
    tab = Browser()
    first, second = invitations[:2]
    visit(tab, first)
    page, form = decline_form(tab, first)
    visit(tab, second)
    assert tab.get(reverse("sign", args=[second.pk])).status_code == 200
    assert tab.send(page, form, reason=WORDS).status_code == 302
    first.refresh_from_db()
    assert first.decline.reason == WORDS


def test_a_partys_words_are_for_its_own_invitation_only(invitations):
    tab = Browser()
    first, second = invitations[:2]
    visit(tab, first)
    page, form = decline_form(tab, first)
    tab.lose_session()
    tab.send(page, form, reason=WORDS)
    visit(tab, second)
    assert WORDS not in written_in(tab.get(reverse("sign-decline", args=[second.pk])))


def test_a_party_whose_link_was_ended_can_still_copy_its_words(invitations, ops):
    """K12"""
    tab = Browser()
    visit(tab, invitations[0])
    page, form = decline_form(tab, invitations[0])
    token = token_for(invitations[0])
    actions.revoke_invitation(invitations[0], by=ops)
    assert tab.send(page, form, reason=WORDS)["Location"] == reverse("sign-closed")
    for address in (reverse("sign-closed"), reverse("open-invitation", args=[token])):
        assert "we counted <90> calls" in text(tab.get(address))


def test_leaving_lets_everything_go(invitations):
    tab = Browser()
    visit(tab, invitations[0])
    page, form = decline_form(tab, invitations[0])
    tab.lose_session()
    tab.send(page, form, reason=WORDS)
    visit(tab, invitations[0])
    tab.send(page, form_with(tab.get(reverse("sign", args=[invitations[0].pk])), action=reverse("sign-leave")))
    assert not KeptText.objects.exists()


def test_a_script_is_told_to_leave_the_page_instead_of_getting_another_page_into_a_part_of_it(invitations, client, ops, reviewing):
    """K12: htmx follows a redirect, and put the sign-in page or "come back" into the clause."""
    tab = Browser()
    visit(tab, invitations[0])
    read = reverse("sign-read", args=[invitations[0].pk])
    form = next(form for form in forms_of(tab.get(reverse("sign-talk", args=[invitations[0].pk, "1.1"]))) if "text" in form.names)
    tab.lose_session()
    headers = {"hx-request": "true", "hx-current-url": SITE + read, "sec-fetch-site": "same-origin"}
    answer = tab.post(reverse("sign-talk", args=[invitations[0].pk, "1.1"]), {**form.fields, "text": WORDS}, headers=headers)
    assert (answer.status_code, answer["HX-Redirect"]) == (200, reverse("sign-closed"))
    assert WORDS.split(":")[0] in text(tab.get(reverse("sign-closed")))
    asked = client.get(reverse("residency-list"), headers={"hx-request": "true", "hx-current-url": SITE + reverse("residency-list")})
    assert asked["HX-Redirect"] == f"{reverse('account_login')}?next={reverse('residency-list')}"


def test_a_code_that_was_asked_for_survives_opening_the_link_again(ops):
    """K12, EL-28: the mail program's tab opens the same link, and the code typed there is for this browser still."""
    invitation = to_sign(coded(by=ops))[0]
    tab = Browser()
    visit(tab, invitation)
    page = reverse("sign-sign", args=[invitation.pk])
    read_all(invitation)
    asks = form_with(tab.get(page), action=reverse("sign-code-send", args=[invitation.pk]))
    assert tab.send(page, asks).status_code == 302
    assert tab.get(reverse("open-invitation", args=[token_for(invitation)]))["Location"] == page
    deliver_due()
    digits = re.search(r"\b\d{6}\b", mail.outbox[-1].body)[0]
    typed = {"code": digits, "typed_name": invitation.party.person.name, "intends": "on", "consents": "on"}
    assert tab.send(page, form_with(tab.get(page), "code"), **typed)["Location"] == reverse("sign-done", args=[invitation.pk])


# ── Filling a form ───────────────────────────────────────────────────────────────────────────

PAGE = """<main><form action="/search/"><input name="q"></form>
<details class="fold"><summary>More</summary>
<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="new"><input type="hidden" name="shown_revision" value="9">
<textarea name="reason" rows="3">
old &amp; gone</textarea>
<input type="text" name="title" value="old"><input type="password" name="secret" value="">
<input type="radio" name="verdict" value="met" checked><input type="radio" name="verdict" value="not_met">
<input type="checkbox" name="kinds" value="a" checked><input type="checkbox" name="kinds" value="b">
<select name="to"><option value="1" selected>One</option><option value="2">Two</option></select>
</form></details></main>"""


def test_every_kind_of_field_is_filled_and_the_fold_is_open():
    """K12"""
    fields = [("shown_revision", "4"), ("reason", WORDS), ("title", 'A "b" <c>'), ("verdict", "not_met"), ("kinds", "b"), ("to", "2")]
    fields += [("csrfmiddlewaretoken", "old"), ("secret", "hunter2")]
    html = filled(PAGE, page="/a/page/?x=1", action="/a/page/?x=1", fields=fields)
    assert '<details class="fold" open>' in html
    form = forms_of(type("Page", (), {"content": html.encode()}))[1]
    assert form.fields == {
        "csrfmiddlewaretoken": "new", "shown_revision": "4", "reason": WORDS, "title": 'A "b" <c>', "secret": "", "verdict": "not_met",
        "kinds": "b", "to": "2",
    }  # fmt: skip


def test_a_form_that_is_sent_elsewhere_is_left_as_it_is():
    assert filled(PAGE, page="/a/page/", action="/another/", fields=[("reason", WORDS)]) is None
    assert filled(PAGE, page="/a/page/", action="/a/page/", fields=[("nothing", WORDS)]) is None


@given(st.text(max_size=300))
def test_whatever_was_typed_comes_back_as_it_was_and_breaks_no_page(words):
    """K12: quotes, tags, entities, line ends."""
    words = words.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    html = filled(PAGE, page="/a/", action="/a/", fields=[("reason", words), ("title", "x")])
    form = forms_of(type("Page", (), {"content": html.encode("utf-8", "surrogatepass")}))[1]
    assert form.fields["reason"] == words
    assert form.names >= {"title", "verdict", "to"}
