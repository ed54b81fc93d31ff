"""Choosing what mail comes, and how: from any mail without signing in, in one's account, or by the lab (EL-64)."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ledger.history_text import tell
from ledger.models import Event
from outbox.catalogue.messages import DIGEST, MESSAGES, optional
from outbox.delivery.worker import deliver_due
from outbox.models import MailPreference, Message, State
from outbox.preferences import actions, links
from tests.actors import ANYONE
from tests.factories import account, person
from tests.outbox.factories import held, message
from tests.pages import text
from tests.web.browsing import form_with

pytestmark = pytest.mark.django_db

OPTIONAL, REQUIRED = "agreement-discussion", "qualified"
ALWAYS = {
    "password-link": "about an account",
    "account-invitation": "about an account",
    "account-address-changed": "about an account",
    "account-paused": "about an account",
    "agreement-void": "agreement is void",
    "agreement-voided": "agreement is void",
    "agreement-unsigned": "Requests to sign",
    "agreement-invitation": "Requests to sign",
    "agreement-code": "one-time codes",
    "agreement-receipt": "receipts",
    "records-altered": "record doesn’t match the ledger",
    "ledger-heads": "ledger’s heads",
    "status-alarm": "portal needs attention",
    "partnership-case-to-read": "read a case study",
    "agreement-wrong-person": "link reached the wrong person",
    "agreement-closed": "void or closed",
    "agreement-address-changed": "party’s email address was changed",
    "agreement-address-asked": "must be confirmed",
    "expert-session": "session with an expert is planned, rescheduled",
    "expert-session-off": "rescheduled or cancelled",
    "review-changed": "sprint review you were invited to is rescheduled",
    "follow-up-due": "after graduation",
    "status-question": "Questions for a status report",
    "relationship-rating-wanted": "Requests to rate a partnership",
    "relationship-results": "Requests to rate a partnership, and their results",
    "conversation-planned": "conversation is planned",
    "conversation-cancelled": "rescheduled or cancelled",
    "alumni-welcome": "listed as an alum",
    "mentor-matched": "have a mentor",
    "mentor-ended": "have a mentor",
}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def dana():
    return person(name="Dana Lee", email="dana.lee@example.org")


@pytest.fixture
def link(dana):
    return reverse("mail-by-link", args=[links.token_of(dana, dana.email)])


def stop_link(somebody, occasion=OPTIONAL):
    return reverse("mail-stop", args=[links.token_of(somebody, somebody.email), occasion])


def wished(somebody):
    return links.preference_of(somebody)


# ── The link in every mail ───────────────────────────────────────────────────────────────────


def test_every_mail_ends_with_the_link_and_only_optional_mail_offers_one_click(dana):
    """EL-64, RFC 8058"""
    message(dana, occasion=REQUIRED), message(dana, occasion=OPTIONAL)
    deliver_due()
    required, kind = mail.outbox
    page = re.search(r"https://portal\.example\.test(/m/\S+)", required.body)[1]
    assert Client().get(page).status_code == 200
    assert "List-Unsubscribe" not in required.extra_headers
    one_click, letter = kind.extra_headers["List-Unsubscribe"].split(", ")
    assert one_click == f"<https://portal.example.test{stop_link(dana)}>"
    assert letter.startswith("<mailto:")
    assert kind.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Stop this kind of email" in kind.body
    assert "/m/" not in "".join(Message.objects.values_list("text", flat=True))


def test_looking_changes_nothing_and_names_nobody(dana, link, django_assert_max_num_queries):
    """D2: a scanner may open it as often as it likes; whoever else opens it learns no name and no full address."""
    writes = []

    def watch(execute, sql, params, many, context):
        writes.extend([sql] if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")) else [])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch), django_assert_max_num_queries(4):
        answer = Client().get(link)
    assert not writes
    page = answer.content.decode()
    assert "d…@example.org" in page
    assert "Dana" not in page
    assert "dana.lee" not in page
    assert answer["Referrer-Policy"] == "strict-origin"
    assert answer["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer["Cache-Control"]


def test_saving_needs_no_account_is_on_the_ledger_and_can_be_undone(dana, link):
    """EL-64, EL-07"""
    actions.stop(dana, "review-dates", by=ANYONE)
    client = Client(enforce_csrf_checks=True)
    form = form_with(client.get(link), "how", "kinds")
    kinds = set(links.kinds_for(None))
    saved = client.post(link, form.fields | {"how": "daily", "kinds": [OPTIONAL]})
    assert saved.status_code == 302
    wish = wished(dana)
    assert (wish.digest, wish.optional, set(wish.stopped)) == (True, True, kinds - {OPTIONAL})
    event = Event.objects.filter(act="mail-wish-set").latest("pk")
    assert (event.actor, event.actor_name) == (None, "Dana Lee")
    assert links.token_of(dana, dana.email) not in str(event.facts)

    page = client.get(saved["Location"])
    assert "Saved." in text(page)
    assert "Sprint review reminder: stopped." in text(page)
    assert "New comments on an agreement: stopped." not in text(page)
    assert "Everything else is sent once a day." in text(page)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]
    before = [kind for kind in kinds if kind != "review-dates"]
    for kind in before:
        assert f'<input type="hidden" name="kinds" value="{kind}">' in page.content.decode()
    undo = {"how": "at_once", "kinds": before, "shown_revision": wish.revision, "csrfmiddlewaretoken": token, "undo": "yes"}
    undone = text(client.post(link, undo, follow=True))
    wish = wished(dana)
    assert (wish.digest, wish.stopped) == (False, ["review-dates"])
    assert "Change undone. Sprint reviews planned: stopped. Everything else is sent right away." in undone
    assert "Undo" not in undone


def test_one_press_stops_all_optional_mail_and_a_tick_brings_it_back(dana, link):
    """EL-64"""
    client = Client()
    client.post(link, {"how": "at_once", "kinds": list(optional()), "stop_all": "yes", "shown_revision": 1})
    assert not wished(dana).optional
    first, second = message(dana, occasion=OPTIONAL), message(dana, occasion=REQUIRED)
    deliver_due()
    assert {row.pk: row.state for row in Message.objects.all()} == {first.pk: State.SUPPRESSED, second.pk: State.SENT}
    client.post(link, {"how": "at_once", "kinds": [OPTIONAL], "shown_revision": 2})
    assert wished(dana).wants(OPTIONAL)
    assert not wished(dana).wants("review-dates")


def test_what_only_the_lab_gets_is_offered_to_the_lab_alone_and_else_stays_as_it_was(client, ops, dana, link):
    """EL-64"""
    of_lab = {name: str(kind) for name, kind in optional().items() if kind.for_lab}
    client.force_login(ops)
    theirs, hers = text(client.get(reverse("my-mail"))), text(Client().get(link))
    assert of_lab
    assert all(label in theirs and label not in hers for label in of_lab.values())
    once = sorted(of_lab)[0]
    actions.choose_mail(dana, stopped=[once], by=ANYONE)
    for version, more in enumerate(({"kinds": [OPTIONAL]}, {"kinds": list(optional())}, {"kinds": [OPTIONAL], "stop_all": "yes"}), 2):
        assert Client().post(link, {"how": "at_once", "shown_revision": version, **more}).status_code == 302
        assert of_lab.keys() & wished(dana).stopped == {once}
    assert not wished(dana).optional


def test_a_form_that_makes_no_sense_keeps_what_was_typed_and_changes_nothing(dana, link):
    answer = Client().post(link, {"how": "by pigeon", "kinds": [OPTIONAL, REQUIRED]})
    assert answer.status_code == 422
    assert not MailPreference.objects.filter(person=dana).exists()
    assert Client().get(link, {"saved": "yes", "how": "'>", "kinds": "x"}).status_code == 200


def test_what_was_chosen_meanwhile_is_not_overwritten_unseen_but_stopping_all_always_stops(client, ops, dana, link):
    """EL-64: one click in a mail program counts too."""
    client.force_login(ops)
    page = reverse("person-mail", args=[dana.pk])
    opened, own = (form_with(response, "how", "kinds").fields for response in (client.get(page), Client().get(link)))
    Client().post(stop_link(dana), {"List-Unsubscribe": "One-Click"})
    late = client.post(page, opened | {"how": "daily", "kinds": list(optional())})
    assert late.status_code == 409
    assert "Another person saved first" in late.content.decode()
    assert (wished(dana).digest, wished(dana).stopped) == (False, [OPTIONAL])
    again = form_with(late, "how", "kinds").fields
    assert client.post(page, again | {"how": "daily", "kinds": list(optional())}).status_code == 302
    assert (wished(dana).digest, wished(dana).stopped) == (True, [])
    assert Client().post(link, own | {"stop_all": "yes"}).status_code == 302
    assert not wished(dana).optional


# ── One click in the mail program ────────────────────────────────────────────────────────────


def test_one_click_stops_one_kind_without_cookie_or_csrf_token_however_often(dana):
    """RFC 8058: answered plainly, once on the ledger, and nothing else is stopped."""
    client = Client(enforce_csrf_checks=True)
    for _ in range(3):
        answer = client.post(stop_link(dana), ONE_CLICK)
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/plain")
    assert not client.cookies
    assert wished(dana).stopped == [OPTIONAL]
    assert wished(dana).optional
    assert Event.objects.filter(act="mail-wish-set").count() == 1


@pytest.mark.parametrize(
    ("occasion", "body", "status"), [(OPTIONAL, {"yes": "1"}, 400), (REQUIRED, ONE_CLICK, 404), ("no-such", ONE_CLICK, 404)]
)
def test_one_click_does_nothing_but_that(dana, occasion, body, status):
    assert Client().post(stop_link(dana, occasion), body).status_code == status
    assert not MailPreference.objects.filter(person=dana).exists()


def test_whoever_opens_the_one_click_address_is_led_to_all_choices_and_nothing_is_stopped(dana, link):
    answer = Client().get(stop_link(dana))
    assert (answer.status_code, answer["Location"]) == (302, link)
    assert not MailPreference.objects.filter(person=dana).exists()


def test_what_is_not_optional_is_stopped_by_no_way(dana):
    """EL-64: signing requests are not optional."""
    actions.stop(dana, "agreement-invitation", by=ANYONE)
    actions.choose_mail(dana, stopped=["agreement-invitation"], optional=False, by=ANYONE)
    message(dana, occasion="agreement-invitation")
    assert deliver_due() == 1


# ── What a link is worth ─────────────────────────────────────────────────────────────────────


def test_a_link_dies_with_the_address_it_was_sent_to_and_when_its_person_ends_it(dana, link):
    token = links.token_of(dana, dana.email)
    assert links.whose(token) == dana
    dana.email = "dana.lee@elsewhere.example.org"
    dana.save()
    assert links.whose(token) is None
    assert Client().get(link).status_code == 404
    token = links.token_of(dana, dana.email)
    actions.end_mail_links(dana, by=ANYONE)
    assert links.whose(token) is None
    dana.refresh_from_db()
    assert links.whose(links.token_of(dana, dana.email)) == dana


def test_a_link_is_nobody_elses_and_outlives_a_change_of_keys(dana, settings):
    """D3-37, D3-38"""
    token, other = links.token_of(dana, dana.email), person()
    assert links.whose(token.replace(str(dana.pk), str(other.pk), 1)) is None
    for spoilt in (
        token[:-1],
        token + "A",
        token.replace(".0.", ".1."),
        "",
        "1.0." + "A" * 43,
        "9" * 18 + ".0." + "A" * 43,
        "١.0." + "A" * 43,
    ):
        assert links.whose(spoilt) is None
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, [settings.SECRET_KEY]
    assert links.whose(token) == dana
    settings.SECRET_KEY_FALLBACKS = []
    assert links.whose(token) is None


def test_an_address_that_tries_many_links_has_to_wait(link, time_machine):
    """ASVS 2.4.1"""
    time_machine.move_to(timezone.now().replace(second=20), tick=False)
    client = Client(REMOTE_ADDR="203.0.113.77")
    answers = [client.get(reverse("mail-by-link", args=["t" * 43])) for _ in range(61)]
    assert {answer.status_code for answer in answers[:60]} == {404}
    assert (answers[60].status_code, int(answers[60]["Retry-After"]) > 0) == (429, True)
    assert Client(REMOTE_ADDR="203.0.113.78").get(link).status_code == 200


def test_what_always_comes_names_nothing_that_can_be_stopped(link):
    """EL-64: mail with a file or a link of its own comes at once, and some of it can be stopped all the same."""
    page = text(Client().get(link))
    always = page[page.index("Email that’s always sent right away") :]
    head, rest = always.split("Other email with a file")
    assert "file" not in head
    assert "If it’s listed above, you can stop it." in rest
    for name, kind in MESSAGES.items():
        assert kind.optional or kind.may_wait or name == DIGEST or ALWAYS[name] in head


# ── In one's account, and by the lab ─────────────────────────────────────────────────────────


def test_an_account_chooses_for_itself_and_looking_makes_nobody(client):
    user = account("viewer")
    client.force_login(user)
    assert client.get(reverse("my-mail")).status_code == 200
    assert not MailPreference.objects.exists()
    client.post(reverse("my-mail"), {"how": "daily", "kinds": list(optional()), "shown_revision": 1})
    wish = MailPreference.objects.get(person__user=user)
    assert (wish.digest, wish.optional, wish.stopped) == (True, True, [])
    assert "Email preferences" in client.get(reverse("home")).content.decode()


def test_what_waits_is_counted_and_the_links_sent_so_far_can_be_ended(client, ops):
    client.force_login(ops)
    client.post(reverse("my-mail"), {"how": "daily", "kinds": list(optional()), "shown_revision": 1})
    somebody = MailPreference.objects.get().person
    held(somebody), held(somebody)
    assert "2 messages are waiting for the digest of" in client.get(reverse("my-mail")).content.decode()
    token = links.token_of(somebody, somebody.email)
    client.post(reverse("my-mail"), {"end_links": "yes"})
    assert links.whose(token) is None


def test_the_lab_chooses_for_somebody_who_asks(client, ops, viewer, dana):
    page = reverse("person-mail", args=[dana.pk])
    client.force_login(viewer)
    assert client.post(page, {"how": "daily"}).status_code == 403
    client.force_login(ops)
    assert "Email preferences" in client.get(reverse("person", args=[dana.pk])).content.decode()
    client.post(page, {"how": "daily", "kinds": [], "shown_revision": 1})
    assert (wished(dana).digest, wished(dana).optional) == (True, False)
    assert Event.objects.get(act="mail-wish-set").actor == ops


def test_nobody_ends_links_or_changes_another_by_the_link(dana, link):
    Client().post(link, {"end_links": "yes"})
    assert links.whose(links.token_of(dana, dana.email)) == dana


def test_an_event_from_before_a_model_was_renamed_names_its_fields():
    """EL-07: what stands in the ledger stays, so old labels are understood."""
    changes = {"digest": {"from": False, "to": True}}
    event = Event(act="mail-wish-set", at=timezone.now(), facts={"record": "outbox.wish", "changes": changes})
    assert "Daily digest: from “no” to “yes”" in tell(event).detail
