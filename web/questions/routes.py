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
from web.questions.formats import asked_format
from web.questions.question_request import Asked, page_address, restricted, tag_of, understood, whole
from web.server.thread_pool import Handler

Given = dict[str, str]
# Since version 0.6.0; RFC 9745 takes seconds since 1970.
DEPRECATED_SINCE = f"@{datetime(2026, 11, 30, tzinfo=UTC).timestamp():.0f}"


def question_routes() -> dict[str, Handler]:
    """The handler of each path."""
    return {question.path: _handler(question) for question in all_questions().values()}


def _handler(question: Question) -> Handler:
    handler = partial(_answer, question)
    return costly(handler) if question.is_costly else handler


def _answer(question: Question, request: Request) -> Response:
    given = parameters(request, *question.query_names, *question.old_names)
    if question.old_names.keys().isdisjoint(given):
        return _answer_to(question, request, given)
    with _by_old_names(question, given):
        response = _answer_to(question, request, _by_new_names(question, given))
    response.headers["Deprecation"] = DEPRECATED_SINCE
    return response


def _answer_to(question: Question, request: Request, given: Given) -> Response:
    if given or len(request.path_params) > 1:  # else there is only a username
        _check(question, {**given, **request.path_params})
    form = asked_format(question, request, given)
    names, compute = question.takes, partial(_members, question, request)
    with reading():
        asked = understood(
            request, given, question.default_period, takes_period="period" in names, min_seconds=question.min_seconds
        )
        if question.other_accounts:
            names_of_others = (request.path_params[own.name] for own in question.other_accounts)
            asked = replace(asked, others=tuple(readable_account(request, name) for name in names_of_others))
        if asked.visitor.is_restricted:
            return restricted(request, asked, question, compute, form)
        tag = tag_of(request, asked, form.name, question.by_clock and question.by_clock(_asking(request, asked)))
        if unchanged := not_modified(request, tag):
            return unchanged
        if form.is_streamed:
            count_costly(request)
            return form.stream(request, asked.account, asked.scope, tag)
        body = whole(asked, names, compute(asked.with_sums() if question.reads_sums else asked))
    return form.answer(request, body, tag)


def _members(question: Question, request: Request, asked: Asked) -> Mapping[str, object]:
    """Raises Problem."""
    accounts = (own.argument for own in question.other_accounts)
    values = _values(question, {**asked.given, **request.path_params}) | dict(zip(accounts, asked.others, strict=True))
    try:
        return question.members(_asking(request, asked), values)
    except BadParameter as error:
        raise bad_parameter(error.name, error.sentence) from error
    except NoSuchItem as error:
        raise Problem(404, str(error)) from error


def _asking(request: Request, asked: Asked) -> Asking:
    page_at = partial(page_address, request, asked)
    return Asking(asked.account, asked.scope, asked.now, asked.visitor.period is None, page_at)


def _check(question: Question, given: Given) -> None:
    """Checks that need no database. Raises Problem."""
    for name in ("from", "to"):
        a_moment(given, name)
    _values(question, given)


def _values(question: Question, given: Given) -> dict[str, object]:
    """Of all parameters of its own but accounts. Raises Problem."""
    try:
        return {own.argument: _value(own, given) for own in question.parameters if not own.is_account}
    except BadParameter as error:
        raise bad_parameter(error.name, error.sentence) from error


def _value(parameter: Parameter, given: Given) -> object:
    return parameter.parse(given[parameter.name]) if parameter.name in given else parameter.default


def _by_new_names(question: Question, given: Given) -> Given:
    """Raises Problem."""
    for old, new in question.old_names.items():
        if old in given and new in given:
            raise bad_parameter(old, f"is the older name of `{new}`: give one of them")
    return {question.old_names.get(name, name): value for name, value in given.items()}


@contextmanager
def _by_old_names(question: Question, given: Given) -> Iterator[None]:
    """Errors with the parameter names that the visitor used."""
    used = {new: old for old, new in question.old_names.items() if old in given}
    try:
        yield
    except Problem as problem:
        new = str(problem.more.get("parameter"))
        if new not in used:
            raise
        raise Problem(problem.status, problem.detail.replace(new, used[new], 1), parameter=used[new]) from problem
