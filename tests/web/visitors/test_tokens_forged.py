"""None of ten thousand forged, ended and foreign tokens, exchanged tokens, sessions and links is accepted."""

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
SEED = 5  # makes the same forgeries each time


class NoLimits(RateLimits):
    """Allows any number of tries, which would otherwise be refused after a few without a look at the secret."""

    def check(self, kind: str, who: str) -> None:
        pass

    def count(self, kind: str, who: str) -> None:
        pass


@pytest.fixture
def alice(database_url: str) -> int:
    return seed.account("alice", visibility="private")


@pytest.fixture
def bob(alice: int) -> int:
    """Another listener, whose secrets are valid, but not for Alice's account."""
    return seed.account("bob", visibility="private")


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    with service_client(Services(VERSION, lambda: NOW, sealer=CIPHER)) as client:
        client.event_hooks = {}  # other tests check these refusals against /openapi.json
        client.app.state.limits = NoLimits()  # type: ignore[attr-defined]
        yield client


def valid_secrets(account_id: int) -> dict[str, str]:
    token = with_token(account_id)["Authorization"].removeprefix("Bearer ")
    return {TOKEN: token, SESSION: signed_in(account_id)["session"], LINK: shared(account_id)}


def forged(text: str, others: list[int], chance: random.Random) -> Iterator[str]:
    """Endless forgeries that are similar to a valid secret."""
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
        other_kinds = [each for each in (*KINDS, "exchanged", "") if each != kind]
        yield f"{chance.choice(other_kinds)}_{number}_{secret}"
        yield f"{kind}_{chance.choice(NOT_DIGITS)}{number}_{secret[::-1]}"
        yield new_secret(kind, int(number)).text
        yield f"{kind}_{number}_{''.join(chance.sample(secret, len(secret)))}"


def tries(valid: dict[str, str], others: list[int], each: int) -> Iterator[tuple[str, str]]:
    chance = random.Random(SEED)
    for kind, text in valid.items():
        for tried in islice(forged(text, others, chance), each):
            if tried != text:
                yield kind, tried


def test_secrets_similar_to_a_valid_one_are_not_accepted(alice: int, bob: int) -> None:
    """Tries 9,000 with the functions that look secrets up; the next test tries hundreds over HTTP."""
    own, look_up = valid_secrets(alice), {TOKEN: known_token, SESSION: known_session, LINK: known_link}
    with connected():
        assert all(look_up[kind](secret) for kind, text in own.items() if (secret := read_secret(kind, text)))
        count = 0
        for kind, tried in tries(own, [bob], 3_000):
            secret = read_secret(kind, tried)
            assert secret is None or look_up[kind](secret) is None, tried
            count += 1
    assert count > 8_500


def presented(client: TestClient, kind: str, secret: str) -> int:
    """The status of the answer to a request with the secret in the place for its kind."""
    text = secret.encode("utf-8", "replace")
    if kind == TOKEN:
        return client.get(QUESTION, headers={b"authorization": b"Bearer " + text.replace(b"\0", b"")}).status_code
    if kind == SESSION:
        return client.get(QUESTION, headers={b"cookie": b"session=" + text.replace(b"\0", b"")}).status_code
    return client.get(QUESTION, params={"share": secret}).status_code


def test_forged_secrets_are_refused_over_http(client: TestClient, alice: int, bob: int) -> None:
    own = valid_secrets(alice)
    assert {kind: presented(client, kind, text) for kind, text in own.items()} == dict.fromkeys(own, 200)
    for kind, tried in tries(own, [bob], OVER_HTTP):
        if tried.strip(" \t\n\0;") != own[kind]:  # HTTP strips these around the value of a header or cookie
            assert presented(client, kind, tried) == (401 if kind == TOKEN else 404), (kind, tried)


def test_secrets_of_another_account_are_refused(client: TestClient, alice: int, bob: int) -> None:
    for kind, text in valid_secrets(bob).items():
        assert presented(client, kind, text) == 404
        for other_kind in KINDS:  # also with another kind's prefix
            moved = text.replace(kind, other_kind, 1)
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
def test_ended_secrets_are_refused(client: TestClient, alice: int, ending: str) -> None:
    own = valid_secrets(alice)
    for table in ("api_token", "web_session", "share_link"):
        with connected():
            rows(ending.format(table) + " RETURNING 1")
    assert {presented(client, kind, text) for kind, text in own.items()} <= {401, 404}


def exchanged(content: object, cipher: Cipher = CIPHER) -> str:
    return EXCHANGED + cipher.seal(json.dumps(content).encode()).decode()


def means_the_same(first: str, second: str) -> bool:
    """Whether both decode to the same bytes: base64 has spare bits at its end, so a token has several spellings."""
    try:
        return urlsafe_b64decode(first) == urlsafe_b64decode(second)
    except ValueError:
        return False


def test_only_an_unaltered_exchanged_token_is_accepted(client: TestClient, alice: int, bob: int) -> None:
    valid_secrets(alice), valid_secrets(bob)
    right = exchanged([alice, 1, ["read"]])
    assert presented(client, TOKEN, right) == 200
    chance = random.Random(SEED)
    text = right.removeprefix(EXCHANGED)
    tried = [
        *(text[:place] + chance.choice("Aa0-_") + text[place + 1 :] for place in range(len(text))),
        *(text[:place] for place in range(len(text))),
        *(text[place:] + text[:place] for place in range(1, len(text))),
    ]
    for forgery in {EXCHANGED + each for each in tried if not means_the_same(each, text)}:
        assert presented(client, TOKEN, forgery) == 401, forgery


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        None,
        1,
        "alice",
        ["connect", "alice", "state"],  # as in the cookie of a consent
        ["alice", "state", "verifier"],
        ["1", "1", ["read"]],
        [1, 1, "read"],
        [1, 2, ["read"]],  # the number of Bob's token with Alice's account
        [2, 1, ["read"]],
        [1, 1],
        [1, 1, ["read"], 1],
        [10**30, 1, ["read"]],
        [1, 10**30, ["read"]],
    ],
)
def test_values_encrypted_for_another_purpose_are_not_accepted_as_tokens(
    client: TestClient, alice: int, bob: int, content: object
) -> None:
    valid_secrets(alice), valid_secrets(bob)
    assert presented(client, TOKEN, exchanged(content)) == 401


def test_exchanged_tokens_of_another_key_or_too_old_are_refused(
    client: TestClient, alice: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    valid_secrets(alice)
    assert presented(client, TOKEN, exchanged([alice, 1, ["read"]], Cipher("x" * 32))) == 401
    old = exchanged([alice, 1, ["read"]])
    monkeypatch.setattr("web.visitors.visitor.EXCHANGED_SECONDS", -1)
    assert presented(client, TOKEN, old) == 401
