"""Incomplete addresses of questions, such as /activity: the error shows how to complete them."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from insights.question import Question
from recommend.questions import all_questions
from web.http.errors import Problem
from web.http.services import services
from web.languages.sentences import Sentence
from web.pages.refusals import for_people
from web.server.thread_pool import Endpoint, ThreadPool
from web.visitors.visitor import visitor

READ = {"GET", "HEAD"}


class UnknownAddress:
    """The application to which the router hands an address without a route."""

    def __init__(self, pool: ThreadPool) -> None:
        self._of_questions = Endpoint(show_whole_address, pool)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in READ or _name(scope["path"]) not in all_questions():
            raise HTTPException(status_code=404)
        await self._of_questions(scope, receive, send)


@for_people
def show_whole_address(request: Request) -> Response:
    """Raises Problem 404 with the whole address, for the visitor's own account if it is known."""
    question = all_questions()[_name(request.scope["path"])]
    raise Problem(404, _sentence(question, visitor(request).username, services(request).base_path))


def _sentence(question: Question, username: str | None, base_path: str) -> str:
    address = f"{base_path}{question.path}".replace("{username}", username or "{username}")
    if username:
        return Sentence("This address is not complete. It continues as in %(address)s.", address=address)
    return Sentence(
        "This address is not complete. It continues as in %(address)s; /users lists the accounts that you may read.",
        address=address,
    )


def _name(path: str) -> str:
    return path.strip("/")
