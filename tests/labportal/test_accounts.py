"""Signing in: local accounts, made by the lab."""

import re
from collections import Counter

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from acts.act import SYSTEM
from tests.factories import account

pytestmark = pytest.mark.django_db

GOOD = "quiet harbour lantern"


@pytest.fixture
def dana():
    user = account("lab_ops", email="dana@example.org", name="Dana Lee")
    user.set_password(GOOD)
    user.save()
    return user


def sign_in(client: Client, password: str = GOOD, login: str = "dana@example.org", **more: str):
    return client.post(reverse("account_login"), {"login": login, "password": password, **more}, headers=more.pop("headers", None))


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# ── Passwords (D3-26) ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("password", ["x" * 14, "quiet harbour " * 10, "1qaz2wsx3edc4rfv", "dana@example.org"])
def test_too_short_too_long_too_common_and_too_like_the_address_are_refused(password, dana):
    """D3-26: at least 15, at most 128."""
    with pytest.raises(ValidationError):
        validate_password(password, dana)


@pytest.mark.parametrize(
    "password",
    ["fifteen letters", "ONLYUPPERCASELETTERS", "ключ от гавани тихой", "".join(f"{n} boats " for n in range(13)), "   spaces stay   x"],
)
def test_length_is_what_counts_and_no_rule_of_composition(password, dana):
    """D3-26."""
    validate_password(password, dana)


@pytest.mark.parametrize("name", ["account_login", "account_reset_password"])
def test_a_password_can_be_pasted_and_kept_in_a_manager(client, name):
    """D3-26."""
    page = client.get(reverse(name)).content.decode()
    assert 'autocomplete="off"' not in page.split("<main")[1]
    assert "onpaste" not in page


# ── Going in and out ─────────────────────────────────────────────────────────────────────────


def test_who_signs_in_is_in_whatever_the_case_of_the_address(client, dana):
    assert sign_in(client, login="Dana@Example.org").status_code == 302
    assert signed_in(client)


def test_a_new_session_begins_at_sign_in(client, dana):
    """D3-33."""
    client.get(reverse("account_login"))
    session = client.session
    session["before"] = True
    session.save()
    client.cookies["__Host-session"] = session.session_key
    sign_in(client)
    assert client.session.session_key != session.session_key


def test_who_leaves_is_out_and_the_old_session_is_dead(client, dana):
    """D3-35."""
    sign_in(client)
    kept = client.cookies["__Host-session"].value
    client.post(reverse("account_logout"))
    thief = Client()
    thief.cookies["__Host-session"] = kept
    assert thief.get(reverse("people")).status_code == 302


def test_looking_at_the_sign_out_page_signs_nobody_out(client, dana):
    """D3-20."""
    sign_in(client)
    client.get(reverse("account_logout"))
    assert signed_in(client)


def test_a_closed_account_does_not_get_in(client, dana):
    dana.is_active = False
    dana.save()
    sign_in(client)
    assert not signed_in(client)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "%2F%2Fevil.example",
        "javascript:alert(1)",
    ],
)
def test_next_never_leads_away(client, dana, elsewhere):
    """D3-21."""
    answer = sign_in(client, next=elsewhere)
    assert answer.status_code == 302
    assert not answer["Location"].startswith(("http", "//", "/\\", "\\", "javascript"))


def test_next_leads_on_within_the_portal(client, dana):
    assert sign_in(client, next="/people/?q=lee")["Location"] == "/people/?q=lee"


def test_wrong_address_and_wrong_password_are_told_alike(client, dana):
    wrong_password = sign_in(client, "a wrong password here").content.decode()
    wrong_address = sign_in(client, login="nobody@example.org").content.decode()
    sentence = "The email address and/or password you specified are not correct."
    assert sentence in wrong_password
    assert sentence in wrong_address


# ── Guessing (D3-27) ─────────────────────────────────────────────────────────────────────────


def test_after_five_wrong_passwords_that_address_waits_and_another_still_gets_in(settings, dana):
    """D3-27: guessing locks out the guesser and not the owner."""
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
    guesser, owner = Client(REMOTE_ADDR="203.0.113.9"), Client(REMOTE_ADDR="198.51.100.7")
    for _ in range(5):
        sign_in(guesser, "a wrong password here")
    sign_in(guesser)
    assert not signed_in(guesser)
    sign_in(owner)
    assert signed_in(owner)


def test_one_address_does_not_try_many_accounts(settings, dana):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
    guesser = Client(REMOTE_ADDR="203.0.113.9")
    for number in range(10):
        sign_in(guesser, login=f"account-{number}@example.org")
    sign_in(guesser)
    assert not signed_in(guesser)


@pytest.mark.parametrize(
    "password",
    ["aaaaaaaaaaaaaaa", "abababababababab", "abcabcabcabcabc", "qwertyuiopasdfgh", "qwertyuiopoiuytrewq", "123456789012345", "zyxwvutsrqponmlk",
     "AAAaaaAAAaaaAAA", "passpasspasspass"],
)  # fmt: skip
def test_a_password_that_is_long_only_by_repeating_or_running_on_is_refused(password):
    """D3-26"""
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert "password_too_simple" in {error.code for error in refused.value.error_list}


