"""The reference for the hot path: bare threaded Starlette and psycopg2's own pool, with the same SQL and threads.

`benchmarks.questions` runs it as `uvicorn benchmarks.question_speed.limits:app`, with DATABASE_URL.
"""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from functools import cache
from typing import Any

import anyio.to_thread
import orjson
from psycopg2.pool import ThreadedConnectionPool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from insights.history.pages import BEGINNING, END, PLAYS
from people.accounts import ONE_ACCOUNT
from web.service import THREADS

JSON = "application/json"
OPEN = "https://open.spotify.com"
PERIOD = {"name": "all", "start": None, "end": None}
NEXT = f"/history/x?cursor={'A' * 32}"  # as long as the service's, so that the answers have the same size


@cache
def pool() -> ThreadedConnectionPool:
    return ThreadedConnectionPool(THREADS, THREADS, os.environ["DATABASE_URL"], options="-c timezone=UTC -c jit=off")


@contextmanager
def cursor() -> Iterator[Any]:
    connection = pool().getconn()
    connection.autocommit = True
    try:
        with connection.cursor() as opened:
            yield opened
    finally:
        pool().putconn(connection)


def history(request: Request) -> Response:
    with cursor() as asked:
        asked.execute(ONE_ACCOUNT, (request.path_params["username"],))
        account = asked.fetchall()[0]
        asked.execute(PLAYS, (account[0], BEGINNING, END, 0, 0, 51, account[0]))
        plays = asked.fetchall()
    shown = [play(*columns) for columns in plays[:50]]
    body = {"username": account[1], "time_zone": account[-1][0], "period": PERIOD, "plays": shown, "next": NEXT}
    return Response(orjson.dumps(body), media_type=JSON)


def play(
    played_at: datetime,
    _: int,
    __: int,
    ms_played: int,
    source: str,
    context_uri: str,
    name: str,
    uri: str,
    duration_ms: int,
    ___: str,
    album: str,
    image_url: str,
    artists: list[list[str]],
) -> dict[str, object]:
    """As the service shows it, but without handling missing values."""
    return {
        "played_at": f"{played_at.isoformat(timespec='milliseconds')[:-6]}Z",
        "ms_played": ms_played,
        "source": source,
        "track": {
            "name": name,
            "uri": uri,
            "url": f"{OPEN}/track/{uri[14:]}",
            "duration_ms": duration_ms,
            "artists": [
                {"name": artist, "url": f"{OPEN}/artist/{number}" if number else None} for artist, number in artists
            ],
            "album": {"name": album, "image_url": image_url},
        },
        "context_uri": context_uri,
    }


def select(_: Request) -> Response:
    with cursor() as asked:
        asked.execute("SELECT 1")
        asked.fetchall()
    return Response(status_code=304)


async def constant(_: Request) -> Response:
    return Response(b'{"status": "ready"}', media_type=JSON)


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    pool()
    yield


ROUTES = [Route("/history/{username}", history), Route("/select", select), Route("/constant", constant)]
app = Starlette(routes=ROUTES, lifespan=lifespan)
