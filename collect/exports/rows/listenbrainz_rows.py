"""Parse one listen of a ListenBrainz export, which can be a play on any service."""

import re
from datetime import UTC, datetime, timedelta

from collect.exports.rows.export_rows import read_row
from collect.exports.rows.row_fields import (
    LONGEST_MS,
    PERSONAL,
    TRACK_URI,
    Malformed,
    Row,
    TooLittle,
    digest_and_size,
    name,
    text,
    whole,
)
from db.imports.staging import StagedRow

# Fields that say nothing about the play: when ListenBrainz received it, whose it is, and an id for its names.
IGNORED = PERSONAL | {"inserted_at", "user_name", "recording_msid"}
LINK = re.compile(
    r"https?://open\.spotify\.com/(?:intl-[A-Za-z-]{2,10}/)?(track|episode)/([A-Za-z0-9]{22})(?:[/?#].*)?", re.DOTALL
)
EPISODE = "spotify:episode:"
LAST_SECOND = 253_402_300_799  # of the year 9999
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_listen(value: object) -> StagedRow:
    """Parse a listen for staging. Raises Malformed or TooLittle."""
    if not isinstance(value, dict):
        raise Malformed("not a JSON object")
    metadata = _object(value, "track_metadata")
    info = _object(metadata, "additional_info")
    if isinstance(info.get("spotify_history"), dict):  # from an export that keeps Spotify's whole row, as ours do
        return read_row(info["spotify_history"])
    title, artist, uri = name(metadata, "track_name"), name(metadata, "artist_name"), _uri(info)
    began, played = _began(value), _seconds(info, "duration_played")
    if not uri and not (title and artist):
        raise TooLittle("neither a link to a track nor names")
    return StagedRow(
        source="listenbrainz",
        digest=digest_and_size(value, IGNORED)[0],
        played_at=ended(began, _length(info) if played is None else played),
        ms_played=played,
        kind="episode" if uri and uri.startswith(EPISODE) else "track",
        uri=uri,
        name=title,
        artist_or_show=artist,
        album=name(metadata, "release_name"),
        loaded_ms=began * 1000,
    )


def _object(row: Row, field: str) -> Row:
    value = row.get(field)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Malformed(f"`{field}` is not a JSON object")
    return value


def _uri(info: Row) -> str | None:
    for field in ("spotify_id", "origin_url"):
        value = info.get(field)
        if isinstance(value, str) and len(value) < 1000:
            if link := LINK.fullmatch(value):
                return f"spotify:{link[1]}:{link[2]}"
            if field == "spotify_id" and TRACK_URI.fullmatch(value):
                return text(info, field)
    return None


def _began(listen: Row) -> int:
    """Seconds since 1970."""
    seconds = whole(listen.get("listened_at"))
    if seconds is None or not 0 <= seconds <= LAST_SECOND:
        raise Malformed("`listened_at` is not a number of seconds since 1970")
    return seconds


def _length(info: Row) -> int:
    """The length of the track in milliseconds; 0 if unknown."""
    if info.get("duration_ms") is not None:
        duration = whole(info["duration_ms"])
        if duration is None or not 0 <= duration <= LONGEST_MS:
            raise Malformed(f"`duration_ms` is not a number of milliseconds from 0 to {LONGEST_MS}")
        return duration
    return _seconds(info, "duration") or 0


def _seconds(info: Row, field: str) -> int | None:
    """A number of seconds, as milliseconds; None if it is missing."""
    value = info.get(field)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LONGEST_MS / 1000:
        raise Malformed(f"`{field}` is not a number of seconds")
    return round(value * 1000)


def ended(began: int, lasted: int, field: str = "listened_at") -> str:
    """The end, in ISO 8601, of what began at `began` (in s since 1970) and lasted `lasted` ms. Raises Malformed."""
    try:
        return (EPOCH + timedelta(seconds=began, milliseconds=lasted)).isoformat(timespec="milliseconds")
    except OverflowError:
        raise Malformed(f"`{field}` is beyond the year 9999") from None
