"""The OpenAPI document, put together: what is common from base.json, lists, and a file for each question of listening.

Most questions are values (insights/questions/), and what is said of them follows from there. The file of another gives
its path, summary, description, parameters (the names of common ones, or whole ones) and its
answer; what is the same for all of them (errors, caching, If-None-Match) is added here. With `sums_only`, a link with
sums only may ask it: every member of its answer then says by `x-sum` whether such a link shows it.
"""

from functools import cache
from pathlib import Path
from typing import Any

import orjson

from insights.question import Question
from insights.questions import example, questions
from web.openapi.paths import example_tables, parameters, schemas
from web.openapi.sums import SUFFIX, with_sums_only

FOLDER = Path(__file__).parent
ERRORS = {
    "304": "NotModified",
    "308": "Moved",
    "400": "BadRequest",
    "401": "Unauthorized",
    "404": "NoAccount",
    "421": "WrongHost",
    "429": "TooMany",
    "500": "Fault",
    "503": "Unavailable",
}
SUMS_ONLY = "x-sums-only"  # at a question that a link with sums only may ask
CACHED = ("ETag", "Cache-Control", "Vary")
COUNTED = ("RateLimit-Policy", "RateLimit")  # of expensive questions


@cache
def document(version: str, base_path: str = "") -> dict[str, Any]:
    """The whole document, with the version of this program and the path under which it is served."""
    found, lists = _read(FOLDER / "base.json"), _read(FOLDER / "recommendations.json")
    found["paths"] |= lists["paths"]
    found["components"]["schemas"] |= lists["schemas"]
    for path in sorted(FOLDER.glob("questions/*.json")):
        question = _read(path)
        found["paths"][question["path"]] = {"get": _operation(question)}
        found["components"]["schemas"] |= question.get("schemas", {})
    _add_questions(found)
    _add_sums_only(found)
    found["info"]["version"] = version
    found["servers"][0]["url"] = base_path or "/"
    return found


def _add_questions(document: dict[str, Any]) -> None:
    document["components"]["schemas"] |= schemas(questions().values())
    for question in questions().values():
        document["paths"][question.path] = {"get": _operation(_described(question))}


def _described(question: Question) -> dict[str, Any]:
    return {
        "operationId": _camel(question.name),
        "sums_only": question.sums_only,
        "is_costly": question.is_costly,
        "summary": question.summary,
        "description": question.description,
        "parameters": parameters(question),
        "answer": {
            "description": "The answer.",
            "schema": question.answer_type.__name__,
            "example": example(question.name),
            "tables": example_tables(question) if question.lists else {},
        },
    }


def _camel(name: str) -> str:
    first, *others = name.split("-")
    return first + "".join(map(str.capitalize, others))


def _add_sums_only(found: dict[str, Any]) -> None:
    """What a link with sums only shows, beside the whole answer, of each question that has it."""
    schemas = found["components"]["schemas"]
    for item in found["paths"].values():
        if item.get("get", {}).get(SUMS_ONLY):
            content = item["get"]["responses"]["200"]["content"]["application/json"]
            whole = content["schema"]
            content["schema"] = {"anyOf": [whole, {"$ref": whole["$ref"] + SUFFIX}]}
            schemas |= with_sums_only(schemas, whole["$ref"].rpartition("/")[2])


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(path.read_bytes())
    return found


def _operation(question: dict[str, Any]) -> dict[str, Any]:
    answer, headers = question["answer"], (*CACHED, *(COUNTED if question.get("is_costly") else ()))
    content = {"application/json": {"schema": _ref("schemas", answer["schema"]), "example": answer["example"]}}
    if answer.get("tables"):
        content |= {kind: {"schema": {"type": "string"}, "example": text} for kind, text in answer["tables"].items()}
    return {
        "operationId": question["operationId"],
        "tags": ["listening"],
        **({SUMS_ONLY: True} if question.get("sums_only") else {}),
        "summary": question["summary"],
        "description": question["description"],
        "parameters": [_parameter(found) for found in (*question["parameters"], "IfNoneMatch")],
        "responses": {
            "200": {
                "description": answer["description"],
                "headers": {name: _ref("headers", name) for name in headers},
                "content": content,
            },
            **{status: _ref("responses", name) for status, name in ERRORS.items()},
        },
    }


def _parameter(found: str | dict[str, Any]) -> dict[str, Any]:
    return _ref("parameters", found) if isinstance(found, str) else found


def _ref(kind: str, name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/{kind}/{name}"}
