"""Ten thousand forged, ended and foreign tokens, exchanged tokens, sessions and links: none gets in."""

import json
import random
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from itertools import islice

import pytest
from starlette.testclient import TestClient

from db.engine.cipher import Cipher
from db.engine.connection import connected, rows
from db.people.secrets import EXCHANGED, KINDS, LINK, SESSION, TOKEN, new_secret, read_secret
from people.visitors import known_link, known_session, known_token
from tests.suite.random_cases import repetitions
from tests.web import seed
from tests.web.conftest import NOW, VERSION, service_client
from tests.web.visitors.visiting import shared, signed_in, with_token
from web.http.rate_limits import RateLimits
from web.http.services import Services

CIPHER = Cipher("k" * 32)
QUESTION = "/totals/alice"
STRANGE = "äß✓\u0661\u00b2\0 \t%_-=+/.:;,'\"\\"
NOT_DIGITS = ("", " ", "+", "0x", "\u0661", "\u00b2")
OVER_HTTP = 2 * repetitions()  # of each kind: ten or more of each forgery, many more for `make nightly`
SEED = 5  # the same ten thousand each time


class NoLimits(RateLimits):
    """Lets everything be tried at once: otherwise it would be refused after a few without being looked at."""

    def check(self, kind: str, who: str) -> None:
        pass

    def count(self, kind: str, who: str) -> None:
        pass


@pytest.fixture
def alice(database_url: str) -> int:
    return seed.account("alice", visibility="private")


@pytest.fixture
def bob(alice: int) -> int:
    """Another listener, whose secrets are good, but not for what is Alice's."""
    return seed.account("bob", visibility="private")


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    with service_client(Services(VERSION, lambda: NOW, sealer=CIPHER)) as client:
        client.event_hooks = {}  # all these refusals alike were held against /openapi.json elsewhere
        client.app.state.limits = NoLimits()  # type: ignore[attr-defined]
        yield client


def good(account_id: int) -> dict[str, str]:
    token = with_token(account_id)["Authorization"].removeprefix("Bearer ")
    return {TOKEN: token, SESSION: signed_in(account_id)["session"], LINK: shared(account_id)}


def forged(text: str, others: list[int], chance: random.Random) -> Iterator[str]:
    """Without end: what is near to a secret that is good, and is not it."""
    kind, number, secret = text.split("_", 2)
    while True:
        place = chance.randrange(len(text))
        yield text[:place] + chance.choice("ABCxyz019-_" + STRANGE) + text[place + 1 :]
        yield text[:place] + text[place + 1 :]
        yield text[: chance.randrange(len(text))]
        yield text + chance.choice("Aa0_= \n" + STRANGE)
        yield text.swapcase()
        other = chance.choice([*others, int(number) + chance.randrange(1, 9), 0, -int(number), 10**17, 10**30])
        yield f"{kind}_{other}_{secret}"
        yield f"{chance.choice([known for known in (*KINDS, 'exchanged', '') if known != kind])}_{number}_{secret}"
        yield f"{kind}_{chance.choice(NOT_DIGITS)}{number}_{secret[::-1]}"
        yield new_secret(kind, int(number)).text
        yield f"{kind}_{number}_{''.join(chance.sample(secret, len(secret)))}"


def tries(good_ones: dict[str, str], others: list[int], each: int) -> Iterator[tuple[str, str]]:
    chance = random.Random(SEED)
    for kind, text in good_ones.items():
        for tried in islice(forged(text, others, chance), each):
            if tried != text:
                yield kind, tried


def test_what_is_near_to_a_secret_is_none(alice: int, bob: int) -> None:
    """9,000 of them, of those who look them up; hundreds more, over HTTP, below."""
    own, look_up = good(alice), {TOKEN: known_token, SESSION: known_session, LINK: known_link}
    with connected():
        assert all(look_up[kind](secret) for kind, text in own.items() if (secret := read_secret(kind, text)))
        count = 0
        for kind, tried in tries(own, [bob], 3_000):
            secret = read_secret(kind, tried)
            assert secret is None or look_up[kind](secret) is None, tried
            count += 1
    assert count > 8_500


