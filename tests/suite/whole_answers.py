"""Starlette's TestClient, which passes each request to the service once, and gets the whole answer back.

Its own transport passes every piece of an answer from thread to thread, for the sake of streams without an end. Half of
the time of a request in process was that.
"""

import httpx2 as httpx
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class WholeAnswers(TestClient):
    def __init__(self, service: ASGIApp, *, raises: bool, client: tuple[str, int], **options: object) -> None:
        super().__init__(service, raise_server_exceptions=raises, client=client, **options)  # type: ignore[arg-type]
        self._transport = _OneCall(self, httpx.ASGITransport(_ended(service), raises, client=client))


class _OneCall(httpx.BaseTransport):
    def __init__(self, client: TestClient, service: httpx.ASGITransport) -> None:
        self._client, self._service = client, service

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()  # so that the service can read it, whatever it was made of
        with self._client._portal_factory() as portal:  # of the event loop, in a thread of its own
            return portal.call(self._answer, request)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._service.handle_async_request(request)
        parts = [part async for part in answer.aiter_raw()]  # compressed, if it is
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(b"".join(parts)))


def _ended(service: ASGIApp) -> ASGIApp:
    """Ends the answers that the service cuts, as a server ends their connections."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        more = False

        async def pass_on(message: Message) -> None:
            nonlocal more
            more = bool(message.get("more_body", message["type"] == "http.response.start"))
            await send(message)

        await service(scope, receive, pass_on)
        if more:
            await send({"type": "http.response.body"})

    return answer
