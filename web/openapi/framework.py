"""The OpenAPI document without the questions: its header, the other operations, and shared components."""

from collections.abc import Iterator
from typing import Any

from web.openapi.components.about import INFO, READERS, SECURITY_SCHEMES, TAGS
from web.openapi.components.headers import HEADERS
from web.openapi.components.schemas import components
from web.openapi.components.shared_answers import RESPONSES
from web.openapi.components.shared_parameters import SHARED
from web.openapi.operations import OPERATIONS


def framework() -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "servers": [],
        "security": list(READERS),
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": _paths(),
        "components": {
            "schemas": components(_types()),
            "parameters": {name: parameter.described() for name, parameter in SHARED.items()},
            "headers": dict(HEADERS),
            "responses": {name: answer.described() for name, answer in RESPONSES.items()},
            "securitySchemes": dict(SECURITY_SCHEMES),
        },
    }


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = operation.described()
    return paths


def _types() -> Iterator[Any]:
    """The types of all bodies, of requests and of answers."""
    for operation in OPERATIONS:
        yield from operation.types()
    for answer in RESPONSES.values():
        yield from answer.types()
