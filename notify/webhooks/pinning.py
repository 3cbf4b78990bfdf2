"""Choose the IP address of a webhook's host, and refuse those that are not on the public internet."""

import socket
from collections.abc import Collection

from bounded_http import Resolve
from people.webhooks.addresses import is_public


class NotPublic(Exception):
    """The host leads to an address that is not on the public internet."""


class UnknownHost(Exception):
    """The host has no address."""


def pinned(private_hosts: Collection[str]) -> Resolve:
    """Resolves a host once, for the connection that is then made, so that nobody can change it in between.

    Every address of a host must be public, unless the operator allows the host. Raises NotPublic and UnknownHost.
    """

    def resolve(host: str, port: int) -> str:
        addresses = _addresses(host, port)
        if host.lower() not in private_hosts and not all(map(is_public, addresses)):
            raise NotPublic
        return addresses[0]

    return resolve


def _addresses(host: str, port: int) -> list[str]:
    try:
        resolved = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnknownHost from error
    return [str(address[0]) for *_, address in resolved]
