"""Expensive questions, sign-ins and invalid tokens are limited to a number a minute."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from db.engine.connection import connected, rows
from tests.web import seed
from tests.web.conftest import NOW, VERSION, Counting
from tests.web.contract import check_answer
from tests.web.pages.test_connect import consent
from tests.web.visitors.visiting import shared, signed_in, with_token
from web.http.rate_limits import A_MINUTE, address_of
from web.http.services import Services
from web.service import web_service

ENOUGH = A_MINUTE["question"]
COSTLY = ["/recap/alice?period=2020", "/quality/alice", "/compare/alice/bob", "/recommendation-quality/alice"]
Headers = dict[str, str]


@contextmanager
def behind(*proxies: str) -> Iterator[TestClient]:
    """A client at 10.0.0.1 of a service that trusts these proxies."""
    service = web_service(Services(VERSION, lambda: NOW, consent()), proxies=proxies)
    with TestClient(service, base_url="http://127.0.0.1", client=("10.0.0.1", 4711), follow_redirects=False) as client:
        client.event_hooks = {"response": [check_answer]}
        yield client


def statuses(client: TestClient, times: int, path: str = COSTLY[-1], headers: Headers | None = None) -> list[int]:
    return [client.get(path, headers=headers).status_code for _ in range(times)]


def at(address: str) -> Headers:
    return {"X-Forwarded-For": address}


@pytest.fixture
def alice(database_url: str) -> int:
    seed.account("bob")
    return seed.account("alice")


def test_expensive_questions_are_counted_together(alice: int) -> None:
    with behind() as client:
        for number in range(ENOUGH):
            assert client.get(COSTLY[number % len(COSTLY)]).status_code == 200
        for path in COSTLY:
            answer = client.get(path)
            assert (answer.status_code, answer.json()["title"]) == (429, "Too Many Requests")
            seconds = int(answer.headers["retry-after"])
            assert 1 <= seconds <= 60
            assert answer.json()["detail"] == f"This was tried 60 times within a minute: try again in {seconds} s."
        assert client.get("/totals/alice").status_code == 200  # other questions are not limited


def test_an_answer_says_how_much_of_its_limit_is_left(alice: int) -> None:
    with behind() as client:
        for number in range(1, ENOUGH + 1):
            answer = client.get(COSTLY[1], headers={"If-None-Match": "*"} if number == 2 else None)
            assert answer.headers["ratelimit-policy"] == '"expensive-question";q=60;w=60'
            left, seconds = left_of(answer.headers["ratelimit"])
            assert (left, 1 <= seconds <= 60) == (ENOUGH - number, True)
        refused = client.get(COSTLY[1])
        assert (refused.status_code, left_of(refused.headers["ratelimit"])[0]) == (429, 0)
        assert left_of(refused.headers["ratelimit"])[1] == int(refused.headers["retry-after"])
        assert "ratelimit" not in client.get("/totals/alice").headers


def left_of(header: str) -> tuple[int, int]:
    """(requests left, seconds until one more is allowed) in a RateLimit header."""
    state = re.fullmatch(r'"[a-z-]+";r=(\d+);t=(\d+)', header)
    assert state is not None
    return int(state[1]), int(state[2])


def test_each_limit_has_a_name(alice: int) -> None:
    with behind() as client:
        policies = {
            path: client.get(path, headers=headers).headers["ratelimit-policy"]
            for path, headers in (("/users", {"Authorization": "Bearer insight_1_x"}), ("/connect?username=alice", {}))
        }
    assert policies == {
        "/users": '"invalid-token";q=30;w=60',
        "/connect?username=alice": '"sign-in";q=20;w=60',
    }


def test_addresses_are_counted_separately_but_all_of_an_ipv6_network_together(alice: int) -> None:
    with behind("10.0.0.0/8") as client:
        assert set(statuses(client, ENOUGH, headers=at("192.0.2.7"))) == {200}
        assert statuses(client, 1, headers=at("192.0.2.7")) == [429]
        assert statuses(client, 1, headers=at("192.0.2.8")) == [200]
        assert set(statuses(client, ENOUGH, headers=at("2001:db8::1"))) == {200}
        assert statuses(client, 1, headers=at("2001:db8::ffff:1")) == [429]
        assert statuses(client, 1, headers=at("2001:db8:0:1::1")) == [200]


def test_without_a_trusted_proxy_forwarded_addresses_do_not_split_the_count(alice: int) -> None:
    with behind() as client:
        result = [statuses(client, 1, headers=at(f"192.0.2.{number}"))[0] for number in range(ENOUGH + 1)]
    assert result == [200] * ENOUGH + [429]


def test_a_listener_has_one_count_over_all_addresses_tokens_and_sessions(alice: int) -> None:
    token = with_token(alice)
    with behind("10.0.0.0/8") as client:
        assert set(statuses(client, ENOUGH, headers={**token, **at("192.0.2.7")})) == {200}
        assert statuses(client, 1, headers={**with_token(alice), **at("192.0.2.8")}) == [429]
        client.cookies = signed_in(alice)
        assert statuses(client, 1, headers=at("192.0.2.9")) == [429]
        client.cookies = {}
        assert statuses(client, 1, headers=at("192.0.2.7")) == [200]  # somebody else at that address


def test_requests_with_a_link_are_counted_by_address(alice: int) -> None:
    link = f"/quality/alice?share={shared(alice)}"
    with behind("10.0.0.0/8") as client:
        assert set(statuses(client, ENOUGH, link, at("192.0.2.7"))) == {200}
        assert statuses(client, 1, link, at("192.0.2.7")) == [429]
        assert statuses(client, 1, link, at("192.0.2.8")) == [200]


def test_invalid_tokens_are_limited_without_locking_out_valid_ones(alice: int) -> None:
    bad, good = {"Authorization": "Bearer insight_1_x"}, with_token(alice)
    with behind("10.0.0.0/8") as client:
        assert set(statuses(client, 200, "/users", {**good, **at("192.0.2.7")})) == {200}  # valid ones are not counted
        result = statuses(client, A_MINUTE["token"] + 1, "/users", {**bad, **at("192.0.2.7")})
        assert result == [401] * A_MINUTE["token"] + [429]
        answer = client.get("/users", headers={**bad, **at("192.0.2.7")})
        assert (answer.status_code, 1 <= int(answer.headers["retry-after"]) <= 60) == (429, True)
        # Others share an address: behind one router, or one proxy that is not named in TRUSTED_PROXIES.
        assert statuses(client, 1, "/users", {**good, **at("192.0.2.7")}) == [200]
        assert statuses(client, 1, "/users", at("192.0.2.7")) == [200]  # requests without a token are still answered


def test_a_refused_address_costs_the_database_nothing_until_the_refusal_ends(alice: int, queries: Counting) -> None:
    bad = {"Authorization": "Bearer insight_1_x"}
    with behind() as client:
        statuses(client, A_MINUTE["token"] + 1, "/users", bad)
        with queries() as sent:
            assert statuses(client, 5, "/users", bad) == [429] * 5
        assert sent == []


def test_without_a_database_nothing_is_counted(nowhere: TestClient) -> None:
    assert set(statuses(nowhere, ENOUGH + 1, "/quality/alice?examples=many")) == {400}
    assert set(statuses(nowhere, 2, "/quality/alice")) == {503}
    assert "ratelimit" not in nowhere.get("/quality/alice").headers


def test_counts_outlive_a_service_and_hold_no_address(alice: int) -> None:
    bad = {"Authorization": "Bearer insight_1_x"}
    with behind() as client:
        statuses(client, A_MINUTE["token"], "/users", bad)
    with behind() as another:
        assert statuses(another, 1, "/users", bad) == [429]
    with connected():
        assert "10.0.0.1" not in str(rows("SELECT convert_from(key, 'latin1') FROM attempt"))


@pytest.mark.parametrize("path", ["/connect?username=alice", "/connect/callback?code=x&state=y"])
def test_signing_in_is_limited(alice: int, path: str) -> None:
    with behind() as client:
        answer = statuses(client, A_MINUTE["sign_in"] + 1, path)
    assert 429 not in answer[:-1]
    assert answer[-1] == 429


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
    ],
)
def test_the_counted_address_is_one_ipv4_address_or_an_ipv6_network(host: str, address: str) -> None:
    assert address_of(Request({"type": "http", "client": (host, 4711), "headers": []})) == address
