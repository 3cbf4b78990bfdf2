"""The address and query that answer a call of a tool. Arguments that the tool does not take are refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from web.mcp.definitions import arguments, required
from web.mcp.tools import Tool

PART = re.compile(r"[A-Za-z0-9._-]{1,64}")  # of a path: usernames and ids
LONGEST = 200
URI = re.compile(r"insight://recap/(?P<period>[A-Za-z0-9-]{1,20})(?:/(?P<username>[A-Za-z0-9._-]{1,64}))?")


class BadCall(Exception):
    """An invalid call; the sentence says what is valid."""


@dataclass(frozen=True, slots=True)
class Address:
    """A path with its query. `question` is the first word of the path, which tokens name."""

    path: str
    query: Mapping[str, str]

    @property
    def question(self) -> str:
        return self.path.split("/", 2)[1]


def address(tool: Tool, arguments: Mapping[str, object], username: str) -> Address:
    """The address of a call by the listener `username`. Raises BadCall."""
    texts = {name: _text(name, value) for name, value in arguments.items() if value is not None}
    _check_names(tool, texts)
    values = {"username": username, **texts}
    path = tool.path.format_map({name: _part(tool, name, values) for name in _parts(tool)})
    query = {name: value for name, value in texts.items() if name not in _parts(tool)}
    usual = {name: value for name, value in tool.usual.items() if name not in query}
    return Address(path, {**query, **usual})


def recap_address(uri: str, username: str) -> Address:
    """The address of a resource. Raises BadCall."""
    named = URI.fullmatch(unquote(uri))
    if named is None:
        raise BadCall(f"There is no resource {uri[:LONGEST]!r}: use insight://recap/ and a period, such as 2025.")
    return Address(f"/recap/{named['username'] or username}", {"period": named["period"]})


def _parts(tool: Tool) -> set[str]:
    """The tool's arguments that are parts of its path."""
    return set(re.findall(r"{(\w+)}", tool.path)) & set(arguments(tool))


def _text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | str) and len(str(value)) <= LONGEST:
        return str(value)
    raise BadCall(f"`{name[:LONGEST]}` must be a text of at most {LONGEST} characters, or a whole number.")


def _check_names(tool: Tool, values: Mapping[str, str]) -> None:
    taken = arguments(tool)
    for name in values:
        if name not in taken:
            listed = ", ".join(taken) or "none"
            raise BadCall(f"There is no argument `{name[:LONGEST]}`; {tool.name} takes {listed}.")
    for name in required(tool):
        if name not in values:
            raise BadCall(f"`{name}` is missing: {tool.name} needs it.")


def _part(tool: Tool, name: str, values: Mapping[str, str]) -> str:
    value = values.get(name)
    if name == "kind" and tool.kinds and value not in tool.kinds:
        raise BadCall(f"`kind` must be one of {', '.join(tool.kinds)}.")
    if value is None or not PART.fullmatch(value):
        raise BadCall(f"`{name}` must be a name or an id: 1 to 64 letters, digits, '.', '_' and '-'.")
    return value
