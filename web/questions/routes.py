"""Answer every question of insights/questions/ over HTTP."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from insights.answers.parameters import BadParameter, NoSuchItem, Parameter
from insights.answers.reading import reading
from insights.question import Asking, Question
from recommend.questions import all_questions
from web.handlers.expensive import costly, count_costly
from web.handlers.params import a_moment, parameters, readable_account
from web.http.answers import not_modified
from web.http.errors import Problem, bad_parameter
from web.questions.formats import requested_format
from web.questions.question_request import ParsedRequest, page_address, parsed_request, restricted, tag_of, whole
from web.server.thread_pool import Handler

Query = dict[str, str]
# Since version 0.6.0; RFC 9745 takes seconds since 1970.
DEPRECATED_SINCE = f"@{datetime(2026, 11, 30, tzinfo=UTC).timestamp():.0f}"


def question_routes() -> dict[str, Handler]:
    """The handler of each path."""
    return {question.path: _handler(question) for question in all_questions().values()}


def _handler(question: Question) -> Handler:
    handler = partial(_answer, question)
    return costly(handler) if question.is_costly else handler


def _answer(question: Question, request: Request) -> Response:
    query = parameters(request, *question.query_names, *question.old_names)
    if question.old_names.keys().isdisjoint(query):
        return _answer_to(question, request, query)
    with _by_old_names(question, query):
        response = _answer_to(question, request, _by_new_names(question, query))
    response.headers["Deprecation"] = DEPRECATED_SINCE
    return response


def _answer_to(question: Question, request: Request, query: Query) -> Response:
    if query or len(request.path_params) > 1:  # else there is only a username
        _check(question, {**query, **request.path_params})
    form = requested_format(question, request, query)
    names, compute = question.takes, partial(_members, question, request)
    with reading():
        parsed = parsed_request(
            request, query, question.default_period, takes_period="period" in names, min_seconds=question.min_seconds
        )
        if question.other_accounts:
            names_of_others = (request.path_params[own.name] for own in question.other_accounts)
            parsed = replace(parsed, others=tuple(readable_account(request, name) for name in names_of_others))
        if parsed.visitor.is_restricted:
            return restricted(request, parsed, question, compute, form)
        tag = tag_of(request, parsed, form.name, question.by_clock and question.by_clock(_asking(request, parsed)))
        if unchanged := not_modified(request, tag):
            return unchanged
        if form.is_streamed:
            count_costly(request)
            return form.stream(request, parsed.account, parsed.scope, tag)
        body = whole(parsed, names, compute(parsed.with_sums() if question.reads_sums else parsed))
    return form.answer(request, body, tag)


def _members(question: Question, request: Request, parsed: ParsedRequest) -> Mapping[str, object]:
    """Raises Problem."""
    accounts = (own.argument for own in question.other_accounts)
    values = _values(question, {**parsed.query, **request.path_params}) | dict(
        zip(accounts, parsed.others, strict=True)
    )
    try:
        return question.members(_asking(request, parsed), values)
    except BadParameter as error:
        raise bad_parameter(error.name, error.sentence) from error
    except NoSuchItem as error:
        raise Problem(404, str(error)) from error


def _asking(request: Request, parsed: ParsedRequest) -> Asking:
    page_at = partial(page_address, request, parsed)
    return Asking(parsed.account, parsed.scope, parsed.now, parsed.visitor.period is None, page_at)


def _check(question: Question, query: Query) -> None:
    """Checks that need no database. Raises Problem."""
    for name in ("from", "to"):
        a_moment(query, name)
    _values(question, query)


def _values(question: Question, query: Query) -> dict[str, object]:
    """Of all parameters of its own but accounts. Raises Problem."""
    try:
        return {own.argument: _value(own, query) for own in question.parameters if not own.is_account}
    except BadParameter as error:
        raise bad_parameter(error.name, error.sentence) from error


def _value(parameter: Parameter, query: Query) -> object:
    return parameter.parse(query[parameter.name]) if parameter.name in query else parameter.default


def _by_new_names(question: Question, query: Query) -> Query:
    """Raises Problem."""
    for old, new in question.old_names.items():
        if old in query and new in query:
            raise bad_parameter(old, f"is the older name of `{new}`: give one of them")
    return {question.old_names.get(name, name): value for name, value in query.items()}


@contextmanager
def _by_old_names(question: Question, query: Query) -> Iterator[None]:
    """Errors with the parameter names that the visitor used."""
    used = {new: old for old, new in question.old_names.items() if old in query}
    try:
        yield
    except Problem as problem:
        new = str(problem.more.get("parameter"))
        if new not in used:
            raise
        raise Problem(problem.status, problem.detail.replace(new, used[new], 1), parameter=used[new]) from problem
