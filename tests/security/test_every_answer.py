"""What holds of every answer the portal gives, whatever the address."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.security.addresses import addresses

ANYWHERE = [
    "/",
    "/residencies/",
    "/accounts/login/",
    "/there-is-no-such-page/",
    "/a/not-a-token/",
    "/admin/",
    "/health/live",
    "/health/ready",
]


@pytest.fixture
def https(settings) -> Client:
    """A visitor over TLS, as in production."""
    settings.SECURE_SSL_REDIRECT = True
    return Client(headers={"x-forwarded-proto": "https"}) if settings.TRUSTED_PROXIES else Client()


@pytest.mark.django_db
@pytest.mark.parametrize("path", [p for p in ANYWHERE if not p.startswith("/health")])
def test_every_answer_carries_the_headers_that_protect_it(path, client):
    """D3-16, D3-17, D3-18: also not found, also refused."""
    headers = client.get(path, secure=True).headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]
    policy = headers["Content-Security-Policy"]
    for directive in (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ):
        assert directive in policy
    assert "unsafe" not in policy
    assert "nonce" not in policy


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_everywhere():
    """D3-19: POST to every address of ours without a CSRF token."""
    visitor = Client(enforce_csrf_checks=True)
    for address in addresses():
        if address.name.startswith(("admin:", "static")):
            continue
        filled = {
            part: {"token": "t" * 43, "verb": "withdraw", "slug": "partnership", "kind": "pia", "reference": "XL-2026-001"}.get(part, 1)
            for part in address.parts
        }
        response = visitor.post(reverse(address.name, kwargs=filled), {"anything": "at all"})
        # The API takes no cookies: without a token of its own it knows nobody.
        refusals = {403, 404, 405} | ({401} if address.name.startswith("api-1:") else set())
        assert response.status_code in refusals, f"{address.name} took a form without a token: {response.status_code}"
