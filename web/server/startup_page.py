"""What every address answers while the service is being prepared: 503, with how far that is."""

from dataclasses import dataclass, replace
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from web.answer_types.service import Health
from web.http.answers import HTML, plain_answer
from web.http.errors import HANDLERS, Problem, problem_response
from web.http.templates import render

SECONDS = 2  # after which a page asks again
SENTENCE = "Insight is starting: {step}. Try again in a few seconds."
# As the service itself serves and refuses them.
STATIC = Starlette(
    routes=[Mount("/static", StaticFiles(directory=Path(__file__).parent.parent / "static"))],
    exception_handlers=HANDLERS,
)


@dataclass(frozen=True)
class Step:
    """`state` is waiting, doing or done; `detail` says what is being done, in a few words."""

    name: str
    state: str = "waiting"
    detail: str = ""


class Startup:
    """The steps of a start. One thread says where it is, and others read `steps`, which is replaced as a whole."""

    def __init__(self, done: str, *waiting: str) -> None:
        self.steps: tuple[Step, ...] = (Step(done, "done"), *map(Step, waiting))

    def add(self, *names: str) -> None:
        """Steps that it has turned out there are."""
        self.steps = (*self.steps, *map(Step, names))

    def begin(self, name: str, detail: str = "") -> None:
        """The steps before it are done."""
        number = [step.name for step in self.steps].index(name)
        done = tuple(replace(step, state="done", detail="") for step in self.steps[:number])
        self.steps = (*done, Step(name, "doing", detail), *self.steps[number + 1 :])

    def show(self, detail: str) -> None:
        """What the step that has begun is at."""
        self.steps = tuple(replace(step, detail=detail[:200]) if step.state == "doing" else step for step in self.steps)

    @property
    def done(self) -> int:
        return sum(step.state == "done" for step in self.steps)

    @property
    def current(self) -> str:
        return next((step.name.lower() for step in self.steps if step.state == "doing"), "almost there")


class StartPage:
    """An ASGI application for people and for programs."""

    def __init__(self, startup: Startup, version: str, base_path: str) -> None:
        self.startup, self.version, self.base_path = startup, version, base_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path.startswith("/static/"):  # the page's own style
            await STATIC({**scope, "root_path": ""}, receive, send)
            return
        await self._answer(Request(scope), path)(scope, receive, send)

    def _answer(self, request: Request, path: str) -> Response:
        if path == "/health":
            return plain_answer(Health("alive", self.version))
        steps = [{"name": step.name, "state": step.state, "detail": step.detail} for step in self.startup.steps]
        sentence = SENTENCE.format(step=self.startup.current)
        problem = problem_response(
            request.scope, Problem(503, sentence, headers={"Retry-After": str(SECONDS), "Vary": "Accept"}, steps=steps)
        )
        if path == "/ready" or "text/html" not in request.headers.get("accept", ""):
            return problem
        kept = {name: problem.headers[name] for name in ("cache-control", "retry-after", "vary")}
        return Response(self._page(), 503, kept, HTML)

    def _page(self) -> str:
        return render(
            "starting.html", startup=self.startup, seconds=SECONDS, version=self.version, base_path=self.base_path
        )
