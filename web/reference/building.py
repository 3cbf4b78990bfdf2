"""The parts of the page /docs, from the OpenAPI document."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import orjson

from insights.answers.sums_only import SUFFIX
from web.openapi.document import document
from web.reference.kinds import kind_of, listed
from web.reference.parts import Action, Body, Member, Outcome, Reference, Section, ShownType

Node = Mapping[str, Any]
NOBODY = "none"
MOST_SHOWN = 3  # items of a list in an example


@cache
def reference() -> Reference:
    whole = document("")
    tags = {tag["name"]: tag["description"] for tag in whole["tags"]}
    schemes = whole["components"]["securitySchemes"]
    return Reference(
        whole["info"]["description"],
        {name: scheme["description"] for name, scheme in schemes.items()},
        tuple(Section(name, text, tuple(_actions(whole, name))) for name, text in tags.items()),
        tuple(_types(whole)),
    )


def _actions(whole: Node, tag: str) -> Iterator[Action]:
    for path, item in whole["paths"].items():
        for method, operation in item.items():
            if tag in operation["tags"]:
                yield _action(whole, method, path, operation)


def _action(whole: Node, method: str, path: str, operation: Node) -> Action:
    parameters = (_resolved(whole, parameter) for parameter in operation["parameters"])
    content = operation.get("requestBody", {}).get("content", {})
    return Action(
        operation["operationId"], method.upper(), path, operation["summary"], operation["description"],
        listed(list(map(_credential, operation.get("security", whole["security"])))),
        tuple(map(_parameter, parameters)),
        tuple(Body(kind, kind_of(body["schema"])) for kind, body in content.items()),
        tuple(_outcome(status, _resolved(whole, answer)) for status, answer in sorted(operation["responses"].items())),
    )  # fmt: skip


def _credential(requirement: Node) -> str:
    named = (f"{name} ({', '.join(scopes)})" if scopes else name for name, scopes in requirement.items())
    return " and ".join(named) or NOBODY


def _parameter(parameter: Node) -> Member:
    examples = (shown["value"] for shown in parameter.get("examples", {}).values())
    return Member(
        parameter["name"], kind_of(parameter["schema"]), parameter["description"], parameter.get("required", False),
        parameter["in"], ", ".join(map(str, examples)),
    )  # fmt: skip


def _outcome(status: str, answer: Node) -> Outcome:
    content = answer.get("content", {}).items()
    bodies = (Body(kind, kind_of(body["schema"]), _example(status, body)) for kind, body in content)
    return Outcome(status, answer["description"], tuple(bodies))


def _example(status: str, body: Node) -> str:
    """The example of a body; refusals have none, because they are all alike."""
    if not status.startswith("2") or "example" not in body:
        return ""
    if isinstance(body["example"], str):
        return body["example"]
    return orjson.dumps(_shortened(body["example"]), option=orjson.OPT_INDENT_2).decode()


def _shortened(example: Any) -> Any:
    """The example with two items of each long list, for people; the document for programs has all of them."""
    if isinstance(example, Mapping):
        return {name: _shortened(part) for name, part in example.items()}
    if not isinstance(example, list):
        return example
    kept = example if len(example) <= MOST_SHOWN else example[: MOST_SHOWN - 1]
    more = [f"… and {len(example) - len(kept)} more"] if len(kept) < len(example) else []
    return [*map(_shortened, kept), *more]


def _types(whole: Node) -> Iterator[ShownType]:
    """The types, without those for links with totals only, which have some of the members of others."""
    for name, schema in sorted(whole["components"]["schemas"].items()):
        if not name.endswith(SUFFIX):
            yield ShownType(name, schema.get("description", ""), tuple(_members(schema)))


def _members(schema: Node) -> Iterator[Member]:
    required = schema.get("required", ())
    for name, member in schema.get("properties", {}).items():
        yield Member(name, kind_of(member), member.get("description", ""), name in required)


def _resolved(whole: Node, part: Node) -> Node:
    if "$ref" not in part:
        return part
    _, _, place, name = part["$ref"].split("/")
    resolved: Node = whole["components"][place][name]
    return resolved
