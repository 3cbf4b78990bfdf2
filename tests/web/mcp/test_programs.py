"""MCP works in `cli.py mcp` and in the web service as one process or several."""

import asyncio
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import AsyncClient
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from tests.doors.programs import KEPT, ROOT, run
from tests.web import seed
from tests.web.mcp.clients import MODES, text
from tests.web.server.instances import instance
from tests.web.visitors.visiting import token_of, with_token

pytestmark = pytest.mark.programs


@pytest.fixture
def alice(database_url: str) -> int:
    account_id, boats = seed.account(visibility="private"), seed.known_track()
    seed.play(account_id, boats, "2026-11-19 10:00Z", ms_played=200_000)
    return account_id


def environment(database_url: str, token: str) -> dict[str, str]:
    return {**KEPT, "DATABASE_URL": database_url, "SERVICES": "none", "MCP_TOKEN": token}


async def typical_session(client: Client) -> dict[str, Any]:
    """What a model does first: list tools, call some, read a resource."""
    tools = [tool.name for tool in (await client.list_tools()).tools]
    totals = (await client.call_tool("totals", {"period": "2026"})).structured_content["totals"]["plays"]
    refusal = (await client.call_tool("totals", {"username": "bob"})).is_error
    recap = (await client.read_resource("insight://recap/2026")).contents[0].mime_type
    return {"tools": len(tools), "plays": totals, "refused": refusal, "recap": recap}


EXPECTED = {"tools": 12, "plays": 1, "refused": True, "recap": "application/json"}


@pytest.mark.parametrize("mode", MODES)
def test_mcp_works_over_standard_input_and_output(database_url: str, alice: int, mode: str) -> None:
    env = environment(database_url, token_of(alice))
    parameters = StdioServerParameters(command=sys.executable, args=["cli.py", "mcp"], env=env, cwd=ROOT)

    async def used() -> dict[str, Any]:
        async with Client(stdio_client(parameters), mode=mode) as client:
            return await typical_session(client)

    assert asyncio.run(used()) == EXPECTED


@pytest.mark.parametrize(
    ("scope", "sentence"),
    [
        (None, "MCP_TOKEN is not set: set it to a token, which `"),
        ("submit", "This token may not read statistics: it needs the scope `read`."),
        ("revoked", "Invalid, expired or revoked token."),
    ],
)
def test_the_command_refuses_a_token_that_may_not_read(
    database_url: str, alice: int, scope: str | None, sentence: str
) -> None:
    token = "" if scope is None else token_of(alice, "read" if scope == "revoked" else scope)
    if scope == "revoked":
        seed.change("UPDATE api_token SET revoked_at = now()")
    status, out, err = run("cli.py", "mcp", env=environment(database_url, token))
    assert (status, out) == (1, "")
    assert sentence in err


def test_the_command_ends_when_its_client_disconnects(database_url: str, alice: int) -> None:
    status, out, err = run("cli.py", "mcp", env=environment(database_url, token_of(alice)))
    assert (status, out, "Traceback" in err) == (0, "", False)


def test_a_token_revoked_meanwhile_reads_nothing_more(database_url: str, alice: int) -> None:
    env = environment(database_url, token_of(alice))
    parameters = StdioServerParameters(command=sys.executable, args=["cli.py", "mcp"], env=env, cwd=ROOT)

    async def used() -> tuple[bool, str]:
        async with Client(stdio_client(parameters)) as client:
            before = await client.call_tool("totals", {})
            await asyncio.to_thread(seed.change, "UPDATE api_token SET revoked_at = now()")
            after = await client.call_tool("totals", {})
            return before.is_error, text(after.content[0])

    assert asyncio.run(used()) == (False, "Invalid, expired or revoked token.")


@pytest.fixture(params=[1, 2])
def port(request: pytest.FixtureRequest, database_url: str) -> Iterator[int]:
    with instance(request.param, DATABASE_URL=database_url) as running:
        yield running.port


def test_mcp_works_over_http_with_one_process_or_several(port: int, alice: int) -> None:
    async def used() -> list[dict[str, Any]]:
        async with AsyncClient(headers=with_token(alice), timeout=60) as http:
            results = []
            for mode in MODES:
                transport = streamable_http_client(f"http://127.0.0.1:{port}/mcp", http_client=http)
                async with Client(transport, mode=mode) as client:
                    results.append(await typical_session(client))
            return results

    assert asyncio.run(used()) == [EXPECTED] * len(MODES)
