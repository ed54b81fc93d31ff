"""Signing in: local accounts, made by the lab."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import NoReverseMatch, reverse

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


@pytest.mark.parametrize("password", ["x" * 14, "x" * 129, "1qaz2wsx3edc4rfv", "dana@example.org"])
def test_too_short_too_long_too_common_and_too_like_the_address_are_refused(password, dana):
    """D3-26: at least 15, at most 128."""
    with pytest.raises(ValidationError):
        validate_password(password, dana)


@pytest.mark.parametrize(
    "password", ["fifteen letters", "ONLYUPPERCASELETTERS", "ключ от гавани тихой", "z" * 15 + "q" * 113, "   spaces stay   x"]
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


def test_an_address_that_was_changed_opens_nothing_any_more(client, dana, administrator):
    from people.actions import edit_account

    client.post(reverse("account_reset_password"), {"email": "dana@example.org"})
    assert EmailAddress.objects.filter(email="dana@example.org").exists()
    edit_account(dana, by=administrator, email="lee@example.org")
    old, new = Client(), Client()
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