def presented(client: TestClient, kind: str, secret: str) -> int:
    """The status of the answer to somebody who shows it where it belongs."""
    text = secret.encode("utf-8", "replace")
    if kind == TOKEN:
        return client.get(QUESTION, headers={b"authorization": b"Bearer " + text.replace(b"\0", b"")}).status_code
    if kind == SESSION:
        return client.get(QUESTION, headers={b"cookie": b"session=" + text.replace(b"\0", b"")}).status_code
    return client.get(QUESTION, params={"share": secret}).status_code


def test_none_of_them_gets_in_over_http(client: TestClient, alice: int, bob: int) -> None:
    own = good(alice)
    assert {kind: presented(client, kind, text) for kind, text in own.items()} == dict.fromkeys(own, 200)
    for kind, tried in tries(own, [bob], OVER_HTTP):
        if tried.strip(" \t\n\0;") != own[kind]:  # what HTTP takes away around a header's or a cookie's value
            assert presented(client, kind, tried) == (401 if kind == TOKEN else 404), (kind, tried)


def test_what_is_good_for_another_is_not_good_for_alice(client: TestClient, alice: int, bob: int) -> None:
    for kind, text in good(bob).items():
        assert presented(client, kind, text) == 404
        for other in KINDS:  # nor where something else belongs
            moved = text.replace(kind, other, 1)
            assert presented(client, kind, moved) in {401, 404}


@pytest.mark.parametrize(
    "ending",
    [
        "UPDATE {} SET expires_at = now() - interval '1 ms'",
        "UPDATE {} SET token_hash = sha256(token_hash)",
        "DELETE FROM {}",
        "UPDATE account SET disabled_at = now() WHERE '{}' <> ''",
        "DELETE FROM account WHERE '{}' <> ''",
    ],
)
def test_what_has_ended_is_not_good_any_more(client: TestClient, alice: int, ending: str) -> None:
    own = good(alice)
    for table in ("api_token", "web_session", "share_link"):
        with connected():
            rows(ending.format(table) + " RETURNING 1")
    assert {presented(client, kind, text) for kind, text in own.items()} <= {401, 404}


def exchanged(content: object, cipher: Cipher = CIPHER) -> str:
    return EXCHANGED + cipher.seal(json.dumps(content).encode()).decode()


def means_the_same(one: str, other: str) -> bool:
    """Base64 has spare bits at its end, so that one and the same token can be spelt in several ways."""
    try:
        return urlsafe_b64decode(one) == urlsafe_b64decode(other)
    except ValueError:
        return False


def test_only_what_we_sealed_for_a_token_is_an_exchanged_one(client: TestClient, alice: int, bob: int) -> None:
    good(alice), good(bob)
    right = exchanged([alice, 1, ["read"]])
    assert presented(client, TOKEN, right) == 200
    chance = random.Random(SEED)
    text = right.removeprefix(EXCHANGED)
    tried = [
        *(text[:place] + chance.choice("Aa0-_") + text[place + 1 :] for place in range(len(text))),
        *(text[:place] for place in range(len(text))),
        *(text[place:] + text[:place] for place in range(1, len(text))),
    ]
    for found in {EXCHANGED + each for each in tried if not means_the_same(each, text)}:
        assert presented(client, TOKEN, found) == 401, found


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        None,
        1,
        "alice",
        ["connect", "alice", "state"],  # what the cookie of a consent holds
        ["alice", "state", "verifier"],
        ["1", "1", ["read"]],
        [1, 1, "read"],
        [1, 2, ["read"]],  # Bob's number with Alice's account
        [2, 1, ["read"]],
        [1, 1],
        [1, 1, ["read"], 1],
        [10**30, 1, ["read"]],
        [1, 10**30, ["read"]],
    ],
)
def test_what_was_sealed_for_something_else_is_no_token(
    client: TestClient, alice: int, bob: int, content: object
) -> None:
    good(alice), good(bob)
    assert presented(client, TOKEN, exchanged(content)) == 401


def test_what_another_key_sealed_or_what_is_too_old_is_no_token(
    client: TestClient, alice: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    good(alice)
    assert presented(client, TOKEN, exchanged([alice, 1, ["read"]], Cipher("x" * 32))) == 401
    old = exchanged([alice, 1, ["read"]])
    monkeypatch.setattr("web.visitors.visitor.EXCHANGED_SECONDS", -1)
    assert presented(client, TOKEN, old) == 401
