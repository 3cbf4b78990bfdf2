"""Parse one scrobble as Last.fm's clients submit it: text fields, as forms have them."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from collect.exports.rows.future_rows import IN_THE_FUTURE, refuse_future
from collect.exports.rows.row_fields import Malformed, TooLittle, name
from collect.exports.rows.scrobbles import scrobble
from collect.submissions.listens import EARLIEST, LONGEST_PLAY
from collect.submissions.music_of_listen import music_of
from db.submissions.plays import SubmittedListen

SOURCE = "scrobble"
# Last.fm's codes for scrobbles that it ignores.
ARTIST, TRACK, TOO_OLD, TOO_NEW = 1, 2, 3, 4
Fields = Mapping[str, str]


class Ignored(Exception):
    """A scrobble that does not become a play: Last.fm's code for it, and the reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def read_scrobble(fields: Fields, latest: datetime) -> SubmittedListen:
    """A play that ended after `latest` is refused. Raises Ignored."""
    began = _began(fields.get("timestamp", ""))
    submitted = _submitted(fields, began)
    with suppress(Malformed):
        refuse_future(submitted.row, latest)
        return submitted
    submitted = _submitted({**fields, "duration": ""}, began)  # it is wrong, unless the play began in the future
    try:
        refuse_future(submitted.row, latest)
    except Malformed as error:
        raise Ignored(TOO_NEW, IN_THE_FUTURE) from error
    return submitted


def read_playing(fields: Fields) -> SubmittedListen:
    """The track that is playing now. Raises Ignored."""
    return _submitted(fields, EARLIEST)


def _began(text: str) -> int:
    """Seconds since 1970."""
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise Ignored(TOO_OLD, "`timestamp` is not a number of seconds since 1970")
    if int(text) < EARLIEST:
        raise Ignored(TOO_OLD, "`timestamp` is before October 2002: the player's clock was not set")
    return int(text)


def _submitted(fields: Fields, began: int) -> SubmittedListen:
    artist, title = _named(fields, "artist", ARTIST), _named(fields, "track", TRACK)
    album, duration = _album(fields), _duration(fields.get("duration", ""))
    try:
        row = scrobble(SOURCE, 0, began, (title, artist, album), duration)
    except (Malformed, TooLittle) as error:
        raise Ignored(TOO_NEW, str(error)) from error
    return SubmittedListen(row, music_of(row, {"duration_ms": duration}))


def _named(fields: Fields, field: str, code: int) -> str:
    try:
        named = name(fields, field)
    except Malformed as error:
        raise Ignored(code, str(error)) from error
    if not named:
        raise Ignored(code, f"no `{field}`")
    return named


def _album(fields: Fields) -> str | None:
    try:
        return name(fields, "album")
    except Malformed:
        return None


def _duration(text: str) -> int | None:
    """The duration in milliseconds, None if unknown; Last.fm's clients send seconds, or 0 if they do not know it."""
    is_number = text.isascii() and text.isdigit() and len(text) <= 6
    duration = int(text) * 1000 if is_number else 0
    return duration if 0 < duration <= LONGEST_PLAY else None
