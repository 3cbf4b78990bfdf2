"""Parse one row of Spotify's streaming history, of either kind and any generation.

Extended rows (`endsong_*.json` to 2022, `Streaming_History_Audio|Video_*.json` since) have `ts`, 19 to 23 fields and
URIs; account-data rows have `endTime` to the minute and names only. Both times are UTC and say when the play ENDED
(Spotify: understanding-my-data). Rows of our own export are extended rows with an `insight`.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from collect.exports.rows.own_rows import own_part, track_facts
from collect.exports.rows.row_fields import (
    LONGEST_TEXT,
    TRACK_URI,
    Malformed,
    Row,
    TooLittle,
    content_of,
    digest_and_size,
    flag,
    instant,
    loaded_ms,
    milliseconds,
    text,
)
from collect.exports.rows.row_fields import name as named
from db.imports.staging import StagedRow
from music import LOCAL_FILE, local_names, shown_name

__all__ = ["Malformed", "TooLittle", "content_of", "read_row", "track_facts"]

MINUTE = re.compile(r"((?:19[7-9]|[2-9]\d\d)\d-\d\d-\d\d[T ]\d\d:\d\d)(?::\d\d(?:\.\d+)?)?Z?", re.ASCII)
TRACK = (
    "spotify_track_uri", "master_metadata_track_name", "master_metadata_album_artist_name",
    "master_metadata_album_album_name",
)  # fmt: skip
NOT_MUSIC = (
    ("chapter", "audiobook_chapter_uri", "audiobook_chapter_title", "audiobook_title"),
    ("episode", "spotify_episode_uri", "episode_name", "episode_show_name"),
)
ADVERTISEMENT = "spotify:ad:"
CIRCUMSTANCES = ("reason_start", "reason_end", "platform", "conn_country")
FLAGS = ("shuffle", "skipped", "offline", "incognito_mode")
PLAIN_TEXT, PLAIN_FLAG = {str, type(None)}, {bool, type(None)}


def read_row(row: object) -> StagedRow:
    """Parse a row for staging. Raises Malformed or TooLittle."""
    if not isinstance(row, dict):
        raise Malformed("not a JSON object")
    if row.get("insight") is not None:
        return _own(row)
    return _spotifys(row, digest_and_size(row))


def _own(row: Row) -> StagedRow:
    extra = own_part(row)
    staged = _spotifys(extra.row, digest_and_size(row), knows_ms=extra.knows_ms)
    return staged._replace(source=extra.source or staged.source, context_uri=extra.context_uri)


def _spotifys(row: Row, whole: tuple[int, int], *, knows_ms: bool = True) -> StagedRow:
    """`whole` is the digest and the size of the whole row; `knows_ms`, whether it says how long it was played."""
    if row.get("ts") is not None:
        return _extended(row, whole, knows_ms)
    if row.get("endTime") is not None:
        return _account(row, whole[0], knows_ms)
    raise Malformed("neither `ts` nor `endTime`, so not a row of streaming history")


def _extended(row: Row, whole: tuple[int, int], knows_ms: bool) -> StagedRow:
    digest, size = whole
    read = _short_texts if size <= LONGEST_TEXT else _texts
    kind, uri, name, by, album = _extended_item(row, read)
    start, end, platform, country = read(row, CIRCUMSTANCES)
    shuffle, skipped, offline, incognito = _flags(row)
    return StagedRow(
        "extended",
        digest,
        instant(row, "ts"),
        milliseconds(row, "ms_played") if knows_ms else None,
        kind,
        uri,
        name,
        by,
        album,
        loaded_ms(row.get("offline_timestamp")),
        start,
        end,
        shuffle,
        skipped,
        offline,
        incognito,
        platform,
        country,
    )


Texts = list[str | None]
Read = Callable[[Row, Sequence[str]], Texts]
Item = tuple[str, str | None, str | None, str | None, str | None]


def _texts(row: Row, fields: Sequence[str]) -> Texts:
    return [text(row, field) for field in fields]


def _short_texts(row: Row, fields: Sequence[str]) -> Texts:
    """Like `_texts`, several times as fast, for rows too short for an overlong text, with plain characters only."""
    values = list(map(row.get, fields))
    return values if PLAIN_TEXT.issuperset(map(type, values)) and "" not in values else _texts(row, fields)


def _flags(row: Row) -> list[bool | None]:
    values = list(map(row.get, FLAGS))
    return values if PLAIN_FLAG.issuperset(map(type, values)) else [flag(row, field) for field in FLAGS]


def _extended_item(row: Row, read: Read) -> Item:
    """(kind, URI, name, artist or show, album) of what was played. Raises Malformed or TooLittle."""
    uri, *names = read(row, TRACK)
    name, artist, album = map(shown_name, names)
    if uri and not TRACK_URI.fullmatch(uri):
        if shown_name(uri):
            return _not_a_track(row, read, uri, name, album or artist)
        uri = None
    if uri and uri.startswith(LOCAL_FILE):
        of_file = local_names(uri)
        artist, album, name = artist or of_file[0], album or of_file[1], name or of_file[2]
    if uri or (name and artist):
        return "track", uri, name, artist, album
    return _spoken(row, read)


def _spoken(row: Row, read: Read) -> Item:
    """A podcast episode or an audiobook chapter."""
    for kind, *fields in NOT_MUSIC:
        uri, name, show = read(row, fields)
        uri, name, show = uri if shown_name(uri) else None, shown_name(name), shown_name(show)
        if uri or (name and show):
            is_chapter = "chapter" in (kind, _kind_of(uri))
            return "chapter" if is_chapter else "episode", uri, name, show, None
    raise TooLittle("neither a URI nor names")


def _not_a_track(row: Row, read: Read, uri: str, name: str | None, show: str | None) -> Item:
    """A podcast or audiobook in the fields of a track; `name` and `show` come from the track's name fields."""
    kind = _kind_of(uri)
    if kind is None:
        raise Malformed("`spotify_track_uri` is not spotify:track:… or spotify:local:…")
    _, own_name, own_show = read(row, next(fields for each, *fields in NOT_MUSIC if each == kind))
    return kind, uri, shown_name(own_name) or name, shown_name(own_show) or show, None


def _kind_of(uri: str | None) -> str | None:
    """The kind of something that is not music; None if the URI does not show it. Raises TooLittle."""
    if uri and uri.startswith(ADVERTISEMENT):
        raise TooLittle("an advertisement, not a play")
    return next((kind for kind, *_ in NOT_MUSIC if uri and uri.startswith(f"spotify:{kind}:")), None)


def _account(row: Row, digest: int, knows_ms: bool) -> StagedRow:
    ended, played = _minute(row), milliseconds(row, "msPlayed") if knows_ms else None
    for kind, by, name in (
        ("track", "artistName", "trackName"),
        ("episode", "podcastName", "episodeName"),
        ("chapter", "audiobookName", "chapterName"),
    ):
        artist_or_show, title = named(row, by), named(row, name)
        if artist_or_show and title:
            return StagedRow("account", digest, ended, played, kind, name=title, artist_or_show=artist_or_show)
    raise TooLittle("no names")


def _minute(row: Row) -> str:
    value = row["endTime"]
    try:
        if isinstance(value, str) and (minute := MINUTE.fullmatch(value)):
            return f"{datetime.fromisoformat(minute[1])}+00:00"
    except ValueError:
        pass
    raise Malformed("`endTime` is not a time such as 2023-05-01 12:34, from 1970 to 9999")
