"""An address in the trail tells a network and no person."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.audit.address import shorten_address


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.77", "198.51.100.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::ffff:198.51.100.77", "198.51.100.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", ""),
        ("unknown", ""),
        ("198.51.100.77, 10.0.0.1", ""),
    ],
)
def test_an_address_is_cut_to_its_network(address: str, network: str) -> None:
    assert shorten_address(address) == network


@given(st.ip_addresses())
def test_at_least_a_byte_is_gone(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    network = ipaddress.ip_network(shorten_address(str(address)))

    assert network.num_addresses >= 256
