"""Requests that change something: the fields of a form or a JSON object, read within limits, for a handler."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from urllib.parse import parse_qsl

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from web.http.errors import Problem
from web.http.other_shapes import ARRIVED
from web.server.thread_pool import Handler, ThreadPool
from web.visitors.csrf import check

Form = Mapping[str, object]
FormHandler = Callable[[Request, Form], Response]
MOST_BYTES, MOST_FIELDS = 64 * 1024, 100
SECONDS = 20  # within which the whole body must arrive
CLOSE = {"Connection": "close"}  # the rest is not read
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


def as_raised(handler: Handler) -> Handler:
    """Leaves refusals to the application."""
    return handler


def posted(
    path: str,
    handler: FormHandler,
    pool: ThreadPool,
    methods: Sequence[str] = ("POST",),
    refusals: Callable[[Handler], Handler] = as_raised,
) -> Route:
    """A route whose `handler` gets the fields of a form (text) or of a JSON object (any value).

    It runs in the thread pool, after web/visitors/csrf.py has checked the request. The route raises Problem 400, 408,
    413 and 415 for bodies that cannot be read, and 403 for requests from another site's page; `refusals` wraps
    everything that can raise one, to answer it in another form.
    """
    return Route(path, _Endpoint(handler, pool, refusals), methods=list(methods))


class _Endpoint:
    def __init__(self, handler: FormHandler, pool: ThreadPool, refusals: Callable[[Handler], Handler]) -> None:
        self._handler, self._pool, self._refusals = handler, pool, refusals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._pool.answer(self._refusals(await self._arrived(request)), request)
        await response(scope, receive, send)

    async def _arrived(self, request: Request) -> Handler:
        """The handler that answers the request, once its body has been read or cannot be."""
        try:
            form = _fields(request.headers.get("content-type", ""), await read_body(request))
        except Problem as problem:
            return partial(_refuse, problem)
        return partial(_checked, self._handler, form)


def _refuse(problem: Problem, _: Request) -> Response:
    raise problem


def _checked(handler: FormHandler, form: Form, request: Request) -> Response:
    check(request, form)
    return handler(request, form)


async def read_body(request: Request, most: int = MOST_BYTES) -> bytes:
    """All of it, within limits. Raises Problem 400, 408, 413."""
    body = request.scope[ARRIVED] = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > most:
                    raise Problem(413, f"This address takes at most {most // 1024} KiB.", headers=CLOSE)
    except TimeoutError as error:
        raise Problem(408, f"The whole request must arrive within {SECONDS} seconds.", headers=CLOSE) from error
    except ClientDisconnect as error:
        raise Problem(400, "The request ended before its body was complete.") from error
    request.scope[ARRIVED] = whole = bytes(body)
    return whole


def _fields(content_type: str, body: bytes) -> Form:
    if not body:
        return {}
    kind = content_type.partition(";")[0].strip().lower()
    if kind == FORM:
        return _of_form(body)
    if kind == JSON:
        return _of_json(body)
    raise Problem(415, f"This address takes {FORM} or {JSON}; set Content-Type to the one that you send.")


def _of_form(body: bytes) -> Form:
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:  # UnicodeError is one
        raise Problem(
            400, f"This is not a form: send name=value&…, in UTF-8, with at most {MOST_FIELDS} fields."
        ) from error
    form: dict[str, object] = {}
    for name, value in pairs:
        if name in form:
            raise Problem(400, f"The field `{_shown(name)}` is given more than once; give it once.")
        form[name] = value
    return form


def _of_json(body: bytes) -> Form:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Problem(400, "This is not JSON: send one object, in UTF-8.") from error
    if not isinstance(content, dict):
        raise Problem(400, 'This address takes a JSON object, as in {"name": "value"}.')
    return content


def _shown(name: str) -> str:
    return name[:64] if name.isprintable() else "?"


def fields(form: Form, *names: str) -> dict[str, str]:
    """The fields of these names, as text. Raises Problem 400 for any other field, and for other values.

    The field `csrf`, which web/visitors/csrf.py reads, is left out.
    """
    texts: dict[str, str] = {}
    for name, value in form.items():
        if name == "csrf":
            continue
        if name not in names:
            listed = ", ".join(f"`{accepted}`" for accepted in names) or "none"
            raise Problem(400, f"There is no field `{_shown(name)}`; this address takes {listed}.", parameter=name[:64])
        if not isinstance(value, str) or "\0" in value:
            raise Problem(400, f"`{name}` must be text without null characters.", parameter=name)
        texts[name] = value
    return texts
