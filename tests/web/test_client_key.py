"""By what every limit counts a client (ASVS 2.4.1)."""

import ipaddress
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.middleware import client_key


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
def test_all_addresses_of_one_ipv6_network_are_one_client(address, host):
    network = ipaddress.ip_network((address, 64), strict=False)
    neighbour = network.network_address + host
    if address.ipv4_mapped is None and neighbour.ipv4_mapped is None:
        assert client_key(str(address)) == client_key(str(neighbour))


@given(st.ip_addresses(v=4), st.ip_addresses(v=4))
def test_ipv4_addresses_count_one_by_one_in_either_form(left, right):
    assert (client_key(str(left)) == client_key(str(right))) is (left == right)
    assert client_key(f"::ffff:{left}") == client_key(str(left))


@pytest.mark.parametrize("address", ["", "unknown", "203.0.113.9:99"])
def test_what_is_no_address_counts_as_itself(address):
    assert client_key(address) == address


def test_no_limit_counts_by_anything_else():
    """A new limiter goes through `client_key`, by `seconds_to_wait` or on its own."""
    for path in Path().glob("[a-z]*/**/*.py"):
        text = path.read_text()
        if path.parts[0] not in ("tests", "node_modules", "web") and re.search(r"cache\.incr|ratelimit", text):
            assert "client_key" in text or path.name == "sign_in.py", path
