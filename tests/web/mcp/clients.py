"""Use the SDK's own MCP client with the service in process."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from httpx2 import ASGITransport, AsyncClient
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from starlette.testclient import TestClient

ADDRESS = "http://127.0.0.1/mcp"
MODES = ("legacy", "auto")  # with a handshake, as in the protocol's versions until 2025, and without
Use = Callable[[Client], Awaitable[Any]]


def used(service: TestClient, headers: Mapping[str, str], use: Use, mode: str = "auto") -> Any:
    """The result of `use` with a client that sends these headers."""
    return asyncio.run(_used(service, headers, use, mode))


async def _used(service: TestClient, headers: Mapping[str, str], use: Use, mode: str) -> Any:
    transport = ASGITransport(service.app, client=("127.0.0.1", 50000))
    async with (
        AsyncClient(transport=transport, headers=dict(headers)) as http,
        Client(streamable_http_client(ADDRESS, http_client=http), mode=mode) as client,
    ):
        return await use(client)


def called(service: TestClient, headers: Mapping[str, str], tool: str, **arguments: object) -> Any:
    """The result of one call of a tool."""
    return used(service, headers, calling(tool, **arguments))


def calling(tool: str, **arguments: object) -> Use:
    """A `Use` that calls a tool."""
    return lambda client: client.call_tool(tool, arguments)


def text(content: Any) -> str:
    """The text of a result or a resource."""
    return str(content.text)


def refused(service: TestClient, headers: Mapping[str, str], use: Use) -> str:
    """The message of the protocol's error that `use` raises."""

    async def tried(client: Client) -> str:
        try:
            await use(client)
        except MCPError as error:
            return error.message
        raise AssertionError("nothing was refused")

    return str(used(service, headers, tried))
