"""An operation as a value; the OpenAPI document consists of these."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from web.openapi.components.schemas import Schema, schema_of

JSON, FORM, PROBLEM = "application/json", "application/x-www-form-urlencoded", "application/problem+json"


@dataclass(frozen=True)
class Parameter:
    """A parameter; `kind` is its type, `examples` are values by name."""

    name: str
    description: str
    kind: Any = str
    place: str = "query"
    is_required: bool = False
    default: object = None
    examples: Mapping[str, object] = field(default_factory=dict)

    def described(self) -> Schema:
        schema = schema_of(self.kind) | ({} if self.default is None else {"default": self.default})
        required = {"required": True} if self.is_required or self.place == "path" else {}
        examples = {"examples": {name: {"value": value} for name, value in self.examples.items()}}
        return {
            "name": self.name, "in": self.place, **required, "description": self.description, "schema": schema,
            **(examples if self.examples else {}),
        }  # fmt: skip


@dataclass(frozen=True)
class Content:
    """A body of one media type: an example of all of it, and its type, by default that of the example."""

    example: object
    kind: Any = None

    @property
    def type(self) -> Any:
        return self.kind or type(self.example)

    def described(self) -> Schema:
        return {"schema": schema_of(self.type), "example": msgspec.json.decode(msgspec.json.encode(self.example))}


@dataclass(frozen=True)
class Answer:
    """An answer; `content` is by media type, `headers` are by name."""

    description: str
    content: Mapping[str, Content] = field(default_factory=dict)
    headers: Mapping[str, Schema] = field(default_factory=dict)

    def described(self) -> Schema:
        content = {kind: content.described() for kind, content in self.content.items()}
        headers = {"headers": dict(self.headers)} if self.headers else {}
        return {"description": self.description, **headers, **({"content": content} if content else {})}

    def types(self) -> Iterator[Any]:
        yield from (content.type for content in self.content.values())


@dataclass(frozen=True)
class Operation:
    """An operation. `answers` are by status, `body` has types by media type.

    Answers and parameters are given in full, or by the names of shared ones; the parameters of questions as schemas.
    """

    method: str
    path: str
    id: str
    tag: str
    summary: str
    description: str
    answers: Mapping[int, Answer | str]
    parameters: tuple[Parameter | Schema | str, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)
    is_body_required: bool = True
    security: tuple[Mapping[str, list[str]], ...] | None = None

    def described(self) -> Schema:
        return {
            "operationId": self.id,
            "tags": [self.tag],
            "summary": self.summary,
            "description": self.description,
            **({} if self.security is None else {"security": [dict(each) for each in self.security]}),
            "parameters": [_described("parameters", each) for each in self.parameters],
            **({"requestBody": self._body()} if self.body else {}),
            "responses": {str(status): _described("responses", each) for status, each in self.answers.items()},
        }

    def types(self) -> Iterator[Any]:
        """The types of all bodies, of requests and of answers."""
        yield from self.body.values()
        for answer in self.answers.values():
            if isinstance(answer, Answer):
                yield from answer.types()

    def _body(self) -> Schema:
        content = {kind: {"schema": schema_of(form)} for kind, form in self.body.items()}
        return {**({"required": True} if self.is_body_required else {}), "content": content}


def ref(place: str, name: str) -> Schema:
    return {"$ref": f"#/components/{place}/{name}"}


def _described(place: str, part: Parameter | Answer | Schema | str) -> Schema:
    if isinstance(part, str):
        return ref(place, part)
    return part if isinstance(part, dict) else part.described()
