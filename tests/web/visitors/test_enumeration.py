"""Visitors cannot find out which accounts exist, neither from answers nor from the work that these take."""

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.conftest import Counting
from tests.web.visitors.visiting import shared, signed_in, with_token
from web.openapi.document import document

PATHS = [path for path, item in document("0.0.0")["paths"].items() if "{username}" in path and "get" in item]
REFUSED = {"/administration/{username}"}  # to everybody but administrators, whatever the name
NAMES = ("priv", "gone", "none")  # a private, a disabled and a missing account, with names of the same length
COUNTING = {"ratelimit", "x-ratelimit-remaining", "x-ratelimit-reset-in"}  # headers that change with each request
Observed = tuple[int, dict[str, str], bytes, list[str]]


@pytest.fixture
def bob(client: TestClient) -> int:
    seed.account("priv", visibility="private")
    gone = seed.account("gone")
    seed.change("UPDATE account SET disabled_at = now() WHERE id = %s", gone)
    return seed.account("bob")


def observed(
    client: TestClient, queries: Counting, path: str, name: str, headers: dict[str, str] | None = None
) -> Observed:
    """(status, headers, body, database statements) of an answer, with the account's name replaced.

    Headers about rate limits are left out, because they change with every request about any account.
    """
    address = path.replace("{username}", name).replace("{other}", "bob").replace("{id}", "1")
    with queries() as sent:
        answer = client.get(address, headers=headers)
    headers_seen = {name: value for name, value in answer.headers.items() if name not in COUNTING}
    return answer.status_code, headers_seen, answer.content.replace(name.encode(), b"NAME"), list(sent)


@pytest.mark.parametrize("path", PATHS)
def test_an_account_that_may_not_be_read_looks_like_a_missing_one(
    client: TestClient, queries: Counting, bob: int, path: str
) -> None:
    for cookies, headers in (({}, None), (signed_in(bob), None), ({}, with_token(bob, "read"))):
        client.cookies = cookies
        observed(client, queries, path, "none", headers)  # the first request may record the use of the secret
        private, disabled, absent = (observed(client, queries, path, name, headers) for name in NAMES)
        assert private == disabled == absent
        assert absent[0] == 404 or path in REFUSED


def test_the_other_account_of_a_comparison_looks_like_a_missing_one_too(
    client: TestClient, queries: Counting, bob: int
) -> None:
    private, disabled, absent = (
        observed(client, queries, "/compare/bob/{username}", name)  # the name is the second one
        for name in NAMES
    )
    assert private == disabled == absent
    assert absent[0] == 404


def test_with_a_link_other_accounts_look_like_missing_ones_too(client: TestClient, queries: Counting, bob: int) -> None:
    path = f"/totals/{{username}}?share={shared(bob)}"
    observed(client, queries, path, "none")
    private, disabled, absent = (observed(client, queries, path, name) for name in NAMES)
    assert private == disabled == absent
    assert absent[0] == 404
