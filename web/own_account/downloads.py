"""/account/export: every play of the listener as a file for other programs, made while it is sent."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import IO, cast

from starlette.requests import Request
from starlette.responses import Response

from export.archive import HISTORY, OTHERS, Archive
from export.listenbrainz_zip import ListensArchive
from insights.answers.reading import reading
from insights.plays.counts import counts
from insights.plays.every_play import StoredPlay
from insights.plays.plays_in_turn import OTHER_REPORTS, PlacedPlay, PlaysInTurn
from insights.plays.recorded import covered_times
from people.accounts import Account
from web.handlers.expensive import count_costly
from web.handlers.params import parameters
from web.http.consent_redirect import NO_STORE
from web.http.errors import Problem
from web.languages.sentences import Sentence
from web.own_account.own_page import OwnPage
from web.pages.own import own_account, to_sign_in
from web.pages.refusals import for_people
from web.server.streaming import Stream
from web.visitors.visitor import look_again

ZIP = "application/zip"
SIGNED_OUT = Sentence("You have signed out in the meantime: sign in, then start the download again.")


class Sink:
    """Holds what was written until it is taken. It has only what zipfile needs to write without seeking."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Does nothing, because nothing is buffered."""

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


Step = Callable[[], bool]  # writes the next part; returns whether that was the last


class Feed:
    """A step that adds the next plays. After a failure, it adds the same plays again."""

    def __init__(self, read: PlaysInTurn, add: Callable[[Sequence[StoredPlay]], None]) -> None:
        self._read, self._add, self._batch = read, add, list[PlacedPlay]()

    def __call__(self) -> bool:
        self._batch = self._batch or self._read()
        if not self._batch:
            return True
        self._add(self._batch)
        self._batch = []
        return False


class Download:
    """Makes one piece of the file with each call (web/server/streaming.py), while the listener is signed in."""

    def __init__(self, username: str, sink: Sink, steps: Sequence[Step]) -> None:
        self._username, self._sink, self._steps = username, sink, list(steps)

    def __call__(self, request: Request) -> bytes:
        """The next piece; empty at the end."""
        look_again(request)
        own = own_account(request)
        if own is None or own.username != self._username:
            raise Problem(403, SIGNED_OUT)
        while not (piece := self._sink.take()) and self._steps:
            with reading():
                if self._steps[0]():
                    self._steps.pop(0)
        return piece


def spotify_steps(own: Account, sink: Sink) -> Sequence[Step]:
    """The steps for a file like Spotify's extended streaming history."""
    archive = Archive(cast(IO[bytes], sink), own.id)

    def finish() -> bool:
        archive.finish(covered_times(own.id))
        return True

    return (
        Feed(PlaysInTurn(own.id), partial(archive.add, HISTORY)),
        Feed(PlaysInTurn(own.id, OTHER_REPORTS), partial(archive.add, OTHERS)),
        finish,
    )


def listenbrainz_steps(own: Account, sink: Sink) -> Sequence[Step]:
    """The steps for a file like ListenBrainz' own export."""
    archive = ListensArchive(cast(IO[bytes], sink), own.id, own.username)

    def finish() -> bool:
        archive.finish()
        return True

    return Feed(PlaysInTurn(own.id), archive.add), finish


def _download(request: Request, name: str, steps_of: Callable[[Account, Sink], Sequence[Step]]) -> Response:
    """The file `name`, for the listener who is signed in."""
    parameters(request)
    own = own_account(request)
    if own is None:
        return to_sign_in(request, EXPORT.path)
    count_costly(request)
    sink = Sink()
    headers = {**NO_STORE, "Content-Disposition": f'attachment; filename="{name.format(own.username)}"'}
    return Stream(Download(own.username, sink, steps_of(own, sink)), headers, ZIP)


def _values(_request: Request, own: Account) -> Mapping[str, object]:
    with reading():
        return {"counted": counts([own.id])[own.id]}


EXPORT = OwnPage("export", "export.html", _values)
# Importers of listens recognise the file by its name, as for `cli.py export`.
DOWNLOADS = {
    f"{EXPORT.path}/spotify": for_people(partial(_download, name="{}-streaming-history.zip", steps_of=spotify_steps)),
    f"{EXPORT.path}/listenbrainz": for_people(
        partial(_download, name="listenbrainz_{}.zip", steps_of=listenbrainz_steps)
    ),
}
