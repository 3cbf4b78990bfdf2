"""The format of an answer: JSON, or its list as CSV or as one JSON object per line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from insights.plays.scope import Scope
from insights.question import Batches, Question
from insights.tables import CsvTable, columns, ndjson
from people.accounts import Account
from web.http.answers import answer, file_answer, file_headers, unchanged
from web.http.errors import Problem, bad_parameter
from web.http.etags import client_has_any
from web.http.headers import header
from web.languages.sentences import Sentence
from web.questions.exports import WholeTable
from web.server.streaming import Stream
from web.visitors.visitor import visitor

MEDIA_TYPES = {"csv": "text/csv; charset=utf-8; header=present", "ndjson": "application/x-ndjson"}
ACCEPTED = {
    "text/html": "html",
    "application/xhtml+xml": "html",
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
        """The answer in this format."""
        if self.name == "json":
            following = body["next"] if self.question.is_paged else None
            return answer(request, body, tag, {"next": following} if following else None)
        rows: Sequence[object] = body[self.question.lists]
        shown = columns(self.question, safe_only=visitor(request).sums_only)
        table = CsvTable(shown)
        content = table.header() + table.rows(rows) if self.name == "csv" else ndjson(rows)
        period = msgspec.to_builtins(body.get("period")) or {}
        name = self._file_name(str(body["username"]), period.get("name"))
        return file_answer(request, content, MEDIA_TYPES[self.name], name, tag)

    def of_sums(self, query: Mapping[str, str]) -> "Format":
        """The same for a link with totals only: JSON if the list is not among the totals. Raises Problem if the
        query asks for the list.
        """
        if self.name in self.question.formats_of_sums:
            return self
        if "format" in query:
            raise _no_format(self.question.formats_of_sums)
        return replace(self, name="json")

    @property
    def is_page(self) -> bool:
        """Whether it is a page for people."""
        return self.name == "html"

    @property
    def is_streamed(self) -> bool:
        return self.name in MEDIA_TYPES and self.question.in_batches is not None

    def stream(
        self, request: Request, account: Account, scope: Scope, selected: Mapping[str, object], tag: str
    ) -> Response:
        """The whole list, however long it is, if `is_streamed`; `selected` has the parameters that select rows."""
        if client_has_any(request):
            return unchanged(tag)
        shown = columns(self.question, safe_only=visitor(request).sums_only)
        table = WholeTable(self.name, account.username, shown, self._batches(scope, selected))
        name = self._file_name(account.username, scope.period.name)
        return Stream(table, file_headers(name, tag), MEDIA_TYPES[self.name])

    def _batches(self, scope: Scope, selected: Mapping[str, object]) -> Batches:
        if self.question.in_batches is None:
            raise TypeError(f"{self.question.name} is answered at once")
        return self.question.in_batches(scope, **selected)

    def _file_name(self, username: str, period: str | None) -> str:
        return "-".join(filter(None, (self.question.name, username, period))) + f".{self.name}"


def requested_format(question: Question, query: Mapping[str, str], accepted: str) -> Format:
    """The format of the parameter `format`, or else the one that the client accepts. Raises Problem."""
    name = query.get("format")
    if name is not None and name not in question.formats:
        raise _no_format(question.formats)
    form = Format(name or accepted, question)
    if form.is_streamed:
        _check_whole(question, query)
    return form


def _no_format(choices: Sequence[str]) -> Problem:
    return bad_parameter("format", Sentence("must be one of %(choices)s", choices=", ".join(choices)))


def _check_whole(question: Question, query: Mapping[str, str]) -> None:
    for own in question.parameters:
        if own.name in query and not own.selects:
            raise bad_parameter(own.name, Sentence("is for JSON only: CSV and NDJSON contain the whole period"))


def accepted_format(request: Request, question: Question) -> str:
    """The first available format that the client accepts; JSON if it accepts none of them."""
    accepted = header(request, b"accept")
    if accepted is None or len(question.formats) == 1:
        return "json"
    media_types = (part.partition(";")[0].strip() for part in accepted.split(","))
    names = (ACCEPTED[each] for each in media_types if each in ACCEPTED)
    return next((name for name in names if name in question.formats), "json")
