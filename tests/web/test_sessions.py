"""A session's key stands in the browser's cookie and nowhere else (EL-28, ASVS 7.2)."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from tests.factories import account
from web.idempotent_post import FIELD
from web.serving.sessions import SessionStore, digest

pytestmark = pytest.mark.django_db


def signed_in() -> Client:
    client = Client()
    client.force_login(account("lab_ops"), backend="labportal.accounts.Backend")
    return client


def test_the_table_holds_the_hash_of_the_key_and_not_the_key():
    key = signed_in().cookies[settings.SESSION_COOKIE_NAME].value
    row = Session.objects.get()
    assert row.session_key == digest(key) != key
    assert key not in row.session_data


def test_what_the_table_holds_opens_no_session():
    assert signed_in().get("/").status_code == 200
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = Session.objects.get().session_key
    assert thief.get("/").status_code == 302


def test_a_session_is_kept_changed_given_another_key_and_ended():
    store = SessionStore()
    store["a"] = 1
    store.create()
    first = store.session_key
    again = SessionStore(first)
    again["b"] = 2
    again.save()
    again.cycle_key()
    assert again.session_key != first
    assert not SessionStore().exists(first)
    assert SessionStore(again.session_key).load() == {"a": 1, "b": 2} or SessionStore(again.session_key)["b"] == 2
    again.flush()
    assert not Session.objects.exists()


def test_an_expired_session_is_none(time_machine):
    store = SessionStore()
    store["a"] = 1
    store.save()
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")
    assert SessionStore(store.session_key).load() == {}


@pytest.mark.urls("tests.web.urls")
def test_a_sent_form_is_remembered_without_the_session_s_key(client):
    from web.models import Submission

    session = client.session
    session["a"] = 1
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    client.post("/add/", {"name": "Somebody", FIELD: "7b0e7c0e-6a4d-4b8c-9d53-0d4c2f0f9a11"})
    assert Submission.objects.get().who == f"session:{digest(session.session_key)}"
