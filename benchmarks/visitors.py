"""Visitors behind a proxy, each with its own address, so that no rate limit per visitor applies."""

import random
from collections.abc import Mapping
from ipaddress import IPv4Address

BEHIND = {"TRUSTED_PROXIES": "127.0.0.1"}  # settings with which Insight trusts our headers
NETWORK = int(IPv4Address("10.0.0.0"))


def as_another() -> Mapping[str, str]:
    """Headers of a request by another visitor."""
    return {"X-Forwarded-For": str(IPv4Address(NETWORK + random.getrandbits(24)))}
