"""Parse one scrobble of Last.fm, in JSON or CSV."""

from collect.exports.rows.lastfm_dates import has_no_seconds, seconds_of
from collect.exports.rows.listenbrainz_rows import LAST_SECOND
from collect.exports.rows.row_fields import PERSONAL, Malformed, Row, TooLittle, digest_and_size, text, whole
from collect.exports.rows.scrobbles import as_object, scrobble
from db.imports.staging import StagedRow

# Fields that say nothing about the play.
IGNORED = PERSONAL | {"image", "url", "streamable", "loved", "mbid", "@attr"}
CLOCKS_WERE_SET = 946_684_800  # 2000: Last.fm started in 2002, and players without a clock scrobbled in 1970


def read_lastfm(value: object) -> StagedRow:
    """Parse one of Last.fm's recent tracks, or a line of CSV. Raises Malformed or TooLittle."""
    row = as_object(value)
    began, to_the_minute = _time(row)
    source = "lastfm_minute" if to_the_minute else "lastfm"
    names = text({"name": row.get("name") or row.get("track")}, "name"), _named(row, "artist"), _named(row, "album")
    return scrobble(source, digest_and_size(row, IGNORED)[0], began, names)


def _time(row: Row) -> tuple[int, bool]:
    """Seconds since 1970, and whether only the minute is known."""
    date = row.get("date")
    stamp = row.get("uts") or (date.get("uts") if isinstance(date, dict) else None)
    if stamp is None and not date:
        raise TooLittle("no time: it was playing while the export was made")
    spelled = date.get("#text") if isinstance(date, dict) else date
    began, to_the_minute = _number(stamp if stamp is not None else spelled), False
    if began is None and isinstance(spelled, str):
        began, to_the_minute = seconds_of(spelled), has_no_seconds(spelled)
    if began is None or not 0 <= began <= LAST_SECOND:
        raise Malformed("the date is neither seconds since 1970 nor a time such as 31 May 2016, 20:46")
    if began < CLOCKS_WERE_SET:
        raise Malformed("the time is before 2000: the player's clock was not set")
    return began, to_the_minute


def _number(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 15:
        return int(value)
    return whole(value)


def _named(row: Row, field: str) -> str | None:
    """A name that is a string, or part of an object."""
    value = row.get(field)
    if isinstance(value, dict):
        return text({field: value.get("#text") or value.get("name") or value.get("title")}, field)
    return text(row, field)
