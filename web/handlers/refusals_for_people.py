"""Refusals for people: a page with the sentence, where a browser asks; problem+json, as everywhere, for programs."""

from functools import wraps

import orjson
from starlette.requests import Request
from starlette.responses import Response

from db.engine.cancellation import QuestionStopped
from db.engine.connection import DatabaseUnreachable
from db.people.accounts import AccountError
from spotify.errors import SpotifyError
from web.http.answers import HTML
from web.http.errors import Problem, refused
from web.http.services import services
from web.http.templates import render
from web.server.thread_pool import Handler

REFUSALS = (Problem, SpotifyError, AccountError, DatabaseUnreachable, QuestionStopped)


def for_people(handler: Handler) -> Handler:
    """The same handler, whose refusals are readable in a browser."""

    @wraps(handler)
    def answer(request: Request) -> Response:
        try:
            return handler(request)
        except REFUSALS as error:
            return refusal(request, error)

    return answer


def refusal(request: Request, error: Exception) -> Response:
    """As a page for who prefers one (browsers name text/html, programs do not), with the same status and headers."""
    problem = refused(request, error)
    problem.headers["Vary"] = "Accept"
    if "text/html" not in request.headers.get("accept", ""):
        return problem
    page = render(
        "refused.html",
        sentence=orjson.loads(problem.body)["detail"],
        version=services(request).version,
        base_path=services(request).base_path,
    )
    kept = {name: value for name, value in problem.headers.items() if name not in {"content-type", "content-length"}}
    return Response(page, problem.status_code, kept, HTML)
