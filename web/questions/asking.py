"""Asks questions about listening with the parameters of a request, and refuses parameters that they do not take."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import msgspec
from starlette.requests import Request

from insights.answers.parameters import BadParameter, NoSuchItem, Parameter
from insights.quality_words import Say, in_english
from insights.question import OF, Asking, Question
from web.handlers.params import a_moment
from web.http.errors import Problem, bad_parameter
from web.languages.sentences import Sentence
from web.questions.question_request import ParsedRequest, page_address

Query = Mapping[str, str]


def ask(question: Question, request: Request, parsed: ParsedRequest, say: Say = in_english) -> msgspec.Struct:
    """The answer to a question. Raises Problem."""
    accounts = (own.argument for own in question.other_accounts)
    values = _values(question, {**parsed.query, **request.path_params}) | dict(
        zip(accounts, parsed.others, strict=True)
    )
    try:
        return question.ask(replace(asking_of(request, parsed), say=say), values)
    except BadParameter as error:
        raise bad_parameter(error.name, error.sentence) from error
    except NoSuchItem as error:
        raise Problem(404, str(error)) from error


def asking_of(request: Request, parsed: ParsedRequest) -> Asking:
    page_at = partial(page_address, request, parsed)
    items = tuple((kind, parsed.query[kind]) for kind in OF if kind in parsed.query)
    who = parsed.visitor
    is_whole, for_listener = who.period is None, who.reads_all_of(parsed.account)
    return Asking(parsed.account, parsed.scope, parsed.now, is_whole, items, page_at, for_listener)


def check(question: Question, query: Query) -> None:
    """Checks that need no database. Raises Problem."""
    for name in ("from", "to"):
        a_moment(query, name)
    _values(question, query)


def selected(question: Question, parsed: ParsedRequest) -> dict[str, object]:
    """The values of the parameters that select rows. Raises Problem."""
    own = {parameter.argument for parameter in question.parameters if parameter.selects}
    return {name: value for name, value in _values(question, parsed.query).items() if name in own}


def check_rights(question: Question, parsed: ParsedRequest) -> None:
    """Check that the visitor may see everything that the parameters reveal. Raises Problem."""
    for own in question.revealing:
        others = own.reveals if own.name in parsed.query else ()
        for other in others:
            if not parsed.visitor.may_read(parsed.account, other):
                raise bad_parameter(
                    own.name,
                    Sentence("needs a token or link that may also read /%(other)s, which shows the same", other=other),
                )


def _values(question: Question, query: Query) -> dict[str, object]:
    """The values of the question's own parameters, except accounts. Raises Problem."""
    try:
        return {own.argument: _value(own, query) for own in question.parameters if not own.is_account}
    except BadParameter as error:
        raise bad_parameter(error.name, error.sentence) from error


def _value(parameter: Parameter, query: Query) -> object:
    return parameter.parse(query[parameter.name]) if parameter.name in query else parameter.default
