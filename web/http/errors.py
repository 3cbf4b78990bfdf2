"""Every error in one format: RFC 9457, application/problem+json; in their own for other services' clients."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from db.engine.cancellation import QuestionStopped
from db.engine.connection import DatabaseUnreachable
from db.people.accounts import AccountError, BadValue, NotAllowed
from db.people.secrets import withheld
from spotify.errors import NotAvailable, SpotifyError, TryLater
from web.http.other_shapes import in_other_shape
from web.languages.sentences import Sentence

PROBLEM = "application/problem+json"
LATER = {"Retry-After": "5"}
STATUS: Mapping[type[Exception], int] = {  # the first match counts; the error's own sentence is the detail
    DatabaseUnreachable: 503,
    QuestionStopped: 503,
    TryLater: 503,
    NotAvailable: 403,
    SpotifyError: 400,
    NotAllowed: 403,
    AccountError: 409,
}
ROUTER_DETAILS = {
    404: "There is nothing at this address; /openapi.json lists every address.",
}


FAULT = Sentence("This is a fault of the service, not of the request; its log says what happened.")


class Problem(Exception):
    """An error with its status and a sentence that says what would be right. `more` are further members."""

    def __init__(self, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: object) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.more = status, detail, headers, more


REFUSALS = (Problem, SpotifyError, AccountError, DatabaseUnreachable, QuestionStopped)  # raised on purpose by handlers


class Moved(Exception):
    """The resource has moved to another path of ours; `location` is the whole path, with its query."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def bad_parameter(name: str, takes: str) -> Problem:
    """400 for a parameter, with what it takes, as in "must be a whole number from 1 to 500"."""
    detail = f"`{name}` {takes}."
    if isinstance(takes, Sentence):
        detail = Sentence("`%(name)s` %(takes)s.", name=name, takes=takes)
    return Problem(400, detail, parameter=name)


def no_account(username: str) -> Problem:
    """The error for a missing account, and for one that the client may not read: nobody learns whether it exists."""
    name = repr(username[:64])
    sentence = Sentence("There is no account %(name)s that you may read; /users lists those that you may.", name=name)
    return Problem(404, sentence)


def problem_response(scope: Scope, problem: Problem) -> Response:
    body, media_type = in_other_shape(scope, problem) or (_in_our_shape(scope, problem), PROBLEM)
    headers = {"Cache-Control": "no-store", **(problem.headers or {})}
    return Response(withheld(body), problem.status, headers, media_type)


def _in_our_shape(scope: Scope, problem: Problem) -> str:
    body = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
        "instance": scope.get("base_path", "") + scope["path"],
        **problem.more,
    }
    return orjson.dumps(body).decode()


def refused(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.status_code == 405:
        return problem_response(request.scope, _other_methods(request))
    return problem_response(request.scope, _problem(error))


def _other_methods(request: Request) -> Problem:
    """An address can have several routes; the router's own error names the methods of the first one only."""
    here = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    takes = sorted({method for route in here for method in getattr(route, "methods", ())}) or ["GET", "HEAD"]  # a file
    listed = f"{', '.join(takes[:-1])} and {takes[-1]}" if len(takes) > 1 else takes[0]
    return Problem(405, f"This address accepts {listed} only.", headers={"Allow": ", ".join(takes)})


async def _refused(request: Request, error: Exception) -> Response:
    return refused(request, error)  # async, or Starlette would run it in a thread


async def _moved(_: Request, error: Exception) -> Response:
    """A redirect, not cached: an old name redirects only for a while, and only clients that may read the account."""
    location = error.location if isinstance(error, Moved) else "/"
    return Response(status_code=308, headers={"Location": location, "Cache-Control": "no-store"})


def _problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        return Problem(error.status_code, ROUTER_DETAILS.get(error.status_code, error.detail), headers=error.headers)
    if isinstance(error, BadValue):
        return Problem(400, f"`{error.parameter}`: {error}", parameter=error.parameter)
    status = next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)
    if status == 500:
        return Problem(500, FAULT)
    return Problem(status, str(error), headers=LATER if status == 503 else None)


HANDLERS: Mapping[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
    **dict.fromkeys((*REFUSALS, HTTPException, Exception), _refused),  # of a fault: 500 without details
    Moved: _moved,
}
