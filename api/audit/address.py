"""Where a request came from, cut so short that it tells a network and no person."""

from __future__ import annotations

import ipaddress
from typing import Final

_KEPT_BITS: Final = {4: 24, 6: 48}


def shorten_address(text: str) -> str:
    """Return the network of an address (``198.51.100.0/24``, ``2001:db8::/48``); empty for none."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        address = mapped
    return str(ipaddress.ip_network((address, _KEPT_BITS[address.version]), strict=False))
