"""Asks questions about listening: with the parameters of a request, and refusing what they do not take."""

from collections.abc import Mapping
from functools import partial

import msgspec
from starlette.requests import Request

from insights.answers.parameters import BadParameter, NoSuchItem, Parameter
from insights.question import Asking, Question
from web.handlers.params import a_moment
from web.http.errors import Problem, bad_parameter
from web.questions.question_request import Asked, page_address

Given = Mapping[str, str]


def ask(question: Question, request: Request, asked: Asked) -> msgspec.Struct:
    """Raises Problem."""
    accounts = (own.argument for own in question.other_accounts)
    values = _values(question, {**asked.given, **request.path_params}) | dict(zip(accounts, asked.others, strict=True))
    try:
        return question.ask(asking_of(request, asked), values)
    except BadParameter as error:
        raise bad_parameter(error.name, error.sentence) from error
    except NoSuchItem as error:
        raise Problem(404, str(error)) from error


def asking_of(request: Request, asked: Asked) -> Asking:
    page_at = partial(page_address, request, asked)
    return Asking(asked.account, asked.scope, asked.now, asked.visitor.period is None, page_at)


def check(question: Question, given: Given) -> None:
    """Before the database is asked. Raises Problem."""
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
