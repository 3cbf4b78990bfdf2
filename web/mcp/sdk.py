"""The MCP SDK, an optional dependency, which is imported when it is first needed."""

from importlib import import_module
from types import ModuleType

OF_SDK = {"mcp", "mcp_types"}
NOT_INSTALLED = (
    "MCP needs the extra `mcp`: install it with `pip install 'insight-for-spotify[mcp]'`, or in a checkout with "
    "`make setup`."
)


class NoSdk(Exception):
    """The SDK is not installed; the sentence says how to install it."""


def mcp_server() -> ModuleType:
    """The module web/mcp/server.py, which takes half a second to import. Raises NoSdk."""
    try:
        return import_module("web.mcp.server")
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in OF_SDK:
            raise NoSdk(NOT_INSTALLED) from error
        raise
