"""The MCP server, built with the SDK, which only this module imports. A server is for one visitor."""

from collections.abc import Awaitable, Callable
from typing import Any

import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from starlette.types import Receive, Scope, Send

from web.mcp.asking import Answer
from web.mcp.calls import Address, BadCall, address, recap_address
from web.mcp.definitions import input_schema, output_schema
from web.mcp.tools import BY_NAME, TOOLS, Tool
from web.visitors.visitor import Visitor

Get = Callable[[Address], Awaitable[Answer]]
INSTRUCTIONS = (
    "Statistics about the music that a listener played on Spotify, by default your own listener. `ms_played` is in "
    "milliseconds; instants are in UTC, days in the listener's time zone. A `period` is today, week, month, year, all "
    "(the default), or as in 2025, 2025-06, 2025-W42, 2025-06-01; or give `from` and `to` (exclusive) as dates. "
    "`artist`, `album` and `track` are ids that results show. Say so if `gaps` shows that plays are missing."
)
RECAP = "recap"
PERIODS = {"year": "this year", "month": "this month", "all": "all time"}
JSON = "application/json"


class NotAllowed(BadCall):
    """The token may not ask this."""


class Tools:
    """What a visitor can call and read; `get` requests our addresses with the visitor's rights."""

    def __init__(self, who: Visitor, get: Get) -> None:
        self._who, self._get = who, get

    async def list_tools(self, *_: object) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_definition(tool) for tool in TOOLS if self._may_ask_any_of(tool)])

    async def call_tool(self, _: object, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = BY_NAME.get(params.name)
        if tool is None:
            raise MCPError(types.INVALID_PARAMS, f"There is no tool {params.name[:64]!r}: use {', '.join(BY_NAME)}.")
        try:
            answer = await self._answer(address(tool, params.arguments or {}, str(self._who.username)))
        except BadCall as error:
            return _refused(str(error))
        return _refused(answer.sentence) if answer.is_error else _result(tool, answer)

    async def list_resources(self, *_: object) -> types.ListResourcesResult:
        recaps = [_recap(period, words) for period, words in PERIODS.items()] if self._may_ask(RECAP) else []
        return types.ListResourcesResult(resources=recaps)

    async def list_templates(self, *_: object) -> types.ListResourceTemplatesResult:
        template = types.ResourceTemplate(
            name=RECAP, uri_template="insight://recap/{period}", mime_type=JSON,
            description="A recap of a year (2025), a month (2025-06), a week (2025-W42) or a day.",
        )  # fmt: skip
        return types.ListResourceTemplatesResult(resource_templates=[template])

    async def read_resource(self, _: object, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        try:
            answer = await self._answer(recap_address(params.uri, str(self._who.username)))
        except BadCall as error:
            raise MCPError(types.INVALID_PARAMS, str(error)) from error
        if answer.is_error:
            raise MCPError(types.INVALID_PARAMS, answer.sentence)
        text = types.TextResourceContents(uri=params.uri, mime_type=JSON, text=answer.body.decode())
        return types.ReadResourceResult(contents=[text])

    async def _answer(self, asked: Address) -> Answer:
        """Raises NotAllowed."""
        if not self._may_ask(asked.question):
            raise NotAllowed(f"This token may not read {asked.question}: create one that may, on the account page.")
        return await self._get(asked)

    def _may_ask(self, question: str) -> bool:
        return self._who.questions is None or question in self._who.questions

    def _may_ask_any_of(self, tool: Tool) -> bool:
        return any(map(self._may_ask, tool.questions))


def build_server(version: str, who: Visitor, get: Get) -> "Server[Any]":
    tools = Tools(who, get)
    return Server(
        "insight-for-spotify",
        version=version,
        title="Insight for Spotify",
        instructions=INSTRUCTIONS,
        on_list_tools=tools.list_tools,
        on_call_tool=tools.call_tool,
        on_list_resources=tools.list_resources,
        on_list_resource_templates=tools.list_templates,
        on_read_resource=tools.read_resource,
    )


async def answer_over_http(server: "Server[Any]", scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request. No session is kept, so any process can answer the next one."""
    manager = StreamableHTTPSessionManager(server, json_response=True, stateless=True)
    async with manager.run():
        await manager.handle_request(scope, receive, send)


async def serve_over_stdio(server: "Server[Any]") -> None:
    """Serve until standard input ends."""
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


def _definition(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name, description=tool.description, input_schema=input_schema(tool),
        output_schema=output_schema(tool), annotations=types.ToolAnnotations(read_only_hint=True),
    )  # fmt: skip


def _recap(period: str, words: str) -> types.Resource:
    return types.Resource(name=f"Recap of {words}", uri=f"insight://recap/{period}", mime_type=JSON)


def _result(tool: Tool, answer: Answer) -> types.CallToolResult:
    content = {tool.wraps: answer.content} if tool.wraps else answer.content
    text = types.TextContent(type="text", text=answer.body.decode())
    return types.CallToolResult(content=[text], structured_content=content)


def _refused(sentence: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=sentence)], is_error=True)
