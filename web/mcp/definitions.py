"""The definitions of tools for clients: the schemas of arguments and results, from the OpenAPI document."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from web.mcp.tools import Tool
from web.openapi.components.schemas import Schema
from web.openapi.document import document

KEPT = ("type", "enum", "maximum")
# What the names of arguments do not say. What is the same for all tools is in the instructions.
WORDS: Mapping[str, str] = {
    "period": "2025, 2025-06, 2025-W42, week, all, …",
    "q": "Words of names",
    "months": "Months without a play",
    "min_plays": "Plays before that",
}
# Members of most results, which need no words.
SHARED = {"username", "time_zone", "period", "min_seconds", "completeness"}


@cache
def input_schema(tool: Tool) -> Schema:
    """The schema of a tool's arguments."""
    known = _parameters(tool)
    properties = {name: _argument(name, known[name]) for name in arguments(tool) if name in known}
    kind = {"kind": {"enum": list(tool.kinds)}} if tool.kinds else {}
    needs = list(required(tool))
    return {"type": "object", "properties": {**kind, **properties}, **({"required": needs} if needs else {})}


def arguments(tool: Tool) -> tuple[str, ...]:
    """The names of all arguments of a tool."""
    return (*(["kind"] if tool.kinds else []), *_in_path(tool), *tool.takes)


def required(tool: Tool) -> tuple[str, ...]:
    return tuple(name for name in arguments(tool) if name in {"id", "other"} or (name == "kind" and tool.kinds))


def _in_path(tool: Tool) -> tuple[str, ...]:
    return tuple(name for name in ("id", "other", "username") if f"{{{name}}}" in tool.path)


def _parameters(tool: Tool) -> dict[str, Schema]:
    """The parameters of a tool's addresses, by name; described as at the first address that has each."""
    described = [_resolved(each) for path in tool.paths for each in _operation(path)["parameters"]]
    return {each["name"]: each for each in reversed(described)}


def _argument(name: str, parameter: Schema) -> Schema:
    schema = _resolved(parameter["schema"])
    kept = {key: schema[key] for key in KEPT if key in schema and not (key == "type" and "enum" in schema)}
    return kept | ({"description": WORDS[name]} if name in WORDS else {})


@cache
def output_schema(tool: Tool) -> Schema:
    """The schema of a tool's result: its own members and their types. /openapi.json describes them in full."""
    if tool.wraps:
        return {"type": "object", "properties": {tool.wraps: {"type": "array"}}}
    own = [(name, each) for path in tool.paths for name, each in answer_schema(path)["properties"].items()]
    members = {name: _type(each) for name, each in own if name not in SHARED}
    return {"type": "object", "properties": {name: kind for name, kind in members.items() if kind}}


def answer_schema(path: str) -> Schema:
    """The schema of the whole answer of an address."""
    schema = _operation(path)["responses"]["200"]["content"]["application/json"]["schema"]
    return _resolved(schema.get("anyOf", [schema])[0])


def _type(schema: Schema) -> Schema:
    """The type of a member, without its contents; none if there are several."""
    resolved = _resolved(schema)
    return {"type": resolved["type"]} if isinstance(resolved.get("type"), str) else {}


def _operation(path: str) -> Schema:
    operation: Schema = document("")["paths"][path]["get"]
    return operation


def _resolved(part: Schema) -> Schema:
    while "$ref" in part:
        schema: Any = document("")
        for step in part["$ref"].removeprefix("#/").split("/"):
            schema = schema[step]
        part = schema
    return part
