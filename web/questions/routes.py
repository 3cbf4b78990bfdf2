"""Answers all questions about listening over HTTP: everything that is the same for all of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from insights.answers.reading import reading
from insights.answers.replica import computed
from insights.question import Question, members
from recommend.questions import all_questions
from web.handlers.expensive import costly, count_costly
from web.handlers.params import parameters, readable_account
from web.http.answers import not_modified
from web.http.errors import Problem, bad_parameter
from web.pages.refusals import for_people
from web.questions.asking import ask, asking_of, check, check_rights, selected
from web.questions.formats import Format, accepted_format, requested_format
from web.questions.question_request import ParsedRequest, parsed_request, restricted, tag_of, whole
from web.questions.view import QuestionPage, View
from web.server.thread_pool import Handler

Query = dict[str, str]
# Since version 0.6.0; RFC 9745 takes seconds since 1970.
DEPRECATED_SINCE = f"@{datetime(2026, 11, 30, tzinfo=UTC).timestamp():.0f}"


def question_routes(pages: Mapping[str, QuestionPage]) -> dict[str, Handler]:
    """The handler of each path; `pages` by the name of the question."""
    return {question.path: _handler(question, pages.get(question.name)) for question in all_questions().values()}


def _handler(question: Question, page: QuestionPage | None) -> Handler:
    handler: Handler = partial(_answer, question, page)
    if page:
        handler = for_people(handler)
    return costly(handler) if question.is_costly else handler


def _answer(question: Question, page: QuestionPage | None, request: Request) -> Response:
    accepted = accepted_format(request, question)
    own = page.parameters if page and accepted == "html" else ()
    query = parameters(request, *question.query_names, *question.old_names, *own)
    if accepted == "html":
        query = _without_empty_fields(question, query)
    if question.old_names.keys().isdisjoint(query):
        return _answer_to(question, page, request, query, accepted)
    with _by_old_names(question, query):
        response = _answer_to(question, page, request, _by_new_names(question, query), accepted)
    response.headers["Deprecation"] = DEPRECATED_SINCE
    return response


def _answer_to(
    question: Question, page: QuestionPage | None, request: Request, query: Query, accepted: str
) -> Response:
    if query or len(request.path_params) > 1:  # else there is only a username
        check(question, {**query, **request.path_params})
    form = requested_format(question, query, accepted)
    with reading():
        parsed = parsed_request(
            request,
            query,
            question.default_period,
            takes_period="period" in question.takes,
            min_seconds=question.min_seconds,
        )
        if question.other_accounts:
            names_of_others = (request.path_params[own.name] for own in question.other_accounts)
            parsed = replace(parsed, others=tuple(readable_account(request, name) for name in names_of_others))
        check_rights(question, parsed)
        answering = partial(_answer_parsed, question, page, request, parsed, form)
        # A stream begins with a write, and each of its pieces has a connection of its own.
        return answering() if form.is_streamed else computed([parsed.account, *parsed.others], answering)


def _answer_parsed(
    question: Question, page: QuestionPage | None, request: Request, parsed: ParsedRequest, form: Format
) -> Response:
    """Needs an open connection, and only reads."""
    compute = partial(ask, question, request)
    if page and form.is_page:
        return page.show(View(request, question, parsed))
    if parsed.visitor.is_restricted:
        return restricted(request, parsed, question, compute, form)
    tag = tag_of(request, parsed, form.name, question.by_clock and question.by_clock(asking_of(request, parsed)))
    if unchanged := not_modified(request, tag):
        return unchanged
    if form.is_streamed:
        count_costly(request)
        return form.stream(request, parsed.account, parsed.scope, selected(question, parsed), tag)
    with parsed.with_sums() if question.reads_sums else nullcontext(parsed) as read:
        answer = compute(read)
    return form.answer(request, whole(parsed, question.takes, members(answer)), tag)


def _without_empty_fields(question: Question, query: Query) -> Query:
    """The query without empty fields, which forms of pages send, too."""
    selecting = {own.name for own in question.parameters if own.selects}
    return {name: value for name, value in query.items() if value or name not in selecting}


def _by_new_names(question: Question, query: Query) -> Query:
    """The query with the current names of its parameters. Raises Problem."""
    for old, new in question.old_names.items():
        if old in query and new in query:
            raise bad_parameter(old, f"is the older name of `{new}`: give one of them")
    return {question.old_names.get(name, name): value for name, value in query.items()}


@contextmanager
def _by_old_names(question: Question, query: Query) -> Iterator[None]:
    """Raise refusals within the block with the names that the visitor used."""
    used = {new: old for old, new in question.old_names.items() if old in query}
    try:
        yield
    except Problem as problem:
        new = str(problem.more.get("parameter"))
        if new not in used:
            raise
        raise Problem(problem.status, problem.detail.replace(new, used[new], 1), parameter=used[new]) from problem
