"""/ready: whether the service can answer now."""

import asyncio
from datetime import datetime

import anyio
from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import Response

from db.engine.cancellation import Cancellation, QuestionStopped, stoppable
from db.startup.migrate import DatabaseTooNew, pending, refuse_newer_database
from insights.answers.reading import reading
from people.accounts import all_accounts
from people.consent import consent_warnings
from people.withdrawal import deletion_warnings
from web.answer_types.service import Ready as ReadyAnswer
from web.handlers.params import parameters
from web.http.answers import plain_answer
from web.http.errors import LATER, Problem
from web.http.services import Services, services

SECONDS = 3
# Threads of its own, so that /ready is answered while all others are busy, and few, so that it never uses many.
THREADS = 2


class Ready:
    """Whether the database answers within `seconds`, with the tables this program knows.

    Requests that arrive during a check share its answer, so many of them delay nobody.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.threads = CapacityLimiter(THREADS)
        self._check: asyncio.Task[list[str]] | None = None

    async def answer(self, request: Request) -> Response:
        parameters(request)
        try:
            warnings = await asyncio.shield(self._checking(services(request)))
        except (TimeoutError, QuestionStopped) as error:  # whichever notices first
            raise not_ready(f"The database did not answer within {self.seconds} seconds.") from error
        return plain_answer(ReadyAnswer("ready", warnings))

    def _checking(self, app: Services) -> "asyncio.Task[list[str]]":
        loop = asyncio.get_running_loop()
        if self._check is None or self._check.done() or self._check.get_loop() is not loop:
            self._check = loop.create_task(self._checked(app))
        return self._check

    async def _checked(self, app: Services) -> list[str]:
        now, keep = app.now(), app.keep_after_disconnect
        with anyio.fail_after(self.seconds):
            return await anyio.to_thread.run_sync(
                _stoppable, self.seconds, now, keep, abandon_on_cancel=True, limiter=self.threads
            )


def _stoppable(seconds: float, now: datetime, keep_after_disconnect: bool) -> list[str]:
    with stoppable(Cancellation(seconds)):
        return _checked(now, keep_after_disconnect)


def _checked(now: datetime, keep_after_disconnect: bool) -> list[str]:
    """Problems that do not stop the service. Everybody can read them, so they contain no names."""
    with reading():
        try:
            refuse_newer_database()
        except DatabaseTooNew as error:
            raise not_ready(str(error)) from error
        if missing := pending():
            raise not_ready(f"Migrations are not applied yet: {', '.join(missing)}.")
        accounts = all_accounts()
    deletions = deletion_warnings(accounts, keep_after_disconnect=keep_after_disconnect)
    return [*consent_warnings(accounts, now), *deletions]


def not_ready(sentence: str) -> Problem:
    return Problem(503, sentence, headers=LATER)
