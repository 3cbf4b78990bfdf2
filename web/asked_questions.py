"""Answers every question of insights/questions/ over HTTP: what is the same for all of them."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from insights.parameters import BadParameter, NoSuchItem, Parameter
from insights.question import Asking, Question
from insights.questions import questions
from web.asking import Asked, answered
from web.costly import costly
from web.errors import Problem, bad_parameter
from web.workers import Handler


def question_routes() -> dict[str, Handler]:
    """The handler of each path."""
    return {question.path: _handler(question) for question in questions().values()}


def _handler(question: Question) -> Handler:
    def answer(request: Request) -> Response:
        names = (*question.takes, *(own.name for own in question.parameters if f"{{{own.name}}}" not in question.path))
        return answered(
            request,
            names,
            lambda asked: _members(question, asked, request.path_params),
            by_clock=question.by_clock and question.not_by_clock_with not in request.query_params,
            unless_said=question.default_period,
            min_seconds=question.min_seconds,
        )

    return costly(answer) if question.is_costly else answer


def _members(question: Question, asked: Asked, in_path: Mapping[str, str]) -> Mapping[str, object]:
    """Raises Problem."""
    asking = Asking(asked.account, asked.scope, asked.now, whole=asked.visitor.period is None)
    try:
        values = {own.argument: _value(own, {**asked.given, **in_path}) for own in question.parameters}
        return question.members(asking, values)
    except BadParameter as error:
        raise bad_parameter(error.name, error.sentence) from error
    except NoSuchItem as error:
        raise Problem(404, str(error)) from error


def _value(parameter: Parameter, given: Mapping[str, str]) -> object:
    """Raises BadParameter."""
    return parameter.parse(given[parameter.name]) if parameter.name in given else parameter.default
