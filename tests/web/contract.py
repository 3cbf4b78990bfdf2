"""Check answers against what /openapi.json promises."""

import json
import os
import re
from collections.abc import Iterator
from difflib import unified_diff
from functools import lru_cache
from typing import Any

from httpx2 import Response
from jsonschema import Draft202012Validator

from advice import public_command
from recommend.questions import all_questions
from web.openapi.document import document

DOCUMENT = document("0.0.0")
PROBLEM = "application/problem+json"
LAST_FM = "/2.0/"  # not in the document, which has the same address without the slash
KEPT = 10_000  # parts of answers that were found valid


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """The part of the document, after following its references."""
    while "$ref" in part:
        result: Any = DOCUMENT
        for step in part["$ref"].removeprefix("#/").split("/"):
            result = result[step]
        part = result
    return part


def validate(schema: dict[str, Any], value: object) -> None:
    """Fail unless the value is as the schema says."""
    _validate(json.dumps(schema), json.dumps(value))


@lru_cache(KEPT)
def _validate(schema: str, value: str) -> None:
    """Check JSON against JSON, part by part: the cache pays off because the same parts recur."""
    whole, body = _referred(json.loads(schema)), json.loads(value)
    parts = list(_parts(whole, body))
    for part, member in parts:
        validate(part, member)
    _validator(json.dumps(_without_parts(whole) if parts else whole)).validate(body)


def _referred(schema: Any) -> Any:
    """The schema itself, or the one it refers to if it is only a reference."""
    return _referred(resolved(schema)) if isinstance(schema, dict) and set(schema) == {"$ref"} else schema


def _parts(schema: Any, value: object) -> Iterator[tuple[Any, object]]:
    """The members or items of a value, each with its schema."""
    if isinstance(value, dict) and isinstance(schema, dict):
        members = schema.get("properties", {})
        yield from ((members[name], member) for name, member in value.items() if name in members)
    if isinstance(value, list) and isinstance(schema, dict) and "prefixItems" not in schema and "items" in schema:
        yield from ((schema["items"], member) for member in value)


def _without_parts(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without those of its members or items, which are checked separately."""
    members, items = dict.fromkeys(schema.get("properties", {}), True), {"items": True} if "items" in schema else {}
    return {**schema, **({"properties": members} if members else {}), **items}


@lru_cache(KEPT)
def _validator(schema: str) -> Draft202012Validator:
    whole = json.loads(schema)
    return Draft202012Validator({**whole, "components": DOCUMENT["components"]} if isinstance(whole, dict) else whole)


@lru_cache(KEPT)
def described_path(path: str) -> dict[str, Any] | None:
    path = path.removesuffix("/") if path == LAST_FM else path
    for template, item in DOCUMENT["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            result: dict[str, Any] = item
            return result
    return None


def check_answer(response: Response) -> None:
    """Fail unless the document lists this status for this path, with the body and headers of the answer."""
    response.read()
    path = described_path(response.request.url.path)
    method = response.request.method.lower().replace("head", "get")
    if path is None or response.status_code == 405 or method not in path:
        check_problem(response)
        return
    if is_refusal_for_people(response):
        return
    answer = resolved(path[method]["responses"][str(response.status_code)])
    for name, header in answer.get("headers", {}).items():
        if name in response.headers:
            validate(resolved(header)["schema"], response.headers[name])
    assert {"ETag", "Cache-Control", "Vary"} & set(answer.get("headers", {})) <= {
        name.title().replace("Etag", "ETag") for name in response.headers
    }
    if response.content:
        media_type = response.headers["content-type"].partition(";")[0]
        content = answer["content"][media_type]
        schema = content["schema"] if "share" in response.request.url.params else of_whole_accounts(content["schema"])
        validate(schema, response.json() if media_type.endswith(("/json", "+json")) else response.text)


def is_refusal_for_people(response: Response) -> bool:
    """Whether it is a page that tells a browser why it is refused, which only the document's introduction describes."""
    is_page = response.headers.get("content-type", "").startswith("text/html")
    return response.status_code >= 400 and is_page and "text/html" in response.request.headers["accept"]


def of_whole_accounts(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of the whole answer, where links get a shorter one."""
    if "items" in schema:
        return {**schema, "items": of_whole_accounts(schema["items"])}
    return dict(schema["anyOf"][0]) if "anyOf" in schema else schema


def check_problem(response: Response) -> None:
    response.read()
    if response.status_code < 400 or response.request.method == "HEAD":
        return
    path = response.request.url.path
    if f"{path}/".startswith("/2.0/"):
        assert re.search(r'<lfm status="failed">|^{"error":', response.text)
        return
    is_listenbrainz = f"{path}/".startswith("/1/")
    media_type, schema = ("application/json", "ListenBrainzError") if is_listenbrainz else (PROBLEM, "Problem")
    assert response.headers["content-type"] == media_type
    validate(DOCUMENT["components"]["schemas"][schema], response.json())


def problem(status: int, title: str, detail: str, instance: str, **more: object) -> dict[str, object]:
    """The whole body of an error."""
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": instance,
        **more,
    }


def check_example(question: str, answer: object) -> None:
    """Fail unless the documentation shows this very answer. With UPDATE_EXAMPLES set, write it there first."""
    path, now = all_questions()[question].example_path, as_shown(answer)
    if os.environ.get("UPDATE_EXAMPLES"):
        path.write_text(now)
    documented = path.read_text()
    changes = "".join(unified_diff(documented.splitlines(True), now.splitlines(True), "documented", "answered"))
    assert not changes, f"If the new answer is right, run this test with UPDATE_EXAMPLES=1:\n{changes}"


def as_shown(answer: object) -> str:
    """The answer as the documentation has it: indented, with commands as an installed copy names them."""
    text = json.dumps(answer, indent=2, ensure_ascii=False) + "\n"
    return text.replace(public_command("cli.py"), "insight")
