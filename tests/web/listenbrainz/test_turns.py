"""Large bodies of one account are read one after another, small ones and those of others beside them."""

import asyncio

import pytest
from starlette.requests import Request

from web.http.errors import Problem
from web.listenbrainz.turns import LARGE, Turns


def body(length: int | None) -> Request:
    headers = [] if length is None else [(b"content-length", str(length).encode())]
    return Request({"type": "http", "headers": headers})


async def begun(turns: Turns, *bodies: tuple[Request, int]) -> list[int]:
    """The bodies that begin while none of them ends."""
    begun, ended = list[int](), asyncio.Event()

    async def read(place: int, request: Request, account_id: int) -> None:
        async with turns.turn(request, account_id):
            begun.append(place)
            await ended.wait()

    async with asyncio.TaskGroup() as group:
        for place, (request, account_id) in enumerate(bodies):
            group.create_task(read(place, request, account_id))
        for _ in range(10):
            await asyncio.sleep(0)
        first = list(begun)
        ended.set()
    assert sorted(begun) == list(range(len(bodies))), "in the end, every one"
    return first


@pytest.mark.parametrize("length", [LARGE + 1, None])
def test_only_large_bodies_of_the_same_account_wait(length: int | None) -> None:
    large, small = body(length), body(LARGE)
    assert asyncio.run(begun(Turns(), (large, 1), (large, 1), (small, 1), (large, 2))) == [0, 2, 3]


def test_who_waits_too_long_is_refused_for_now() -> None:
    async def second() -> None:
        turns = Turns(seconds=0)
        async with turns.turn(body(None), 1), turns.turn(body(None), 1):
            raise AssertionError("two turns at once")

    with pytest.raises(Problem) as refusal:
        asyncio.run(second())
    assert refusal.value.status == 503
    assert refusal.value.headers is not None
    assert refusal.value.headers["Retry-After"] == "5"
