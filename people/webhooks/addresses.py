"""Which addresses a webhook may have: those of the public internet, and private hosts that the operator names.

Otherwise, anybody with an account could make this service send requests to other machines of its network.
"""

import re
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from db.people.accounts import BadValue

LONGEST = 500
TRANSLATED = ip_network("64:ff9b::/96")  # IPv6 addresses that lead to IPv4 ones
# Addresses that Python 3.11 takes for public: of protocols and of sites (RFC 6890, 7526, 3879), and an Azure host that
# gives its virtual machines their settings. Oracle's is 192.0.0.192.
NEVER = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "fec0::/10", "3fff::/20")))
LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
# The last part of a name cannot be a number: 127.1 and 0x7f.1 are ways to write an IPv4 address.
NAME = re.compile(rf"(?:{LABEL}\.)*(?!(?:\d+|0x[0-9a-f]*)\.?$){LABEL}\.?")
HERE = (".localhost", ".local", ".internal", ".home.arpa")
ADDRESS = "address"
USE_HTTPS = "Use an address that begins with https://."
NOT_PUBLIC = "This address is not on the public internet: the operator can allow its host (WEBHOOK_PRIVATE_HOSTS)."


def checked_address(address: str, private_hosts: Collection[str]) -> str:
    """The address, if a webhook may have it. Raises BadValue.

    What a name leads to is checked when it is contacted (notify/webhooks/pinning.py), because that can change.
    """
    trimmed = address.strip()
    if len(trimmed) > LONGEST or not trimmed.isascii() or not trimmed.isprintable() or " " in trimmed:
        raise BadValue(ADDRESS, f"An address has at most {LONGEST} ASCII characters and no spaces.")
    parts = _split(trimmed)
    host = (parts.hostname or "").lower()
    if not host or parts.username is not None or parts.fragment:
        raise BadValue(ADDRESS, "Use an address such as https://example.org/hook, without a user name and without #.")
    is_named = host in private_hosts
    if not is_named and not _may_be_public(host):  # first: https:// would not help
        raise BadValue(ADDRESS, NOT_PUBLIC)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_named):
        raise BadValue(ADDRESS, USE_HTTPS)
    return trimmed


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises ValueError if it is not a port
    except ValueError as error:
        raise BadValue(ADDRESS, USE_HTTPS) from error
    return parts


def _may_be_public(host: str) -> bool:
    try:
        return is_public(host)
    except ValueError:
        return NAME.fullmatch(host) is not None and not f".{host}".rstrip(".").endswith(HERE)


def is_public(address: str) -> bool:
    """Whether an IP address is public. Raises ValueError if it is not an IP address."""
    ip = _embedded(ip_address(address.partition("%")[0]))
    may_be = ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_private)
    return may_be and not any(ip in network for network in NEVER)


def _embedded(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address to which an IPv6 address leads, if it does."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in TRANSLATED:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1] or ip
