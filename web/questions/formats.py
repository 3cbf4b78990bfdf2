"""In which form an answer is given: JSON, or its list as CSV or as a JSON object a line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from insights.question import Question
from insights.tables import columns, csv_lines, json_lines
from web.http.answers import answer, file_answer
from web.http.errors import bad_parameter
from web.visitors.visitor import visitor

FORMATS = ("json", "csv", "ndjson")
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8; header=present", "ndjson": "application/x-ndjson"}
ACCEPTED = {
    "application/json": "json",
    "application/*": "json",
    "*/*": "json",
    "text/csv": "csv",
    "application/x-ndjson": "ndjson",
    "application/jsonl": "ndjson",
}
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Format:
    name: str
    question: Question

    def answer(self, request: Request, body: Body, tag: str) -> Response:
        """The answer in this form."""
        if self.name == "json":
            return answer(request, body, tag)
        rows: Sequence[Body] = msgspec.to_builtins(body[self.question.lists])
        shown = columns(self.question, safe_only=visitor(request).sums_only)
        lines = csv_lines(shown, rows) if self.name == "csv" else json_lines(rows)
        return file_answer(request, "".join(lines), MEDIA_TYPES[self.name], self._file_name(body), tag)

    def _file_name(self, body: Body) -> str:
        period = msgspec.to_builtins(body.get("period")) or {}
        parts = (self.question.name, body["username"], period.get("name"))
        return "-".join(str(part) for part in parts if part) + f".{self.name}"


def asked_format(question: Question, request: Request, given: Mapping[str, str]) -> Format:
    """By the `format` parameter, or else by the Accept header. Raises Problem."""
    if not question.lists:
        return Format("json", question)
    name = given.get("format")
    if name is not None and name not in FORMATS:
        raise bad_parameter("format", f"takes one of {', '.join(FORMATS)}")
    return Format(name or _accepted(request), question)


def _accepted(request: Request) -> str:
    """The first of what the client accepts that there is."""
    media_types = (part.partition(";")[0].strip() for part in request.headers.get("accept", "").split(","))
    return next((ACCEPTED[each] for each in media_types if each in ACCEPTED), "json")
