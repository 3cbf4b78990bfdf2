"""/ready: questions can be answered now."""

import anyio
from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import Response

from db.migrate import DatabaseTooNew, pending, refuse_newer_database
from insights.reading import reading
from web.answers import plain_answer
from web.errors import LATER, Problem
from web.params import parameters

SECONDS = 3
# Threads of its own, so that it is answered while all others are busy, and few, so that it never takes many.
THREADS = 2


class Ready:
    """Whether the database answers within `seconds`, with the tables this program knows."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.threads = CapacityLimiter(THREADS)

    async def answer(self, request: Request) -> Response:
        parameters(request)
        with anyio.move_on_after(self.seconds):
            await anyio.to_thread.run_sync(_check, abandon_on_cancel=True, limiter=self.threads)
            return plain_answer({"status": "ready"})
        raise not_ready(f"The database did not answer within {self.seconds} seconds.")


def _check() -> None:
    with reading():
        try:
            refuse_newer_database()
        except DatabaseTooNew as error:
            raise not_ready(str(error)) from error
        missing = pending()
    if missing:
        raise not_ready(f"Migrations are not applied yet: {', '.join(missing)}.")


def not_ready(sentence: str) -> Problem:
    return Problem(503, sentence, headers=LATER)
