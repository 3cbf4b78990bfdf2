"""What a reverse proxy says of who asks, under which name and how: believed of named proxies only.

These are X-Forwarded-For, -Proto and -Host. `Forwarded` (RFC 7239) is never believed: a proxy that writes one kind
lets the other through as the client wrote it, and most write this one.
"""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.types import Scope

FOR, PROTO, HOST = b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host"
KNOWN_PEERS = 1024


class Proxies:
    """Those at `networks`, each an address or a network, as in 10.0.0.0/8."""

    def __init__(self, networks: Sequence[str]) -> None:
        self._networks = tuple(ip_network(network) for network in networks)
        self._known = lru_cache(KNOWN_PEERS)(self._has)

    def look_behind(self, scope: Scope) -> None:
        """Put what a proxy of ours says in the place of what it is itself: address, scheme and host."""
        if not self._networks or not (peer := scope.get("client")) or not self._known(peer[0]):
            return
        if addresses := _said(scope, FOR):
            scope["client"] = (self._first_of_others(peer[0], addresses), 0)
        if (proto := _said(scope, PROTO)) and proto[-1].lower() in {"http", "https"}:
            scope["scheme"] = proto[-1].lower()
        if host := _said(scope, HOST):
            others = [header for header in scope["headers"] if header[0] != b"host"]
            scope["headers"] = [(b"host", host[-1].encode("latin-1")), *others]

    def _first_of_others(self, peer: str, addresses: Sequence[str]) -> str:
        """Each proxy appends whom it was asked by: so the last that is none of ours is who asks; before it, lies."""
        asking = peer
        for written in reversed(addresses):
            if (address := _address(written)) is None:
                break
            asking = str(address)
            if not self._has(asking):
                break
        return asking

    def _has(self, written: str) -> bool:
        address = _address(written)
        return address is not None and any(address in network for network in self._networks)


def _said(scope: Scope, header: bytes) -> list[str]:
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == header]
    return [part.strip() for line in lines for part in line.split(",") if part.strip()]


def _address(written: str) -> IPv4Address | IPv6Address | None:
    """As in 192.0.2.7, 192.0.2.7:4711, 2001:db8::7 or [2001:db8::7]:4711; None of what is none of these.

    An IPv4 address that is written as an IPv6 one (::ffff:192.0.2.7) is itself.
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
