"""The schemas of answers with sums only: of each object the members that say `"x-sum": true`, and no other.

A member that says nothing is left out, and so is one that holds an instant, whatever it says.
"""

from typing import Any

Schema = dict[str, Any]

SUFFIX = "SumsOnly"  # behind the name of the schema of the whole answer
CHOICES = ("oneOf", "anyOf")


def with_sums_only(schemas: dict[str, Schema], name: str) -> dict[str, Schema]:
    """The schema of that name, and each that it refers to, as far as they hold sums; by their new names."""
    stripped: dict[str, Schema] = {}
    waiting = [name]
    while waiting:
        original = waiting.pop()
        if original + SUFFIX not in stripped:
            stripped[original + SUFFIX] = _stripped(schemas[original], waiting)
    return stripped


def _stripped(schema: Schema, references: list[str]) -> Schema:
    """Adds the names of schemas that are referred to."""
    if "$ref" in schema:
        references.append(schema["$ref"].rpartition("/")[2])
        return {**schema, "$ref": schema["$ref"] + SUFFIX}
    kept = dict(schema)
    for choice in CHOICES:
        if choice in schema:
            kept[choice] = [_stripped(each, references) for each in schema[choice]]
    if "items" in schema:
        kept["items"] = _stripped(schema["items"], references)
    return kept | _members(schema, references)


def _members(schema: Schema, references: list[str]) -> Schema:
    if "properties" not in schema:
        return {}
    members = {name: _stripped(member, references) for name, member in schema["properties"].items() if _is_sum(member)}
    required = [name for name in schema.get("required", ()) if name in members]
    return {"properties": members, "required": required, "additionalProperties": False}


def _is_sum(member: Schema) -> bool:
    return member.get("x-sum") is True and member.get("format") != "date-time"
