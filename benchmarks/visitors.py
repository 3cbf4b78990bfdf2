"""Visitors as a proxy tells of them: each with an address of its own, so that no limit of one visitor is in the way."""

import random
from collections.abc import Mapping
from ipaddress import IPv4Address

BEHIND = {"TRUSTED_PROXIES": "127.0.0.1"}  # settings with which we are believed
NETWORK = int(IPv4Address("10.0.0.0"))


def as_another() -> Mapping[str, str]:
    """Headers of a request that somebody else makes."""
    return {"X-Forwarded-For": str(IPv4Address(NETWORK + random.getrandbits(24)))}
