"""Being sent somewhere to mend something, and back."""

import pytest
from django.test import RequestFactory

from web.return_url import return_url, with_return_url

ask = RequestFactory()


@pytest.mark.parametrize("address", ["/residencies/XL-2026-001/move/start/", "/", "/residencies/?state=live&q=a b"])
def test_a_page_of_ours_is_gone_back_to(address):
    assert return_url(ask.get("/", {"next": address})) == address
    assert return_url(ask.post("/", {"next": address})) == address


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example/", "javascript:alert(1)", "evil", "", "///evil.example",
     "/\t/evil.example", "http:///evil.example", "\x00/"],
)  # fmt: skip
def test_another_site_never_is(address):
    """ASVS 3.7.2, D3"""
    assert return_url(ask.get("/", {"next": address})) == ""
    assert return_url(ask.post("/", {"next": address})) == ""


def test_the_way_back_is_kept_whole_in_an_address():
    onward = with_return_url("/there/", "/here/?a=1&b=2")
    assert onward == "/there/?next=%2Fhere%2F%3Fa%3D1%26b%3D2"
    assert return_url(ask.get(onward)) == "/here/?a=1&b=2"
    assert with_return_url("/there/", "") == "/there/"
