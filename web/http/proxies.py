"""Forwarded headers of reverse proxies: the client's address, scheme and host, from trusted proxies only.

These are X-Forwarded-For, -Proto and -Host. `Forwarded` (RFC 7239) is ignored: a proxy that writes one kind passes the
other through as the client wrote it, and most proxies write X-Forwarded.
"""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.types import Scope

FOR, PROTO, HOST = b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host"
FORWARDED = frozenset({FOR, PROTO, HOST})
CACHED_PEERS = 1024
Forwarded = dict[bytes, list[str]]


class TrustedProxies:
    """The proxies at `networks`, each an address or a network, as in 10.0.0.0/8."""

    def __init__(self, networks: Sequence[str]) -> None:
        self._networks = tuple(ip_network(network) for network in networks)
        self._is_trusted = lru_cache(CACHED_PEERS)(self._has)

    def apply(self, scope: Scope) -> None:
        """Replace the proxy's own address, scheme and host with those that it reports of the client."""
        if self._networks and (peer := scope.get("client")) and self._is_trusted(peer[0]):
            forwarded = _forwarded(scope)
            if forwarded:
                self._replace(scope, peer[0], forwarded)

    def _replace(self, scope: Scope, peer: str, forwarded: Forwarded) -> None:
        if addresses := forwarded.get(FOR):
            scope["client"] = (self._client_address(peer, addresses), 0)
        if (proto := forwarded.get(PROTO)) and proto[-1].lower() in {"http", "https"}:
            scope["scheme"] = proto[-1].lower()
        if host := forwarded.get(HOST):
            others = [header for header in scope["headers"] if header[0] != b"host"]
            scope["headers"] = [(b"host", host[-1].encode("latin-1")), *others]

    def _client_address(self, peer: str, addresses: Sequence[str]) -> str:
        """Each proxy appends the address that called it: the last untrusted one is the client, others can be lies."""
        client = peer
        for written in reversed(addresses):
            if (address := _address(written)) is None:
                break
            client = str(address)
            if not self._has(client):
                break
        return client

    def _has(self, written: str) -> bool:
        address = _address(written)
        return address is not None and any(address in network for network in self._networks)


def _forwarded(scope: Scope) -> Forwarded:
    """The values of each of the three headers, from all of its lines."""
    forwarded: Forwarded = {}
    for name, value in scope["headers"]:
        if name in FORWARDED:
            parts = (part.strip() for part in value.decode("latin-1").split(","))
            forwarded.setdefault(name, []).extend(filter(None, parts))
    return forwarded


def _address(written: str) -> IPv4Address | IPv6Address | None:
    """As in 192.0.2.7, 192.0.2.7:4711, 2001:db8::7 or [2001:db8::7]:4711; None for anything else.

    An IPv4 address that is mapped to IPv6 (::ffff:192.0.2.7) becomes IPv4 again.
    """
    if written.startswith("["):
        written = written[1:].partition("]")[0]
    elif written.count(":") == 1:
        written = written.partition(":")[0]
    try:
        address = ip_address(written.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
