"""Nobody learns which accounts there are: not by an answer, nor by what is done to give it."""

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.conftest import Counting
from tests.web.visitors.visiting import shared, signed_in, with_token
from web.openapi.document import document

PATHS = [path for path, item in document("0.0.0")["paths"].items() if "{username}" in path and "get" in item]
REFUSED = {"/administration/{username}"}  # to whoever is no administrator, whatever the name
NAMES = ("priv", "gone", "none")  # private, disabled, and not there; of one length
LEFT = {"ratelimit", "x-ratelimit-remaining", "x-ratelimit-reset-in"}  # of a rate limit
Told = tuple[int, dict[str, str], bytes, list[str]]


@pytest.fixture
def bob(client: TestClient) -> int:
    seed.account("priv", visibility="private")
    gone = seed.account("gone")
    seed.change("UPDATE account SET disabled_at = now() WHERE id = %s", gone)
    return seed.account("bob")


def told(client: TestClient, queries: Counting, path: str, name: str, headers: dict[str, str] | None = None) -> Told:
    """Everything that can be seen of an answer, but for the name, and what was asked of the database for it.

    What is left of a rate limit is one less each time, whichever account is asked about.
    """
    address = path.replace("{username}", name).replace("{other}", "bob").replace("{id}", "1")
    with queries() as sent:
        answer = client.get(address, headers=headers)
    headers_seen = {name: value for name, value in answer.headers.items() if name not in LEFT}
    return answer.status_code, headers_seen, answer.content.replace(name.encode(), b"NAME"), list(sent)


@pytest.mark.parametrize("path", PATHS)
def test_an_account_that_may_not_be_read_is_as_one_that_is_not_there(
    client: TestClient, queries: Counting, bob: int, path: str
) -> None:
    for cookies, headers in (({}, None), (signed_in(bob), None), ({}, with_token(bob, "read"))):
        client.cookies = cookies
        told(client, queries, path, "none", headers)  # a first time may note that the secret was used
        private, disabled, absent = (told(client, queries, path, name, headers) for name in NAMES)
        assert private == disabled == absent
        assert absent[0] == 404 or path in REFUSED


def test_the_other_account_of_a_comparison_too(client: TestClient, queries: Counting, bob: int) -> None:
    private, disabled, absent = (
        told(client, queries, "/compare/bob/{username}", name)  # the name is the second one
        for name in NAMES
    )
    assert private == disabled == absent
    assert absent[0] == 404


def test_by_a_link_too(client: TestClient, queries: Counting, bob: int) -> None:
    path = f"/totals/{{username}}?share={shared(bob)}"
    told(client, queries, path, "none")
    private, disabled, absent = (told(client, queries, path, name) for name in NAMES)
    assert private == disabled == absent
    assert absent[0] == 404
