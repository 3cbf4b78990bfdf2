"""Messages of MCP in the OpenAPI document: JSON-RPC 2.0. The protocol describes their contents."""

from typing import Any, Literal

from msgspec import UNSET, UnsetType

from insights.answers.values import Part


class McpMessage(Part, frozen=True):
    """A request or a notification of MCP."""

    jsonrpc: Literal["2.0"]
    method: str
    id: int | str | UnsetType = UNSET
    params: dict[str, Any] | UnsetType = UNSET


class McpFault(Part, frozen=True):
    code: int
    message: str
    data: Any = UNSET


class McpAnswer(Part, frozen=True):
    """The response to a request: a result or an error."""

    jsonrpc: Literal["2.0"]
    id: int | str | None
    result: dict[str, Any] | UnsetType = UNSET
    error: McpFault | UnsetType = UNSET
