"""What is sent to change something: a form's or a JSON object's fields, read within bounds and given to a handler."""

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
from web.server.thread_pool import ThreadPool
from web.visitors.csrf import check

Form = Mapping[str, object]
FormHandler = Callable[[Request, Form], Response]
MOST_BYTES, MOST_FIELDS = 64 * 1024, 100
SECONDS = 20  # within which all of it must have come
CLOSE = {"Connection": "close"}  # what else comes is not read
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


def posted(path: str, handler: FormHandler, workers: ThreadPool, methods: Sequence[str] = ("POST",)) -> Route:
    """A route whose `handler` gets the fields that were sent, of a form (text) or of a JSON object (any value).

    It runs in a thread of `workers`, and only if web/visitors/csrf.py has nothing against the request. The route raises
    Problem 400, 408, 413 and 415 for what cannot be read, 403 for what comes from a foreign page.
    """
    return Route(path, _Endpoint(handler, workers), methods=list(methods))


class _Endpoint:
    def __init__(self, handler: FormHandler, workers: ThreadPool) -> None:
        self._handler, self._workers = handler, workers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        form = _fields(request.headers.get("content-type", ""), await _body(request))
        response = await self._workers.answer(partial(_checked, self._handler, form), request)
        await response(scope, receive, send)


def _checked(handler: FormHandler, form: Form, request: Request) -> Response:
    check(request, form)
    return handler(request, form)


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > MOST_BYTES:
                    raise Problem(413, f"This address takes at most {MOST_BYTES // 1024} KiB.", headers=CLOSE)
    except TimeoutError as error:
        raise Problem(408, f"All of a request has to come within {SECONDS} seconds.", headers=CLOSE) from error
    except ClientDisconnect as error:
        raise Problem(400, "The request ended before all of it had come.") from error
    return bytes(body)


def _fields(content_type: str, body: bytes) -> Form:
    if not body:
        return {}
    kind = content_type.partition(";")[0].strip().lower()
    if kind == FORM:
        return _of_form(body)
    if kind == JSON:
        return _of_json(body)
    raise Problem(415, f"This address takes {FORM} or {JSON}; Content-Type says which it is.")


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
        raise Problem(400, f"This is no form: it takes name=value&…, UTF-8, {MOST_FIELDS} fields at most.") from error
    form: dict[str, object] = {}
    for name, value in pairs:
        if name in form:
            raise Problem(400, f"The field `{_shown(name)}` is given more than once; it takes one value.")
        form[name] = value
    return form


def _of_json(body: bytes) -> Form:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Problem(400, "This is no JSON: it takes one object, in UTF-8.") from error
    if not isinstance(found, dict):
        raise Problem(400, 'This address takes a JSON object, as in {"name": "value"}.')
    return found


def _shown(name: str) -> str:
    return name[:64] if name.isprintable() else "?"


def fields(form: Form, *known: str) -> dict[str, str]:
    """The texts that were given under `known` names, all of it text. Raises Problem 400 for any other field.

    The field `csrf`, which web/visitors/csrf.py reads, is left out.
    """
    given: dict[str, str] = {}
    for name, value in form.items():
        if name == "csrf":
            continue
        if name not in known:
            listed = ", ".join(f"`{known_name}`" for known_name in known) or "none"
            raise Problem(400, f"There is no field `{_shown(name)}`; this address takes {listed}.", parameter=name[:64])
        if not isinstance(value, str) or "\0" in value:
            raise Problem(400, f"`{name}` takes text, without null characters.", parameter=name)
        given[name] = value
    return given
