"""What the OpenAPI document says of the questions in insights/questions/: all of it follows from their declarations."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from insights.parameters import Parameter
from insights.question import Question
from insights.values import SAFE

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
HEAD: Schema = {  # what every answer begins with
    "username": {"type": "string", SAFE: True},
    "time_zone": {"type": "string", SAFE: False},
    "period": {"$ref": REF.format(name="Period"), SAFE: True},
    "min_seconds": {"type": "integer", "minimum": 0, SAFE: True},
}
COMPLETENESS: Schema = {"$ref": REF.format(name="Completeness"), SAFE: False}


def parameters(question: Question) -> list[Schema | str]:
    """Those of the path, the shared ones by the names of their components, and its own."""
    own = [_parameter(question, each) for each in question.parameters]
    in_path = [each for each in own if each["in"] == "path"]
    in_query = [each for each in own if each["in"] == "query"]
    shared = [_shared(question, name) for name in question.takes]
    return [*in_path, "Username", *shared, *in_query]


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


def schemas(questions: Iterable[Question]) -> dict[str, Schema]:
    """Of every answer and every object in one, by their names."""
    asked = tuple(questions)
    _, components = msgspec.json.schema_components([question.answer_type for question in asked], ref_template=REF)
    told = {name: _marked(schema) for name, schema in components.items()}
    for question in asked:
        name = question.answer_type.__name__
        told[name] = _whole(told[name], has_completeness="completeness" in question.takes)
    return told


def _whole(schema: Schema, *, has_completeness: bool) -> Schema:
    """An answer with its head, and with what it says of completeness where that was asked for."""
    last = {"completeness": COMPLETENESS} if has_completeness else {}
    members = {**HEAD, **schema["properties"], **last}
    return {**schema, "required": [*HEAD, *schema.get("required", ())], "properties": members}


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
