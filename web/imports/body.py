"""The body of an upload: read in large pieces, and never beyond its end."""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.types import Message, Receive

BLOCK = 1024**2  # bytes that are written at a time
MOST_UNREAD = 64 * 1024**2  # bytes of a refused upload that are read, so that a browser shows the answer


class Body:
    """Knows whether there is more of it, because waiting for more than that would last until the client leaves."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._has_ended = receive, False

    async def receive(self) -> Message:
        message = await self._receive()
        self._has_ended = not message.get("more_body", False)
        return message

    async def read_rest(self) -> bool:
        """Read the rest, if it is not too long, because a browser that is still sending would not see the answer.

        True if the whole body has been read.
        """
        left = MOST_UNREAD
        while left > 0 and not self._has_ended:
            left -= len((await self.receive()).get("body", b""))
        return self._has_ended


async def never() -> Message:
    """For handlers that must not read the body."""
    await asyncio.Event().wait()
    raise RuntimeError("nobody sets this event")


async def blocks(request: Request) -> AsyncIterator[bytes]:
    """The body, in larger pieces than it arrives in."""
    block = bytearray()
    async for piece in request.stream():
        block += piece
        if len(block) >= BLOCK:
            yield bytes(block)
            block.clear()
    yield bytes(block)
