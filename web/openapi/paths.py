"""What the OpenAPI document says of questions: all of it follows from their declarations."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from insights.answers.parameters import Parameter
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
    "completeness": "CompletenessWanted",
}
FORMAT: Schema = {
    "name": "format",
    "in": "query",
    "description": "The form of the answer: all of it as JSON, or its list as CSV or as one JSON object a line "
    "(NDJSON). Without it, the first of these that the Accept header names.",
    "schema": {"enum": ["json", "csv", "ndjson"], "default": "json"},
}
HEAD: Schema = {"username": {"type": "string", SAFE: True}, "time_zone": {"type": "string", SAFE: False}}
PERIOD: Schema = {"period": {"$ref": REF.format(name="Period"), SAFE: True}}
MIN_SECONDS: Schema = {"min_seconds": {"type": "integer", "minimum": 0, SAFE: True}}
COMPLETENESS: Schema = {"$ref": REF.format(name="Completeness"), SAFE: False}


def parameters(question: Question) -> list[Schema | str]:
    """Those of the path, the shared ones by the names of their components, and its own."""
    own = [_parameter(question, each) for each in question.parameters]
    in_path = [each for each in own if each["in"] == "path"]
    in_query = [each for each in own if each["in"] == "query"]
    shared = [_shared(question, name) for name in question.takes]
    return [
        *_in_order(in_path, question),
        *shared,
        *in_query,
        *([FORMAT] if question.lists else []),
        *map(_old, question.old_names.items()),
    ]


def _in_order(in_path: list[Schema], question: Question) -> list[Schema | str]:
    """As the path has them."""
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


def _parameter(question: Question, parameter: Parameter) -> Schema:
    is_in_path = f"{{{parameter.name}}}" in question.path
    place: Schema = {"in": "path", "required": True} if is_in_path else {"in": "query"}
    return {"name": parameter.name, **place, "description": parameter.description, "schema": dict(parameter.schema)}


def example_tables(question: Question) -> dict[str, str]:
    """The example's list, by media type."""
    rows, table = question.example().get(question.lists, []), CsvTable(columns(question))
    return {
        "text/csv": table.header() + table.rows(rows),
        "application/x-ndjson": ndjson(rows).decode(),
    }


def schemas(questions: Iterable[Question]) -> dict[str, Schema]:
    """Of every answer and every object in one, by their names."""
    asked = tuple(questions)
    _, components = msgspec.json.schema_components(
        [Completeness, Period, *(question.answer_type for question in asked)], ref_template=REF
    )
    objects = {name: _marked(schema) for name, schema in components.items()}
    for question in asked:
        name = question.answer_type.__name__
        objects[name] = _whole(objects[name], question.takes)
    return objects


def _whole(schema: Schema, takes: Iterable[str]) -> Schema:
    """An answer with what every answer begins with, and with what it says of completeness where that was asked for."""
    first = HEAD | (PERIOD if "period" in takes else {}) | (MIN_SECONDS if "min_seconds" in takes else {})
    last = {"completeness": COMPLETENESS} if "completeness" in takes else {}
    members = {**first, **schema["properties"], **last}
    return {**schema, "required": [*first, *schema.get("required", ())], "properties": members}


def _marked(schema: Schema) -> Schema:
    """With the mark of each member at the member itself."""
    members = {name: _with_mark(member) for name, member in schema.get("properties", {}).items()}
    return {**schema, "properties": members} if members else schema


def _with_mark(member: Mapping[str, Any]) -> Schema:
    choices = [*member.get("anyOf", ()), *member.get("allOf", ())]
    is_safe = member[SAFE] if SAFE in member else any(each.get(SAFE) for each in choices)
    plain = {name: value for name, value in member.items() if name not in {SAFE, "allOf"}}
    if "anyOf" in plain:
        plain["anyOf"] = [{name: value for name, value in each.items() if name != SAFE} for each in plain["anyOf"]]
    referred: Schema = next(iter(member.get("allOf", ())), {})
    return {**referred, **plain, SAFE: is_safe}
