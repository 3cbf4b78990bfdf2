"""Only trusted proxies can say who asks, and only the part of their header that they wrote themselves counts."""

import pytest
from starlette.types import Scope

from web.http.proxies import TrustedProxies

TRUSTED = ("127.0.0.1", "10.0.0.0/8", "fd00::/8")


def seen(peer: str, *headers: tuple[str, str], proxies: tuple[str, ...] = TRUSTED) -> tuple[str, str, str]:
    """The client address, scheme and host that the service sees."""
    scope: Scope = {
        "client": (peer, 4711),
        "scheme": "http",
        "headers": [(name.lower().encode(), value.encode()) for name, value in (("Host", "inside:8000"), *headers)],
    }
    TrustedProxies(proxies).apply(scope)
    (host,) = (value.decode() for name, value in scope["headers"] if name == b"host")
    return scope["client"][0], scope["scheme"], host


ALL = (("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "music.example"))


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.1.2.3", "fd00::1", "::ffff:10.1.2.3"])
def test_a_trusted_proxy_is_believed(peer: str) -> None:
    assert seen(peer, *ALL) == ("192.0.2.7", "https", "music.example")


@pytest.mark.parametrize("peer", ["192.0.2.1", "11.0.0.1", "fe80::1", "::1", "::ffff:192.0.2.1", "testclient", ""])
def test_other_peers_are_not_believed(peer: str) -> None:
    assert seen(peer, *ALL) == (peer, "http", "inside:8000")


def test_without_trusted_proxies_nobody_is_believed() -> None:
    assert seen("127.0.0.1", *ALL, proxies=()) == ("127.0.0.1", "http", "inside:8000")


def test_the_forwarded_header_is_ignored_because_proxies_pass_it_on_unchecked() -> None:
    forwarded = ("Forwarded", "for=192.0.2.7;proto=https;host=music.example")
    assert seen("10.1.2.3", forwarded) == ("10.1.2.3", "http", "inside:8000")


@pytest.mark.parametrize(
    ("lines", "address"),
    [
        (["198.51.100.1, 192.0.2.7"], "192.0.2.7"),  # the client itself sent the first, and may lie
        (["198.51.100.1", "192.0.2.7"], "192.0.2.7"),
        (["192.0.2.7, 10.0.0.9"], "192.0.2.7"),  # two trusted proxies
        (["198.51.100.1, 192.0.2.7, 10.0.0.9, 10.0.0.8"], "192.0.2.7"),
        (["10.0.0.9, 10.0.0.8"], "10.0.0.9"),  # the client is within the trusted network
        (["192.0.2.7:4711"], "192.0.2.7"),
        (["2001:db8::7"], "2001:db8::7"),
        (["[2001:db8::7]:4711"], "2001:db8::7"),
        (["::ffff:192.0.2.7"], "192.0.2.7"),
        (["unknown"], "10.1.2.3"),
        (["192.0.2.7, nonsense"], "10.1.2.3"),
        (["198.51.100.1, nonsense, 10.0.0.9"], "10.0.0.9"),
        ([""], "10.1.2.3"),
        ([", ,"], "10.1.2.3"),
    ],
)
def test_the_client_is_the_last_address_that_is_not_trusted(lines: list[str], address: str) -> None:
    assert seen("10.1.2.3", *(("X-Forwarded-For", line) for line in lines))[0] == address


def test_an_invalid_scheme_is_not_believed() -> None:
    assert seen("10.1.2.3", ("X-Forwarded-Proto", "javascript"))[1] == "http"
    assert seen("10.1.2.3", ("X-Forwarded-Proto", "http, HTTPS"))[1] == "https"
