"""The OpenAPI document: the operations of web/openapi/operations/, and every question about listening.

Questions are declared in insights/questions/ and recommend/questions/, and their documentation follows from there. What
is the same for all of them (errors, caching, If-None-Match) is added here. A question that a link with totals only may
ask has two answers: the whole one, and the part that such a link shows.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from insights.answers.sums_only import sums_only
from insights.question import Question
from recommend.questions import all_questions
from web.openapi.components.headers import CACHED, LIMITED
from web.openapi.components.operation import JSON, Answer, Content, Operation, ref
from web.openapi.components.schemas import Either, tidied, untitled, used
from web.openapi.framework import framework
from web.openapi.paths import example_texts, parameters, schemas

ERRORS: Mapping[int, str] = {
    304: "NotModified",
    308: "Moved",
    400: "BadRequest",
    401: "Unauthorized",
    404: "NoAccount",
    421: "WrongHost",
    429: "TooMany",
    500: "Fault",
    503: "Unavailable",
}
DEPRECATION = {
    "description": "Only if you used an older name of a parameter: since when it is deprecated (RFC 9745).",
    "schema": {"type": "string", "pattern": "^@[0-9]+$"},
    "example": "@1796000000",
}


@cache
def document(version: str, base_path: str = "") -> dict[str, Any]:
    """The whole document, with the version of this program and the path under which it is served."""
    whole = _whole()
    server = {"url": base_path or "/", "description": "This service."}
    return {**whole, "info": {**whole["info"], "version": version}, "servers": [server]}


@cache
def _whole() -> dict[str, Any]:
    """The part that does not depend on where it is served; it takes half a second to build."""
    whole = framework()
    _add_questions(whole)
    whole["components"]["schemas"] = untitled(whole["components"]["schemas"])
    return used(tidied(whole))


def _add_questions(document: dict[str, Any]) -> None:
    document["components"]["schemas"] |= schemas(all_questions().values())
    for question in all_questions().values():
        document["paths"][question.path] = {"get": _operation(question).described()}


def _operation(question: Question) -> Operation:
    return Operation(
        "get",
        question.path,
        id=_camel(question.name),
        tag="listening",
        summary=question.summary,
        description=question.description,
        answers={200: _answer(question), **ERRORS},
        parameters=(*parameters(question), "IfNoneMatch"),
    )


def _answer(question: Question) -> Answer:
    texts = example_texts(question)
    content = {JSON: Content(question.example(), _answer_type(question))}
    content |= {media_type: Content(text) for media_type, text in texts.items()}
    return Answer("The answer.", content, {**CACHED, **_own_headers(question)})


def _answer_type(question: Question) -> Any:
    """The type of the whole answer, and for a link with totals only, that of the part that it shows."""
    whole = question.answer_type
    return Either((whole, sums_only(whole))) if question.sums_only else whole


def _own_headers(question: Question) -> dict[str, Any]:
    """The headers of its answer, besides those that all answers have."""
    link = {"Link": ref("headers", "Link")} if question.is_paged else {}
    is_counted = question.is_costly or question.in_batches  # downloads count, too
    limits = LIMITED if is_counted else {}
    return {**link, **limits, **({"Deprecation": DEPRECATION} if question.old_names else {})}


def _camel(name: str) -> str:
    first, *others = name.split("-")
    return first + "".join(map(str.capitalize, others))