def test_twelve_wrong_passwords_from_one_ipv6_network_are_not_all_tried(settings, dana):
    """D3-27: whoever has one address of a /64 has all of them."""
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
    for number in range(12):
        sign_in(Client(REMOTE_ADDR=f"2001:db8:5:6::{number + 1:x}"), "a wrong password here")
    inside, neighbour = Client(REMOTE_ADDR="2001:db8:5:6:ffff::9"), Client(REMOTE_ADDR="2001:db8:5:7::1")
    sign_in(inside)
    sign_in(neighbour)
    assert (signed_in(inside), signed_in(neighbour)) == (False, True)


def test_many_wrong_passwords_from_everywhere_pause_an_account_and_tell_its_owner_once(settings, dana):
    """D3-27: one try from each of many networks; the owner gets in again with a new password from their mail."""
    from labportal.accounts import mint_password_link
    from outbox.models import Message

    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
    for number in range(35):
        sign_in(Client(REMOTE_ADDR=f"203.0.{number}.9"), "a wrong password here")
    owner = Client(REMOTE_ADDR="198.51.100.7")
    sign_in(owner)
    assert not signed_in(owner)
    assert Message.objects.filter(occasion="account-paused", to_address="dana@example.org").count() == 1
    path = "/" + mint_password_link(dana.pk).split("/", 3)[3]
    page = owner.get(path, follow=True)
    owner.post(page.redirect_chain[-1][0], {"password1": "another quiet lantern", "password2": "another quiet lantern"})
    sign_in(owner, "another quiet lantern")
    assert signed_in(owner)


def test_an_address_that_nobody_has_is_paused_alike_and_nobody_is_told(settings, dana):
    from outbox.models import Message

    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
    pages = set()
    for login in ("dana@example.org", "nobody@example.org"):
        for number in range(31):
            answer = sign_in(Client(REMOTE_ADDR=f"203.0.{number}.9"), "a wrong password here", login=login)
        pages.add("Too many failed" in answer.content.decode())
    assert pages == {True}
    assert Message.objects.filter(occasion="account-paused").count() == 1


# ── What there is not ────────────────────────────────────────────────────────────────────────


def test_nobody_makes_an_account_for_themselves(client):
    before = account()
    client.post(reverse("account_signup"), {"email": "new@example.org", "password1": GOOD, "password2": GOOD})
    assert type(before).objects.count() == 1


@pytest.mark.parametrize("name", ["account_email", "account_email_verification_sent", "account_request_login_code"])
def test_pages_that_nobody_needs_have_no_address(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_asking_for_a_password_tells_nobody_who_has_an_account(client, dana):
    from outbox.models import Message

    known = client.post(reverse("account_reset_password"), {"email": "dana@example.org"})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.to_address for message in Message.objects.all()] == ["dana@example.org"]


def test_asking_for_a_password_is_the_same_work_for_an_address_that_nobody_has(client, dana):
    """ASVS 6.3.8: what is asked of the database is the same, so time tells nothing; nothing is kept or sent for a stranger."""
    from outbox.models import Message
    from people.actions import person_of

    person_of(dana, by=SYSTEM)

    def work(email):
        with CaptureQueriesContext(connection) as queries:
            client.post(reverse("account_reset_password"), {"email": email})
        # The name of a cursor is different each time; what it reads is not.
        statements = [" ".join(re.sub(r'^DECLARE "\w+" .*? FOR ', "", query["sql"]).split()[:3]) for query in queries]
        return Counter(each for each in statements if "SAVEPOINT" not in each and not each.startswith(("BEGIN", "COMMIT", "ROLLBACK")))

    work("first@example.org")
    known, unknown = work("dana@example.org"), work("nobody@example.org")
    assert known == unknown
    assert Message.objects.count() == 1


def test_an_address_that_was_changed_opens_nothing_any_more(client, dana, administrator):
    from people.actions import edit_account

    client.post(reverse("account_reset_password"), {"email": "dana@example.org"})
    EmailAddress.objects.create(user=dana, email="dana@example.org", verified=True)  # as the sign-in library may keep it
    edit_account(dana, by=administrator, email="lee@example.org")
    old, new = Client(), Client()
    sign_in(old)
    sign_in(new, login="lee@example.org")
    assert (signed_in(old), signed_in(new)) == (False, False), "the new address chooses a new password first"
    dana.refresh_from_db()
    dana.set_password(GOOD)
    dana.save()
    sign_in(old)
    sign_in(new, login="lee@example.org")
    assert (signed_in(old), signed_in(new)) == (False, True)


def test_a_new_portal_has_no_account():
    """D3-28: no default accounts."""
    from people.models import User

    assert not User.objects.exists()


@pytest.mark.parametrize("path", ["/demo/mail/", "/demo/sign-in/"])
def test_the_demos_pages_are_not_there(client, path):
    """D3-28."""
    assert client.get(path).status_code == 404
    assert client.post(path, {"email": "ops@example.test"}).status_code in {403, 404}
