"""A question that a browser asks, to be answered with a page."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from insights.answers.periods import Period
from insights.answers.sums_only import sums_of
from insights.plays.scope import Scope
from insights.question import Question
from people.accounts import Account
from recommend.questions import all_questions
from web.http.services import services
from web.languages.writing import translated
from web.openapi.question_names import of_periods, with_sums_only
from web.questions.asking import ask
from web.questions.question_request import ParsedRequest
from web.visitors.credentials import SHARE

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class View:
    """A visitor's view of an answer. Its methods need an open connection."""

    request: Request
    question: Question
    parsed: ParsedRequest

    @property
    def account(self) -> Account:
        return self.parsed.account

    @property
    def scope(self) -> Scope:
        return self.parsed.scope

    @property
    def query(self) -> Mapping[str, str]:
        """The parameters of the address."""
        return self.parsed.query

    def answer(self) -> Any:
        """The answer as this visitor may see it: a link with totals only is shown nothing else."""
        return self._shown(self.question, self.parsed)

    def other(self, name: str, query: Mapping[str, str] = NOTHING, period: Period | None = None) -> Any:
        """The answer to another question about the same account and period; None if the visitor may not ask it."""
        if not self.may_ask(name):
            return None
        question = all_questions()[name]
        scope = self.scope if period is None else replace(self.scope, period=period)
        return self._shown(question, replace(self.parsed, query=dict(query), scope=scope))

    def query_of(self, name: str) -> dict[str, str]:
        """The parameters of the address that another question takes, too."""
        return {key: value for key, value in self.query.items() if key in all_questions()[name].query_names}

    def may_ask(self, name: str) -> bool:
        visitor = self.parsed.visitor
        return (
            visitor.may_read(self.account, name)
            and (visitor.period is None or name in of_periods())
            and (not visitor.sums_only or name in with_sums_only())
        )

    @contextmanager
    def with_sums(self) -> Iterator["View"]:
        """The same within the block, with answers that are computed with sums if there are any; a query."""
        with self.parsed.with_sums() as summed:
            yield replace(self, parsed=summed)

    def _shown(self, question: Question, parsed: ParsedRequest) -> Any:
        if not question.reads_sums:
            parsed = replace(parsed, scope=parsed.scope.without_sums())
        return self.shown(ask(question, self.request, parsed, translated))

    def shown(self, answer: msgspec.Struct) -> Any:
        """The part of an answer that this visitor may see."""
        return sums_of(answer) if self.parsed.visitor.sums_only else answer

    def address(self, path: str, query: Mapping[str, object] = NOTHING) -> str:
        """The address of a page of ours, with the share link that the reader followed, if any."""
        share = {SHARE: self.request.query_params[SHARE]} if self.parsed.visitor.via == "link" else {}
        values = {name: value for name, value in {**query, **share}.items() if value is not None}
        return f"{services(self.request).base_path}{path}" + (f"?{urlencode(values)}" if values else "")

    def here(self, **changes: object) -> str:
        """The address of this page with other parameters; those that are None are left out."""
        return self.address(self.request.scope["path"], {**self.query, **changes})


@dataclass(frozen=True)
class QuestionPage:
    """The page of a question. `show` answers with it; `parameters` are those that only the page takes."""

    question: str
    show: Callable[[View], Response]
    parameters: tuple[str, ...] = ()
