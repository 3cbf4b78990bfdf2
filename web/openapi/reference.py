"""The OpenAPI document as a page shows it: operations by tag, and types, each as lines of text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson

from insights.answers.sums_only import SUFFIX
from web.openapi.document import document
from web.openapi.kinds import Kind, kind_of, listed

Node = Mapping[str, Any]
NOBODY = "none"
MOST_SHOWN = 3  # of a list in an example


@dataclass(frozen=True, slots=True)
class Member:
    """A parameter, a field of a body, or a member of a type; `place` is where it is sent."""

    name: str
    kind: Kind
    description: str
    is_required: bool
    place: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    media_type: str
    kind: Kind
    example: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    status: str
    description: str
    bodies: tuple[Body, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """An operation: how it is asked, and what it can answer. One of `credentials` will do."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    credentials: str
    parameters: tuple[Member, ...]
    sent: tuple[Body, ...]
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Section:
    tag: str
    description: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class ShownType:
    name: str
    description: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    introduction: str
    credentials: Mapping[str, str]  # how each is sent, by name
    sections: tuple[Section, ...]
    types: tuple[ShownType, ...]


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
    """Of refusals none: they are all alike."""
    if not status.startswith("2") or "example" not in body:
        return ""
    if isinstance(body["example"], str):
        return body["example"]
    return orjson.dumps(_shortened(body["example"]), option=orjson.OPT_INDENT_2).decode()


def _shortened(example: Any) -> Any:
    """With two of each long list, for people: programs get all of it in the document."""
    if isinstance(example, Mapping):
        return {name: _shortened(part) for name, part in example.items()}
    if not isinstance(example, list):
        return example
    kept = example if len(example) <= MOST_SHOWN else example[: MOST_SHOWN - 1]
    more = [f"… and {len(example) - len(kept)} more"] if len(kept) < len(example) else []
    return [*map(_shortened, kept), *more]


def _types(whole: Node) -> Iterator[ShownType]:
    """But for those of links with sums only, which have some of the members of others."""
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
