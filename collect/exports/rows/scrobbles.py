"""What scrobbles of all trackers have in common: names, and the time at which listening began."""

from collect.exports.rows.listenbrainz_rows import LAST_SECOND, ended
from collect.exports.rows.row_fields import LONGEST_MS, Malformed, Row, TooLittle, whole
from db.imports.staging import StagedRow

Names = tuple[str | None, str | None, str | None]  # of the track, its artist, its album


def scrobble(
    source: str, digest: int, began: int, names: Names, length: int | None = None, played: int | None = None
) -> StagedRow:
    """A play for staging; `length` and `played` are in milliseconds. Raises Malformed or TooLittle."""
    name, artist, album = names
    if not (name and artist):
        raise TooLittle("no title or no artist")
    return StagedRow(
        source=source,
        digest=digest,
        played_at=ended(began, (length or 0) if played is None else played, "time"),
        ms_played=played,
        kind="track",
        name=name,
        artist_or_show=artist,
        album=album,
        loaded_ms=began * 1000,
    )


def as_object(value: object) -> Row:
    """Raises Malformed."""
    if isinstance(value, list):  # a line of CSV
        raise Malformed(f"{len(value)} columns, which are not those of a scrobble")
    if not isinstance(value, dict):
        raise Malformed("not a JSON object")
    return value


def second(row: Row, field: str) -> int:
    """Raises Malformed."""
    seconds = whole(row.get(field))
    if seconds is None or not 0 <= seconds <= LAST_SECOND:
        raise Malformed(f"`{field}` is not a number of seconds since 1970")
    return seconds


def seconds_as_ms(row: Row, field: str) -> int | None:
    """Seconds as milliseconds; None also for 0, which trackers write if they do not know."""
    value = row.get(field)
    if value is None or value == 0:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= LONGEST_MS / 1000:
        raise Malformed(f"`{field}` is not a number of seconds")
    return round(value * 1000)
