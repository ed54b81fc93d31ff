"""What visitors see when something is refused, missing or broken, and how their session is kept (D3-15 to D3-18, D3-40, D3-45)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

from findings import Refused
from findings.gates import Gate
from ledger import subjects
from ledger.models import Stream
from residencies.lifecycle.gates import verdicts_of
from residencies.lifecycle.moves import LIFECYCLE
from residencies.models import Residency
from residencies.review import actions
from tests.factories import account
from tests.residencies.factories import lead, ops, residency_in_review

pytestmark = pytest.mark.django_db
GOOD = "quiet harbour lantern"


def broken(execute, sql, params, many, context):
    raise DatabaseError("connection to server at db.internal (10.0.0.7), port 5432 failed: password authentication failed for user lab")


def sign_in() -> Client:
    user = account("lab_ops", email="dana@example.org")
    user.set_password(GOOD)
    user.save()
    client = Client()
    answer = client.post(reverse("account_login"), {"login": "dana@example.org", "password": GOOD}, secure=True)
    assert answer.status_code == 302
    return client


def test_the_session_s_cookies_can_be_read_by_no_script_and_sent_over_tls_alone():
    """D3-15: as the browser gets them from a sign-in, under production's settings."""
    cookies = sign_in().cookies
    assert set(cookies) >= {"__Host-session", "__Host-csrf"}
    for name in ("__Host-session", "__Host-csrf"):
        cookie = cookies[name]
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, True, "Lax", "/", "")


@pytest.mark.parametrize(
    ("path", "code"), [("/there-is-no-such-page/", 404), ("/residencies/XL-1999-001/", 404), ("/admin/", 403), ("/people/", 500)]
)
def test_refused_missing_and_broken_pages_are_protected_like_any_other(path, code):
    """D3-16, D3-17, D3-18."""
    client = sign_in()
    client.raise_request_exception = False
    if code == 500:
        with connection.execute_wrapper(broken):
            answer = client.get(path, secure=True)
    else:
        answer = client.get(path, secure=True)
    assert answer.status_code in ({403, 302} if code == 403 else {code})
    headers = answer.headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert headers["X-Frame-Options"] == "DENY"
    assert "no-store" in headers["Cache-Control"]
    assert "object-src 'none'" in headers["Content-Security-Policy"]


def test_a_broken_database_shows_a_plain_page_with_a_reference_and_nothing_of_ours():
    """D3-45"""
    client = sign_in()
    client.raise_request_exception = False
    with connection.execute_wrapper(broken):
        answer = client.get("/people/", secure=True)
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "Something went wrong on our side" in page
    assert "quote this reference: <strong>" in page
    assert "<strong></strong>" not in page
    for secret in ("Traceback", "DatabaseError", "db.internal", "10.0.0.7", "password authentication", "SELECT", "File &quot;", ".py"):
        assert secret not in page


def test_a_gate_that_raises_refuses_and_never_passes(monkeypatch):
    """D3-45: the residency stays where it is."""
    residency = residency_in_review(reviewer=ops())

    def fails(*args):
        raise LookupError("the rule fails")

    monkeypatch.setattr("residencies.lifecycle.gates.six_conditions_met", Gate(fails, verdicts_of, ""))
    with pytest.raises((LookupError, Refused)):
        LIFECYCLE.move("qualify", residency, by=lead())
    with pytest.raises((LookupError, Refused)):
        actions.qualify(residency, by=lead())
    assert Residency.objects.get(pk=residency.pk).state == residency.state
    stream = Stream.objects.get(pk=residency.stream_id)
    try:
        findings = subjects.findings_before("circulate_agreement", stream, residency.made_at.date())
    except LookupError:
        findings = ["refused"]
    assert findings


@pytest.mark.parametrize("path", ["/accounts/login/", "/there-is-no-such-page/", "/health/live", "/health/ready", "/a/" + "t" * 43])
def test_no_page_tells_strangers_what_runs_here(path, settings):
    """D3-40: no version, no setting, no engine."""
    settings.SECRET_KEY = "not-to-be-shown-" * 4
    answer = Client().get(path, secure=True)
    body = answer.content.decode() + str(answer.headers)
    import django

    for secret in (
        django.get_version(),
        "Django/",
        "gunicorn",
        "Python/",
        "sqlite",
        "psycopg",
        "INSTALLED_APPS",
        "not-to-be-shown",
        settings.RELEASE,
    ):
        assert secret not in body, secret
    assert "Server" not in answer.headers
    assert "X-Powered-By" not in answer.headers
