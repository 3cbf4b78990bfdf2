"""JSON schemas from Python types, as OpenAPI 3.1 and the generators that read it want them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

Schema = dict[str, Any]
REF = "#/components/schemas/{name}"
TYPES = {str: "string", bool: "boolean", int: "integer", float: "number"}
PRUNED = ("schemas", "parameters", "headers", "responses")
EXAMPLES = frozenset({"example", "examples"})  # their contents are no schemas


@dataclass(frozen=True, slots=True)
class Either:
    """One of several Structs, or a list of such, for which msgspec has no schema."""

    kinds: tuple[type[msgspec.Struct], ...]
    is_list: bool = False

    def schema(self) -> Schema:
        choice = {"anyOf": [schema_of(kind) for kind in self.kinds]}
        return {"type": "array", "items": choice} if self.is_list else choice


def schema_of(kind: Any) -> Schema:
    """The schema of a type; of a Struct, a reference to its component."""
    if isinstance(kind, Either):
        return kind.schema()
    (schema,), _ = msgspec.json.schema_components([kind], ref_template=REF)
    return schema


def components(kinds: Iterable[Any]) -> dict[str, Schema]:
    """The schemas of all Structs that these types are made of, by name."""
    plain = (each for kind in kinds for each in (kind.kinds if isinstance(kind, Either) else (kind,)))
    return msgspec.json.schema_components(list(plain), ref_template=REF)[1]


def tidied(node: Any) -> Any:
    """The schema, with a type for each enum, enums of one as const, and a reference that is the only choice direct."""
    if isinstance(node, list):
        return [tidied(each) for each in node]
    if not isinstance(node, Mapping):
        return node
    return _typed(_unwrapped({name: _tidied_part(name, each) for name, each in node.items()}))


def _tidied_part(name: str, part: Any) -> Any:
    if name == "properties":  # whose names may be anything
        return {each: tidied(schema) for each, schema in part.items()}
    return part if name in EXAMPLES else tidied(part)


def _typed(schema: Schema) -> Schema:
    values = schema.get("enum")
    if isinstance(values, list) and len(values) == 1:
        schema = {("const" if name == "enum" else name): each for name, each in schema.items()} | {"const": values[0]}
    kind = TYPES.get(type(values[0] if isinstance(values, list) else schema.get("const")))
    return {"type": kind, **schema} if kind and "type" not in schema else schema


def _unwrapped(schema: Schema) -> Schema:
    """msgspec puts a reference that has a description of its own into an allOf."""
    choices = schema.get("allOf")
    if not (isinstance(choices, list) and len(choices) == 1):
        return schema
    return {**choices[0], **{name: each for name, each in schema.items() if name != "allOf"}}


def untitled(schemas: Mapping[str, Schema]) -> dict[str, Schema]:
    """The schemas without titles, which generators take for names: a schema made from another has its title, too."""
    return {
        name: {part: value for part, value in schema.items() if part != "title"} for name, schema in schemas.items()
    }


def used(document: dict[str, Any]) -> dict[str, Any]:
    """The document without components that nothing refers to."""
    parts, kept = document["components"], set[str]()
    waiting = set(_references(document["paths"]))
    while waiting:
        kept |= waiting
        named = (parts[place][name] for place, name in map(_place, waiting))
        waiting = {reference for part in named for reference in _references(part)} - kept
    for place in PRUNED:
        parts[place] = {name: part for name, part in parts[place].items() if f"#/components/{place}/{name}" in kept}
    return document


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        parts = (each for name, each in node.items() if name not in EXAMPLES)
        yield from (reference for part in parts for reference in _references(part))
        yield from (reference for part in node.get("properties", {}).values() for reference in _references(part))
    elif isinstance(node, list):
        yield from (reference for part in node for reference in _references(part))


def _place(reference: str) -> tuple[str, str]:
    _, _, place, name = reference.split("/")
    return place, name
