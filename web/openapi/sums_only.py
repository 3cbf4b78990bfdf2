"""An answer with sums only: nothing of it but what its schema with sums only has."""

from collections.abc import Mapping
from typing import Any

from web.openapi.document import document
from web.openapi.question_names import about_listening
from web.openapi.sums import CHOICES, SUFFIX, Schema


def sums_of(question: str, answer: Mapping[str, object]) -> Mapping[str, object]:
    """The members of the question's answer that are sums."""
    operation = next(item for path, item in about_listening().items() if path.split("/", 2)[1] == question)
    # The last choice is the answer with sums only; a question without one shows nothing.
    reference = operation["responses"]["200"]["content"]["application/json"]["schema"].get("anyOf", [{}])[-1]
    if not reference.get("$ref", "").endswith(SUFFIX):
        return {}
    kept: Mapping[str, object] = _kept(answer, reference)
    return kept


def _kept(value: Any, schema: Schema) -> Any:
    schema = _resolved(schema)
    if isinstance(value, Mapping):
        members = schema.get("properties", {})
        return {name: _kept(member, members[name]) for name, member in value.items() if name in members}
    if isinstance(value, list | tuple):
        items = schema.get("items")
        return [_kept(each, items) for each in value] if items else []
    return value


def _resolved(schema: Schema) -> Schema:
    """What a schema refers to; of a choice between something and null, the something."""
    if "$ref" in schema:
        return _resolved(document("")["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    for choice in CHOICES:
        for each in schema.get(choice, ()):
            if each.get("type") != "null":
                return _resolved(each)
    return schema
