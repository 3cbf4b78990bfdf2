"""Large bodies of one account are read one after another, without delaying small ones and other accounts."""

import asyncio

import pytest
from starlette.requests import Request

from web.http.errors import Problem
from web.listenbrainz.turns import LARGE, Turns


def body(length: int | None) -> Request:
    headers = [] if length is None else [(b"content-length", str(length).encode())]
    return Request({"type": "http", "headers": headers})


async def started_first(turns: Turns, *bodies: tuple[Request, int]) -> list[int]:
    """The numbers of the bodies that are begun while none has ended."""
    started_first, ended = list[int](), asyncio.Event()

    async def read(place: int, request: Request, account_id: int) -> None:
        async with turns.turn(request, account_id):
            started_first.append(place)
            await ended.wait()

    async with asyncio.TaskGroup() as group:
        for place, (request, account_id) in enumerate(bodies):
            group.create_task(read(place, request, account_id))
        for _ in range(10):
            await asyncio.sleep(0)
        first = list(started_first)
        ended.set()
    assert sorted(started_first) == list(range(len(bodies))), "in the end, every one"
    return first


@pytest.mark.parametrize("length", [LARGE + 1, None])
def test_only_large_bodies_of_the_same_account_wait(length: int | None) -> None:
    large, small = body(length), body(LARGE)
    assert asyncio.run(started_first(Turns(), (large, 1), (large, 1), (small, 1), (large, 2))) == [0, 2, 3]


def test_a_body_that_waits_too_long_is_refused_for_now() -> None:
    async def second() -> None:
        turns = Turns(seconds=0)
        async with turns.turn(body(None), 1), turns.turn(body(None), 1):
            raise AssertionError("two turns at once")

    with pytest.raises(Problem) as refusal:
        asyncio.run(second())
    assert refusal.value.status == 503
    assert refusal.value.headers is not None
    assert refusal.value.headers["Retry-After"] == "5"
