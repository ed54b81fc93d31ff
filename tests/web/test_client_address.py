"""Whose address evidence, limits and logs name (D3-22)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.middleware import client_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "", "10.0.0.1"),
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "not an address", "10.0.0.1"),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, " 203.0.113.9 ,", "203.0.113.9"),
    ],
)
def test_what_our_proxies_wrote_counts_and_what_the_client_wrote_does_not(proxies, forwarded, expected):
    assert client_address("10.0.0.1", forwarded, proxies) == expected


@given(st.text(), st.integers(0, 2))
def test_whatever_is_sent_the_answer_is_one_address(forged, proxies):
    honest = ", ".join(["203.0.113.9", "10.0.0.2"][2 - proxies :])
    sent = f"{forged}, {honest}" if proxies else forged
    expected = {0: "10.0.0.1", 1: "10.0.0.2", 2: "203.0.113.9"}[proxies]
    assert client_address("10.0.0.1", sent, proxies) == expected


@pytest.mark.django_db
@pytest.mark.urls("tests.web.urls")
@pytest.mark.parametrize(("proxies", "expected"), [(0, "127.0.0.1"), (1, "203.0.113.9"), (2, "6.6.6.6")])
def test_views_see_the_clients_own_address(client, settings, proxies, expected):
    settings.TRUSTED_PROXIES = proxies
    answer = client.get("/where-from/", headers={"x-forwarded-for": "6.6.6.6, 203.0.113.9"})
    assert answer.content.decode() == expected
