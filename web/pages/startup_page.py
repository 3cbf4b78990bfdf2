"""The page that every address shows while the service starts: 503, with the steps of the start."""

from dataclasses import dataclass, replace

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from web.answer_types.service import Health
from web.http.answers import HTML, plain_answer
from web.http.assets import ASSETS
from web.http.errors import HANDLERS, Problem, problem_response
from web.languages.choosing import language_of
from web.languages.current import speaking
from web.pages.frame import lone_frame, rendered
from web.pages.languages import N_, _

# The texts of steps, which application.py names and the page translates.
TEXTS = (N_("Environment"), N_("Database"), N_("Opening it, and upgrading it after an update"))
SECONDS = 2  # after which a page asks again
SENTENCE = "Insight is starting: {step}. Try again in a few seconds."
# The service itself serves and refuses files in the same way.
STATIC = Starlette(
    routes=[Mount("/static", ASSETS)],
    exception_handlers=HANDLERS,
)


@dataclass(frozen=True)
class Step:
    """`state` is waiting, doing or done; `detail` says in a few words what it is doing."""

    name: str
    state: str = "waiting"
    detail: str = ""


class Startup:
    """The steps of a start. One thread reports progress, others read `steps`, which is replaced as a whole."""

    def __init__(self, done: str, *waiting: str) -> None:
        self.steps: tuple[Step, ...] = (Step(done, "done"), *map(Step, waiting))

    def add(self, *names: str) -> None:
        """Add steps that turned out to be needed."""
        self.steps = (*self.steps, *map(Step, names))

    def begin(self, name: str, detail: str = "") -> None:
        """Begin a step; those before it are done."""
        number = [step.name for step in self.steps].index(name)
        done = tuple(replace(step, state="done", detail="") for step in self.steps[:number])
        self.steps = (*done, Step(name, "doing", detail), *self.steps[number + 1 :])

    def show(self, detail: str) -> None:
        """Say what the current step is doing."""
        self.steps = tuple(replace(step, detail=detail[:200]) if step.state == "doing" else step for step in self.steps)

    @property
    def done(self) -> int:
        return sum(step.state == "done" for step in self.steps)

    @property
    def current(self) -> str:
        return next((step.name.lower() for step in self.steps if step.state == "doing"), "almost there")


class StartPage:
    """An ASGI application, for people and programs."""

    def __init__(self, startup: Startup, version: str, base_path: str) -> None:
        self.startup, self.version, self.base_path = startup, version, base_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path.startswith("/static/"):  # the page's style sheets and icon
            await STATIC({**scope, "root_path": ""}, receive, send)
            return
        await self._answer(Request(scope), path)(scope, receive, send)

    def _answer(self, request: Request, path: str) -> Response:
        if path == "/health":
            return plain_answer(Health("alive", self.version))
        steps = [{"name": step.name, "state": step.state, "detail": step.detail} for step in self.startup.steps]
        sentence = SENTENCE.format(step=self.startup.current)
        problem = problem_response(
            request.scope,
            Problem(
                503, sentence, headers={"Retry-After": str(SECONDS), "Vary": "Accept, Accept-Language"}, steps=steps
            ),
        )
        if path == "/ready" or "text/html" not in request.headers.get("accept", ""):
            return problem
        kept = {name: problem.headers[name] for name in ("cache-control", "retry-after", "vary")}
        with speaking(language_of(request)):
            return Response(self._page(request), 503, kept, HTML)

    def _page(self, request: Request) -> str:
        frame = lone_frame(request, self.version, self.base_path)
        return rendered("starting.html", frame, {"startup": self.startup, "steps": self._steps(), "seconds": SECONDS})

    def _steps(self) -> list[Step]:
        """The steps in the language of the page, as far as their texts are ours."""
        return [replace(step, name=_(step.name), detail=step.detail and _(step.detail)) for step in self.startup.steps]
