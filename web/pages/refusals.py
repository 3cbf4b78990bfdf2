"""Errors: a page for browsers, problem+json for programs."""

from collections.abc import Mapping
from functools import wraps
from http import HTTPStatus

import orjson
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from db.engine.cancellation import QuestionStopped
from web.http.answers import HTML
from web.http.errors import FAULT, REFUSALS, Problem, refused
from web.http.other_shapes import is_of_other_clients
from web.http.services import services
from web.languages.choosing import language_of
from web.languages.current import speaking
from web.languages.sentences import Sentence
from web.pages.frame import Frame, frame_of, lone_frame, reader, rendered
from web.pages.languages import N_, _
from web.pages.refused_dates import RefusedDates, refused_dates
from web.pages.templates import code
from web.server.thread_pool import Handler

TITLES = {  # by status; every other one is FAILED
    404: N_("There is nothing here."),
    405: N_("This page can\u2019t do that."),
    429: N_("Too many tries."),
    503: N_("Not available right now."),
}
ELSEWHERE = N_("The address may be misspelled or out of date. Programs find every address in `/openapi.json`.")
REVERSED = N_("The end must be after the start.")
STOPPED = Sentence(
    "This took too long and was stopped: choose a shorter period, or try again when the service is less busy."
)
BY_TEXT: Mapping[str, Sentence] = {  # messages of lower rooms, which know no languages
    sentence: sentence
    for sentence in (
        Sentence("The database cannot be reached now; try again."),
        Sentence("Every connection to the database is in use; try again."),
    )
}
FAILED = N_("That didn\u2019t work.")
ENGLISH_TEXT = Markup('<span lang="en">{}</span>')
VARY = "Accept, Accept-Language"


def for_people(handler: Handler) -> Handler:
    """The same handler, with errors as pages in a browser."""

    @wraps(handler)
    def answer(request: Request) -> Response:
        try:
            return handler(request)
        except REFUSALS as error:
            return refusal(request, error)

    return answer


def in_browsers(handler: Handler) -> Handler:
    """The same handler, with errors as pages in a browser; for programs, the application handles the errors."""

    def answer(request: Request) -> Response:
        try:
            return handler(request)
        except REFUSALS as error:
            if not prefers_page(request):
                raise
            return refusal(request, error)

    return answer


def refusal(request: Request, error: Exception) -> Response:
    """As a page for clients that prefer one (browsers name text/html, programs do not), with the same status."""
    problem = refused(request, error)
    problem.headers["Vary"] = VARY
    if not prefers_page(request):
        return problem
    dates = refused_dates(request, error)
    sentence = Markup.escape(_(REVERSED)) if dates and dates.are_reversed else _translated(error, problem)
    return _page(problem, frame_of(request, reader(request)), sentence, dates)


async def lone_refusal(request: Request, error: Exception) -> Response:
    """The answer to what no handler has seen: the router, middleware, a rate limit or the thread pool refused it.

    This runs in the event loop, so it cannot look up who is signed in.
    """
    problem, app = refused(request, error), services(request)
    if not prefers_page(request):
        return problem
    problem.headers["Vary"] = VARY
    with speaking(language_of(request)):
        sentence = code(_(ELSEWHERE)) if problem.status_code == HTTPStatus.NOT_FOUND else _translated(error, problem)
        return _page(problem, lone_frame(request, app.version, app.base_path), sentence)


def prefers_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") and not is_of_other_clients(request.scope["path"])


def _translated(error: Exception, problem: Response) -> Markup:
    """The sentence in the page's language if it has a translation, else the English one that programs get."""
    detail = _sentence(error)
    if isinstance(detail, Sentence):
        return code(detail.translated())
    return ENGLISH_TEXT.format(code(_detail(problem)))


def _sentence(error: Exception) -> object:
    if isinstance(error, Problem):
        return error.detail
    if isinstance(error, QuestionStopped):
        return STOPPED
    if isinstance(error, REFUSALS):
        return BY_TEXT.get(str(error))
    return FAULT


def _detail(problem: Response) -> str:
    return str(orjson.loads(problem.body)["detail"])


def _page(problem: Response, frame: Frame, sentence: Markup, dates: RefusedDates | None = None) -> Response:
    status = problem.status_code
    code, title = f"{status} {HTTPStatus(status).phrase}", _(TITLES.get(status, FAILED))
    html = rendered("refused.html", frame, {"title": title, "code": code, "sentence": sentence, "refused_dates": dates})
    kept = {name: value for name, value in problem.headers.items() if name not in {"content-type", "content-length"}}
    return Response(html, status, kept, HTML)
