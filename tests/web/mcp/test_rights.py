"""MCP has the same rights, limits and refusals as every other request."""

import sys
from collections.abc import Mapping

import pytest
from httpx2 import Response
from mcp import Client
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.contract import problem
from tests.web.mcp.clients import called, used
from tests.web.visitors.visiting import by_our_page, shared, signed_in, with_token
from web.http.rate_limits import A_MINUTE

ACCEPT = {"Accept": "application/json, text/event-stream"}
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
PARSE_ERROR = -32700
TOTALS = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "totals", "arguments": {}}}


def post(client: TestClient, headers: Mapping[str, str], message: object = PING) -> Response:
    return client.post("/mcp", headers={**ACCEPT, **headers}, json=message)


def test_a_request_without_a_token_is_told_to_send_one(client: TestClient) -> None:
    sentence = "Send `Authorization: Bearer` with a token that has the scope `read`."
    answer = post(client, {})
    assert answer.json() == problem(401, "Unauthorized", sentence, "/mcp")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_neither_a_session_nor_a_link_is_a_token(client: TestClient) -> None:
    alice = seed.account(visibility="private")
    client.cookies = signed_in(alice)
    assert post(client, by_our_page(signed_in(alice))).status_code == 401
    client.cookies = {}
    assert client.post(f"/mcp?share={shared(alice)}", headers=ACCEPT, json=PING).status_code == 401


def test_a_token_needs_the_scope_read(client: TestClient) -> None:
    answer = post(client, with_token(seed.account(visibility="private"), "submit"))
    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "This token may not read statistics: it needs the scope `read`.",
    )


def test_an_invalid_token_is_refused(client: TestClient) -> None:
    answer = post(client, {"Authorization": "Bearer insight_1_" + "x" * 43})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')


def test_a_token_for_some_statistics_has_their_tools_only(client: TestClient) -> None:
    token = with_token(seed.account(visibility="private"), questions=["totals", "top-tracks"])

    async def names(mcp: Client) -> list[str]:
        return [tool.name for tool in (await mcp.list_tools()).tools] + [
            resource.uri for resource in (await mcp.list_resources()).resources
        ]

    assert used(client, token, names) == ["totals", "top"]
    assert not called(client, token, "top", kind="tracks").is_error
    refusal = called(client, token, "top", kind="artists")
    assert (refusal.is_error, refusal.content[0].text) == (
        True,
        "This token may not read top-artists: create one that may, on the account page.",
    )


def test_no_token_reads_another_private_account(client: TestClient) -> None:
    seed.account("bob", visibility="private")
    alice = with_token(seed.account(visibility="private"))
    for tool in ("totals", "history", "recap", "gaps", "recommendations"):
        refusal = called(client, alice, tool, username="bob")
        assert (
            refusal.content[0].text == "There is no account 'bob' that you may read; /users lists those that you may."
        )
    assert called(client, alice, "compare", other="bob").is_error


def test_an_accounts_requests_are_limited_and_answers_have_the_number_left(client: TestClient) -> None:
    token = with_token(seed.account(visibility="private"))
    left = [post(client, token).headers["x-ratelimit-remaining"] for _ in range(A_MINUTE["player"])]
    assert left == [str(number) for number in reversed(range(A_MINUTE["player"]))]
    refusal = post(client, token)
    assert (refusal.status_code, "retry-after" in refusal.headers) == (429, True)


def test_expensive_tools_count_as_expensive_questions(client: TestClient) -> None:
    token = with_token(seed.account(visibility="private"))
    recap = {**TOTALS, "params": {"name": "recap", "arguments": {}}}
    assert f'"expensive-question";r={A_MINUTE["question"] - 1};' in post(client, token, recap).headers["ratelimit"]


def test_answers_have_the_security_headers_and_no_session(client: TestClient) -> None:
    answer = post(client, with_token(seed.account(visibility="private")), TOTALS)
    assert answer.json()["result"]["structuredContent"]["totals"]["plays"] == 0
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "mcp-session-id" not in answer.headers


def test_a_foreign_host_is_refused(client: TestClient) -> None:
    token = with_token(seed.account(visibility="private"))
    assert post(client, {**token, "Host": "evil.example"}).status_code == 421


def test_overlong_and_invalid_bodies_are_refused(client: TestClient) -> None:
    token = with_token(seed.account(visibility="private"))
    assert post(client, token, {"x": "y" * 70_000}).status_code == 413
    as_json = {**ACCEPT, **token, "Content-Type": "application/json"}
    assert client.post("/mcp", headers=as_json, content=b"{").json()["error"]["code"] == PARSE_ERROR
    assert client.post("/mcp", headers={**ACCEPT, **token}, content=b"{").status_code == 415


def test_other_methods_are_refused(client: TestClient) -> None:
    token = with_token(seed.account(visibility="private"))
    assert client.get("/mcp", headers=token).json()["detail"] == "This address accepts POST only."


def test_without_the_sdk_the_answer_says_how_to_install_it(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    token = with_token(seed.account(visibility="private"))
    for name in [
        name for name in sys.modules if name.split(".")[0] in {"mcp", "mcp_types"} or name == "web.mcp.server"
    ]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "mcp_types", None)
    monkeypatch.delitem(sys.modules, "web.mcp.server")
    answer = post(client, token)
    assert answer.status_code == 501
    assert "pip install 'insight-for-spotify[mcp]'" in answer.json()["detail"]


def test_an_unreachable_database_is_reported(nowhere: TestClient) -> None:
    answer = post(nowhere, {"Authorization": "Bearer insight_1_" + "x" * 43})
    assert (answer.status_code, answer.json()["title"]) == (503, "Service Unavailable")
