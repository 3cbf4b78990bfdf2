"""What a JSON schema allows, in words, with links to the types that it refers to."""

from collections.abc import Iterator, Mapping
from typing import Any

from insights.answers.sums_only import SUFFIX

Schema = Mapping[str, Any]
Kind = tuple[tuple[str, str], ...]  # texts, each with the type that it links to, or ""
CHOICES = ("oneOf", "anyOf")
FORMATS = {"date-time": "instant", "date": "date", "uri": "URL", "uri-reference": "path", "uuid": "UUID"}


def kind_of(schema: Schema) -> Kind:
    """The kind of a value, as in: list of Track; integer, 1 to 500, 50 by default; text or null."""
    return (*_kind(schema), *((f", {note}", "") for note in _notes(schema)))


def listed(words: list[str]) -> str:
    """The words as in: a, b or c."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def _kind(schema: Schema) -> Iterator[tuple[str, str]]:
    choices = next((schema[choice] for choice in CHOICES if choice in schema), None)
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield (name, name)
    elif "const" in schema or "enum" in schema:
        yield (listed(list(map(str, schema.get("enum", [schema.get("const")])))), "")
    elif choices:
        yield from _one_of(choices)
    else:
        yield from _plain(schema)


def _one_of(choices: list[Schema]) -> Iterator[tuple[str, str]]:
    """The choices, without the variants for links with totals only."""
    for place, choice in enumerate(each for each in choices if not each.get("$ref", "").endswith(SUFFIX)):
        if place:
            yield (" or ", "")
        yield from kind_of(choice)


def _plain(schema: Schema) -> Iterator[tuple[str, str]]:
    kind = schema.get("type", "")
    if kind == "array":
        yield ("list of ", "")
        yield from kind_of(schema["items"])
    elif kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        yield ("object of ", "")
        yield from kind_of(schema["additionalProperties"])
    else:
        yield (_name(schema), "")


def _name(schema: Schema) -> str:
    if "format" in schema:
        form = str(schema["format"])
        return FORMATS.get(form, form)
    kind = schema.get("type", "string" if "pattern" in schema else "anything")
    return "text" if kind == "string" else str(kind)


def _notes(schema: Schema) -> Iterator[str]:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        yield f"{least} to {most}"
    elif least is not None:
        yield f"at least {least}"
    if "default" in schema:
        default = schema["default"]
        yield f"{str(default).lower() if isinstance(default, bool) else default} by default"
