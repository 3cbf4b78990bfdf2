"""What may be tried so many times a minute, and is then refused for a while."""

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
    """A service that is asked by 10.0.0.1."""
    service = web_service(Services(VERSION, lambda: NOW, consent()), proxies=proxies)
    with TestClient(service, base_url="http://127.0.0.1", client=("10.0.0.1", 4711), follow_redirects=False) as client:
        client.event_hooks = {"response": [check_answer]}
        yield client


def asked(client: TestClient, times: int, path: str = COSTLY[-1], headers: Headers | None = None) -> list[int]:
    return [client.get(path, headers=headers).status_code for _ in range(times)]


def at(address: str) -> Headers:
    return {"X-Forwarded-For": address}


@pytest.fixture
def alice(database_url: str) -> int:
    seed.account("bob")
    return seed.account("alice")


def test_questions_that_cost_most_are_counted_together(alice: int) -> None:
    with behind() as client:
        for number in range(ENOUGH):
            assert client.get(COSTLY[number % len(COSTLY)]).status_code == 200
        for path in COSTLY:
            answer = client.get(path)
            assert (answer.status_code, answer.json()["title"]) == (429, "Too Many Requests")
            seconds = int(answer.headers["retry-after"])
            assert 1 <= seconds <= 60
            assert answer.json()["detail"] == f"This was tried 60 times within a minute: try again in {seconds} s."
        assert client.get("/totals/alice").status_code == 200  # the others are not


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
    """How many more have room, and the seconds until there is room for one more."""
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


def test_each_address_has_its_own_count_and_a_customers_ipv6_addresses_are_one(alice: int) -> None:
    with behind("10.0.0.0/8") as client:
        assert set(asked(client, ENOUGH, headers=at("192.0.2.7"))) == {200}
        assert asked(client, 1, headers=at("192.0.2.7")) == [429]
        assert asked(client, 1, headers=at("192.0.2.8")) == [200]
        assert set(asked(client, ENOUGH, headers=at("2001:db8::1"))) == {200}
        assert asked(client, 1, headers=at("2001:db8::ffff:1")) == [429]
        assert asked(client, 1, headers=at("2001:db8:0:1::1")) == [200]


def test_who_says_to_be_another_without_a_proxy_of_ours_is_still_one(alice: int) -> None:
    with behind() as client:
        result = [asked(client, 1, headers=at(f"192.0.2.{number}"))[0] for number in range(ENOUGH + 1)]
    assert result == [200] * ENOUGH + [429]


def test_a_listener_has_one_count_wherever_he_asks_from_and_whatever_with(alice: int) -> None:
    token = with_token(alice)
    with behind("10.0.0.0/8") as client:
        assert set(asked(client, ENOUGH, headers={**token, **at("192.0.2.7")})) == {200}
        assert asked(client, 1, headers={**with_token(alice), **at("192.0.2.8")}) == [429]
        client.cookies = signed_in(alice)
        assert asked(client, 1, headers=at("192.0.2.9")) == [429]
        client.cookies = {}
        assert asked(client, 1, headers=at("192.0.2.7")) == [200]  # somebody else at that address


def test_a_link_is_counted_by_the_address_that_follows_it(alice: int) -> None:
    link = f"/quality/alice?share={shared(alice)}"
    with behind("10.0.0.0/8") as client:
        assert set(asked(client, ENOUGH, link, at("192.0.2.7"))) == {200}
        assert asked(client, 1, link, at("192.0.2.7")) == [429]
        assert asked(client, 1, link, at("192.0.2.8")) == [200]


def test_tokens_that_are_not_good_are_counted_and_lock_no_good_one_out(alice: int) -> None:
    bad, good = {"Authorization": "Bearer insight_1_x"}, with_token(alice)
    with behind("10.0.0.0/8") as client:
        assert set(asked(client, 200, "/users", {**good, **at("192.0.2.7")})) == {200}  # good ones are not counted
        found = asked(client, A_MINUTE["token"] + 1, "/users", {**bad, **at("192.0.2.7")})
        assert found == [401] * A_MINUTE["token"] + [429]
        answer = client.get("/users", headers={**bad, **at("192.0.2.7")})
        assert (answer.status_code, 1 <= int(answer.headers["retry-after"]) <= 60) == (429, True)
        # Others share an address: behind one router, or one proxy that is not named in TRUSTED_PROXIES.
        assert asked(client, 1, "/users", {**good, **at("192.0.2.7")}) == [200]
        assert asked(client, 1, "/users", at("192.0.2.7")) == [200]  # without a token it is answered on


def test_who_is_refused_costs_the_database_nothing_until_the_refusal_ends(alice: int, queries: Counting) -> None:
    bad = {"Authorization": "Bearer insight_1_x"}
    with behind() as client:
        asked(client, A_MINUTE["token"] + 1, "/users", bad)
        with queries() as sent:
            assert asked(client, 5, "/users", bad) == [429] * 5
        assert sent == []


def test_without_a_database_nothing_is_counted(nowhere: TestClient) -> None:
    assert set(asked(nowhere, ENOUGH + 1, "/quality/alice?examples=many")) == {400}
    assert set(asked(nowhere, 2, "/quality/alice")) == {503}
    assert "ratelimit" not in nowhere.get("/quality/alice").headers


def test_counts_outlive_a_service_and_hold_no_address(alice: int) -> None:
    bad = {"Authorization": "Bearer insight_1_x"}
    with behind() as client:
        asked(client, A_MINUTE["token"], "/users", bad)
    with behind() as another:
        assert asked(another, 1, "/users", bad) == [429]
    with connected():
        assert "10.0.0.1" not in str(rows("SELECT convert_from(key, 'latin1') FROM attempt"))


@pytest.mark.parametrize("path", ["/connect?username=alice", "/connect/callback?code=x&state=y"])
def test_signing_in_is_tried_so_often_and_no_oftener(alice: int, path: str) -> None:
    with behind() as client:
        answer = asked(client, A_MINUTE["sign_in"] + 1, path)
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
def test_an_address_is_a_customers(host: str, address: str) -> None:
    assert address_of(Request({"type": "http", "client": (host, 4711), "headers": []})) == address
