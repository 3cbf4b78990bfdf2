"""Which addresses a webhook may have."""

from ipaddress import IPv4Address

import pytest

from db.people.accounts import BadValue
from people.webhooks.addresses import checked_address, is_public

HOSTS = frozenset({"homeassistant.local", "192.168.1.10", "fd00::1"})


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/hook",
        "https://example.org:8443/hook?key=1",
        "https://8.8.8.8/",
        "https://ha_1.example.org./",
        "https://xn--exmple-cua.org/",
        "https://[2606:4700:4700::1111]/",
        "http://homeassistant.local:8123/api/webhook/x",
        "http://192.168.1.10/",
        "https://[fd00::1]/",
    ],
)
def test_public_and_allowed_hosts_are_accepted(address: str) -> None:
    assert checked_address(f" {address} ", HOSTS) == address


@pytest.mark.parametrize(
    ("address", "because"),
    [
        ("http://example.org/", "begins with https"),
        ("ftp://example.org/", "begins with https"),
        ("file:///etc/passwd", "such as https"),
        ("https://", "such as https"),
        ("https://u:p@example.org/", "without a user name"),
        ("https://example.org/#x", "without a user name"),
        ("https://example.org:99999/", "begins with https"),
        ("https://exämple.org/", "ASCII"),
        ("https://example.org/ x", "no spaces"),
        ("https://example.org/" + "x" * 500, "at most 500"),
        ("https://localhost/", "not on the public internet"),
        ("https://printer.local/", "not on the public internet"),
        ("https://127.0.0.1/", "not on the public internet"),
        ("http://192.168.1.11/", "not on the public internet"),
        ("https://192.168.1.11/", "not on the public internet"),
        ("https://169.254.169.254/latest/meta-data", "not on the public internet"),
        ("https://[::1]/", "not on the public internet"),
        ("https://localhost./", "not on the public internet"),
        ("https://printer.local./", "not on the public internet"),
        ("https://127.1/", "not on the public internet"),
        ("https://0x7f.1/", "not on the public internet"),
        ("https://2130706433/", "not on the public internet"),
        ("https://1.1.1.1./", "not on the public internet"),
        ("https://a..b/", "not on the public internet"),
        ("https://%31%32%37.0.0.1/", "not on the public internet"),
        ("https://" + "a" * 64 + ".org/", "not on the public internet"),
        ("", "such as https"),
    ],
)
def test_other_addresses_are_refused(address: str, because: str) -> None:
    with pytest.raises(BadValue, match=because) as refusal:
        checked_address(address, HOSTS)
    assert refusal.value.parameter == "address"


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        str(IPv4Address(0)), "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.0.1",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1%eth0", "fd00::1", "ff02::1",
        "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1", "fec0::1", "3fff::1", "192.0.0.192",
        "192.88.99.1", "168.63.129.16", "::ffff:192.0.0.192", "64:ff9b::c000:c0", "2002:c000:c0::",
    ],
)  # fmt: skip
def test_private_and_reserved_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)
