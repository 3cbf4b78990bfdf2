"""Ways in which one visitor can flood the service, with bounded numbers and on loopback only."""

import asyncio
import resource
import secrets
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

ADDRESS = "127.0.0.1"
TIMEOUT = 60
HANG_UPS, COSTLY, IDLE, NON_READERS, SLOW, BAD = 600, 60, 1100, 300, 500, 20
COSTLY_PATHS = ("/skips/alice", "/sessions/alice", "/recap/alice", "/top-tracks/alice?limit=500", "/clock/alice")
Flood = Callable[[int], Awaitable[None]]


def request(path: str, *headers: str) -> bytes:
    return "\r\n".join((f"GET {path} HTTP/1.1", f"Host: {ADDRESS}", *headers, "", "")).encode()


def varied(path: str) -> str:
    """The same question for a period that is a minute shorter each time, so that no two are equal."""
    mark = "&" if "?" in path else "?"
    return path if "recap" in path else f"{path}{mark}from=2012-01-01T00:{secrets.randbelow(60):02}:00Z"


async def hang_ups(port: int) -> None:
    """600 requests at once that hang up without waiting for an answer, repeatedly."""
    while True:
        await asyncio.gather(*(_hang_up(port) for _ in range(HANG_UPS)))
        await asyncio.sleep(1)


async def _hang_up(port: int) -> None:
    with suppress(OSError):
        _, writer = await asyncio.open_connection(ADDRESS, port)
        writer.write(request(varied(secrets.choice(COSTLY_PATHS))))
        await writer.drain()
        writer.close()


async def costly(port: int) -> None:
    """60 of the most expensive requests at a time, waiting for each answer."""
    await asyncio.gather(*(_ask_on(port, lambda: request(varied(secrets.choice(COSTLY_PATHS)))) for _ in range(COSTLY)))


async def bad_tokens(port: int) -> None:
    """Invented tokens of other accounts."""

    def made_up() -> bytes:
        return request("/users", f"Authorization: Bearer insight_{1 + secrets.randbelow(8)}_{secrets.token_hex(32)}")

    await asyncio.gather(*(_ask_on(port, made_up) for _ in range(BAD)))


async def _ask_on(port: int, make: Callable[[], bytes]) -> None:
    while True:
        with suppress(OSError, TimeoutError):
            reader, writer = await asyncio.open_connection(ADDRESS, port)
            writer.write(make().replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            await asyncio.wait_for(reader.read(), TIMEOUT)
            writer.close()
        await asyncio.sleep(0.005)


async def idle(port: int) -> None:
    """1,100 connections that send nothing."""
    await _hold([await _open(port) for _ in range(IDLE)])


async def non_readers(port: int) -> None:
    """300 requests for a large answer, none of which reads it."""
    clients = []
    for _ in range(NON_READERS):
        clients.append(client := await _open(port, buffer=4096))
        with suppress(OSError):
            await asyncio.get_running_loop().sock_sendall(client, request("/history/alice?limit=500"))
    await _hold(clients)


async def slow_senders(port: int) -> None:
    """500 requests that are sent byte by byte."""
    clients, rest = [await _open(port) for _ in range(SLOW)], request("/health", f"X-Slow: {'x' * 500}")
    for byte in rest:
        for client in clients:
            with suppress(OSError):
                client.send(bytes((byte,)))
        await asyncio.sleep(0.5)
    await _hold(clients)


async def _open(port: int, buffer: int | None = None) -> socket.socket:
    client = socket.socket()
    client.setblocking(False)
    if buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    with suppress(OSError):
        await asyncio.get_running_loop().sock_connect(client, (ADDRESS, port))
    return client


async def _hold(clients: list[socket.socket]) -> None:
    while clients:
        await asyncio.sleep(1)


FLOODS: Mapping[str, Flood] = {
    "hang-ups": hang_ups,
    "costly questions": costly,
    "idle connections": idle,
    "non-readers": non_readers,
    "slow senders": slow_senders,
    "bad tokens": bad_tokens,
}


def run_flood(name: str, port: int, seconds: float) -> None:
    """Run in a process of its own, which closes its connections when it ends."""

    async def bounded() -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(FLOODS[name](port), seconds)

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # its own, not the service's
    asyncio.run(bounded())
