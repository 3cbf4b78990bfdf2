"""POST /account/imports: receive the files of an import, piece by piece, and begin the import.

The body is the page's form: the value that proves that a page of ours sent it, then the files. It goes to the disk in
pieces, so its size costs no memory; web/server/connections.py ends connections that are too slow.
"""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from collect.uploads.arriving import ArrivingUpload, Nothing, UploadRefused, begin_upload, check_room
from insights.answers.reading import reading
from people.accounts import Account
from web.answer_types.imports import UploadTaken
from web.handlers.params import parameters
from web.http.answers import plain_answer
from web.http.errors import REFUSALS, Problem
from web.imports.body import Body, blocks, never
from web.imports.limits import problem_of
from web.imports.multipart import Field, File, MultipartReader, NotAForm, Part, boundary_of
from web.imports.own import IMPORTS, back, background, to_sign_in
from web.imports.page import answer_with_imports
from web.languages.sentences import Sentence
from web.pages.own import own_account
from web.pages.refusals import prefers_page, refusal
from web.server.thread_pool import ThreadPool
from web.visitors.csrf import FIELD, check
from web.visitors.visitor import look_again

CLOSE = "close"
KEEP_READABLE = "keep_readable"
KNOWN_FIELDS = {FIELD, KEEP_READABLE}
T = TypeVar("T")
SIGNED_OUT = Sentence("You have signed out in the meantime: sign in, then start the upload again.")
log = logging.getLogger("insight")


def upload_route(path: str, pool: ThreadPool) -> Route:
    return Route(path, _Endpoint(pool), methods=["POST"])


class _Endpoint:
    def __init__(self, pool: ThreadPool) -> None:
        self._pool = pool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = Body(receive)
        response = await _Arrival(Request(scope, body.receive), body, self._pool).answer()
        await response(scope, receive, send)


class _Arrival:
    """One request whose body is arriving."""

    def __init__(self, request: Request, body: Body, pool: ThreadPool) -> None:
        self._request, self._body, self._pool = request, body, pool
        self._account: Account | None = None
        self._upload: ArrivingUpload | None = None
        self._is_checked = self._keeps_readable = self._takes_content = False

    async def answer(self) -> Response:
        try:
            return await self._received()
        except ClientDisconnect:
            await self._cancel()
            return Response(status_code=400)
        except (*REFUSALS, NotAForm, UploadRefused, OSError) as error:
            await self._cancel()
            return await self._refused(error)
        finally:
            if self._upload is not None:
                self._upload.close()

    async def _received(self) -> Response:
        self._account = await self._in_thread(_listener)
        if self._account is None:
            await self._body.read_rest()
            return to_sign_in(self._request)
        boundary = boundary_of(self._request.headers.get("content-type", ""))
        if boundary is None:
            raise Problem(415, "This address takes multipart/form-data.")
        await self._read(MultipartReader(boundary))
        if self._upload is None or not self._upload.names:
            raise Nothing
        await self._in_thread(partial(_complete, self._upload, self._account, keep_readable=self._keeps_readable))
        return back(self._request) if prefers_page(self._request) else plain_answer(UploadTaken(IMPORTS))

    async def _read(self, reader: MultipartReader) -> None:
        async for block in blocks(self._request):
            for part in reader.feed(block):
                await self._take(part)
        reader.end()
        if self._upload is not None:
            await asyncio.to_thread(self._upload.end_file)

    async def _take(self, part: Part) -> None:
        match part:
            case Field():
                self._take_field(part)
            case File():
                await self._begin_file(part)
            case content if self._upload is not None and self._takes_content:
                await asyncio.to_thread(self._upload.write, content)

    def _take_field(self, field: Field) -> None:
        """Raises Problem."""
        self._check({FIELD: field.value} if field.name == FIELD else {})
        if field.name not in KNOWN_FIELDS:
            raise Problem(400, f"There is no field `{field.name[:64]}`.")
        self._keeps_readable = self._keeps_readable or field.name == KEEP_READABLE

    def _check(self, form: dict[str, object]) -> None:
        """Check where the form comes from before anything is stored; who sent it is already known."""
        if not self._is_checked:
            check(self._request, form)
            self._is_checked = True

    async def _begin_file(self, file: File) -> None:
        """A browser sends a file without a name if none was chosen."""
        self._check({})
        self._takes_content = bool(file.name)
        if not file.name or self._account is None:
            return
        upload = self._upload
        if upload is None:
            upload = self._upload = await self._in_thread(partial(_begin, self._account))
        await asyncio.to_thread(upload.new_file, file.name)

    async def _cancel(self) -> None:
        if self._upload is not None:
            await self._in_thread(partial(_cancel, self._upload))

    async def _refused(self, error: Exception) -> Response:
        is_read = await self._body.read_rest()
        response = await self._in_thread(partial(_refusal, self._account, error))
        if not is_read:
            response.headers["Connection"] = CLOSE
        return response

    async def _in_thread(self, work: Callable[[Request], T]) -> T:
        """Do the work in a thread, in turn with other requests.

        The pool must not read the body, as it usually does to notice clients that have left.
        """
        results: list[T] = []

        def handler(request: Request) -> Response:
            results.append(work(request))
            return Response()

        await self._pool.answer(handler, Request(self._request.scope, never))
        return results[0]


def _listener(request: Request) -> Account | None:
    """Who is signed in, if the files may come at all. Raises Problem, UploadRefused."""
    parameters(request)
    own = own_account(request)
    if own is not None:
        size = request.headers.get("content-length", "")
        with reading():
            check_room(background(request), int(size) if size.isdigit() else 0)
    return own


def _begin(own: Account, request: Request) -> ArrivingUpload:
    with reading():
        return begin_upload(background(request), own.id)


def _complete(upload: ArrivingUpload, own: Account, request: Request, *, keep_readable: bool) -> None:
    """Raises Problem if the listener has been signed out since the upload began."""
    if not _is_still(own, request):
        raise Problem(401, SIGNED_OUT)
    with reading():
        upload.complete(keep_readable=keep_readable)
    background(request).wake()


def _is_still(own: Account, request: Request) -> bool:
    """Whether the listener is signed in to the account now; a disabled or deleted one has no sessions that work."""
    look_again(request)
    current = own_account(request)
    return current is not None and current.id == own.id


def _cancel(upload: ArrivingUpload, request: Request) -> None:
    with reading():
        upload.cancel()
    background(request).wake()


def _problem(error: Exception) -> Exception:
    if isinstance(error, NotAForm):
        return Problem(400, str(error))
    if isinstance(error, OSError):
        log.warning("An upload cannot be written: %s", error)
    return problem_of(error) if isinstance(error, UploadRefused | OSError) else error


def _refusal(own: Account | None, error: Exception, request: Request) -> Response:
    """The page with the reason for a browser, problem+json for the page's script and other programs."""
    problem = _problem(error)  # here, because this thread knows the reader's language
    if isinstance(problem, Problem) and prefers_page(request) and own is not None and _is_still(own, request):
        return answer_with_imports(request, own, refusal=problem.detail, status=problem.status)
    return refusal(request, problem)
