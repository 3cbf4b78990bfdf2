"""The questions in the OpenAPI document, all derived from their declarations."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from insights.answers.parameters import Parameter
from insights.answers.sums_only import SUFFIX, sums_only
from insights.answers.values import SAFE
from insights.question import Question
from insights.shown.completeness import Completeness
from insights.tables import CsvTable, columns, ndjson
from web.answer_types.period import Period

Schema = dict[str, Any]
REF = "#/components/schemas/{name}"
SHARED = {  # the names of shared parameters, as components
    "period": "Period",
    "from": "From",
    "to": "To",
    "tz": "TimeZone",
    "min_seconds": "MinSeconds",
    "artist": "Artist",
    "album": "Album",
    "track": "Track",
    "genre": "Genre",
    "decade": "Decade",
    "completeness": "CompletenessWanted",
}
FORMATS = {
    "json": "all of it as JSON",
    "csv": "its list as CSV",
    "ndjson": "its list as one JSON object a line (NDJSON)",
    "html": "a page for people",
}
USERNAME: Schema = {"username": {"type": "string"}}
TIME_ZONE: Schema = {"time_zone": {"type": "string"}}
MIN_SECONDS: Schema = {"min_seconds": {"type": "integer", "minimum": 0}}
COMPLETENESS: Schema = {"completeness": {"$ref": REF.format(name="Completeness")}}


def parameters(question: Question) -> list[Schema | str]:
    """Parameters of the path, shared ones by the names of their components, and the question's own."""
    own = [_parameter(question, each) for each in question.parameters]
    in_path = [each for each in own if each["in"] == "path"]
    in_query = [each for each in own if each["in"] == "query"]
    shared = [_shared(question, name) for name in question.takes]
    return [
        *_in_order(in_path, question),
        *shared,
        *in_query,
        *([_format(question)] if len(question.formats) > 1 else []),
        *map(_old, question.old_names.items()),
    ]


def _in_order(in_path: list[Schema], question: Question) -> list[Schema | str]:
    """The parameters of the path, in its order."""
    by_name: dict[str, Schema | str] = {"username": "Username"} | {each["name"]: each for each in in_path}
    return [by_name[name] for name in re.findall(r"{(\w+)}", question.path)]


def _old(names: tuple[str, str]) -> Schema:
    old, new = names
    description = f"The older name of `{new}`, taken until the next version."
    return {"name": old, "in": "query", "deprecated": True, "description": description, "schema": {"type": "string"}}


def _shared(question: Question, name: str) -> Schema | str:
    if name == "min_seconds" and question.min_seconds != 30:
        return {
            "name": name, "in": "query", "description": "How long a play must have been heard to count.",
            "schema": {"type": "integer", "minimum": 0, "maximum": 3600, "default": question.min_seconds},
        }  # fmt: skip
    return SHARED[name]


def _format(question: Question) -> Schema:
    forms = "; ".join(f"`{name}`: {FORMATS[name]}" for name in question.formats)
    return {
        "name": "format",
        "in": "query",
        "description": f"The form of the answer. {forms}. Without it, the first of these that the Accept header names.",
        "schema": {"enum": list(question.formats), "default": "json"},
    }


def _parameter(question: Question, parameter: Parameter) -> Schema:
    is_in_path = f"{{{parameter.name}}}" in question.path
    place: Schema = {"in": "path", "required": True} if is_in_path else {"in": "query"}
    return {"name": parameter.name, **place, "description": parameter.description, "schema": dict(parameter.schema)}


def example_texts(question: Question) -> dict[str, str]:
    """Examples of the answer in other formats, by media type."""
    page = {"text/html": "<!doctype html>…"} if question.page else {}
    return page | (_example_tables(question) if question.lists else {})


def _example_tables(question: Question) -> dict[str, str]:
    rows, table = question.example().get(question.lists, []), CsvTable(columns(question))
    return {
        "text/csv": table.header() + table.rows(rows),
        "application/x-ndjson": ndjson(rows).decode(),
    }


def schemas(questions: Iterable[Question]) -> dict[str, Schema]:
    """The schemas of all answers and of the objects in them, by name."""
    answered = tuple(questions)
    shared = (Completeness, Period, sums_only(Period))
    answers = (kind for question in answered for kind in _answer_types(question))
    _, components = msgspec.json.schema_components([*shared, *answers], ref_template=REF)
    objects: dict[str, Schema] = _without_marks(components)
    for question in answered:
        for kind in _answer_types(question):
            objects[kind.__name__] = _whole(objects[kind.__name__], question.takes)
    return objects


def _answer_types(question: Question) -> list[type[msgspec.Struct]]:
    """The type of the whole answer, and that of the part that a link with totals only shows."""
    return [question.answer_type, *([sums_only(question.answer_type)] if question.sums_only else [])]


def _whole(schema: Schema, takes: Iterable[str]) -> Schema:
    """The schema of a whole answer: the shared first members, its own members, and the completeness if requested."""
    suffix = SUFFIX if schema["title"].endswith(SUFFIX) else ""
    period = {"period": {"$ref": REF.format(name=f"Period{suffix}")}} if "period" in takes else {}
    first = USERNAME | ({} if suffix else TIME_ZONE) | period | (MIN_SECONDS if "min_seconds" in takes else {})
    last = COMPLETENESS if "completeness" in takes and not suffix else {}
    members = {**first, **schema["properties"], **last}
    return {**schema, "required": [*first, *schema.get("required", ())], "properties": members}


def _without_marks(node: Any) -> Any:
    """The schemas without the marks for members that a link with totals only may show."""
    if isinstance(node, dict):
        return {name: _without_marks(each) for name, each in node.items() if name != SAFE}
    return [_without_marks(each) for each in node] if isinstance(node, list) else node
