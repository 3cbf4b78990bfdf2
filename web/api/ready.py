"""/ready: questions can be answered now."""

from datetime import datetime

import anyio
from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import Response

from db.migrate import DatabaseTooNew, pending, refuse_newer_database
from insights.accounts import every_account
from insights.consent import consent_warnings
from insights.reading import reading
from insights.withdrawal import deletion_warnings
from web.answers import plain_answer
from web.errors import LATER, Problem
from web.params import parameters
from web.services import services

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
            now, keep = services(request).now(), services(request).keep_after_disconnect
            warnings = await anyio.to_thread.run_sync(_checked, now, keep, abandon_on_cancel=True, limiter=self.threads)
            return plain_answer({"status": "ready", "warnings": warnings})
        raise not_ready(f"The database did not answer within {self.seconds} seconds.")


def _checked(now: datetime, keep_after_disconnect: bool) -> list[str]:
    """What is to be worried about although questions are answered; to everybody, so without names."""
    with reading():
        try:
            refuse_newer_database()
        except DatabaseTooNew as error:
            raise not_ready(str(error)) from error
        if missing := pending():
            raise not_ready(f"Migrations are not applied yet: {', '.join(missing)}.")
        accounts = every_account()
    deletions = deletion_warnings(accounts, keep_after_disconnect=keep_after_disconnect)
    return [*consent_warnings(accounts, now), *deletions]


def not_ready(sentence: str) -> Problem:
    return Problem(503, sentence, headers=LATER)
