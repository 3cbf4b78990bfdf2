"""Understand one scrobble of another tracker's export: Last.fm, Maloja or Koito. Its time is when listening began."""

from collections.abc import Sequence
from datetime import datetime

from collect.lastfm_dates import has_no_seconds, seconds_of
from collect.listenbrainz_rows import LAST_SECOND, ended
from collect.row_fields import LONGEST_MS, PERSONAL, Malformed, Row, TooLittle, digest_and_size, instant, text, whole
from db.staging import StagedRow

# What says nothing about the play.
OF_LASTFM = PERSONAL | {"image", "url", "streamable", "loved", "mbid", "@attr"}
OF_MALOJA = PERSONAL | {"origin", "extra", "rawscrobble"}
OF_KOITO = PERSONAL | {"client"}
CLOCKS_WERE_SET = 946_684_800  # 2000: Last.fm is of 2002, and players without a clock scrobbled in 1970


def read_lastfm(value: object) -> StagedRow:
    """A track of Last.fm's recent tracks, or a line of a CSV of them. Raises Malformed or TooLittle."""
    row = _object(value)
    began, to_the_minute = _lastfm_time(row)
    source = "lastfm_minute" if to_the_minute else "lastfm"
    names = text({"name": row.get("name") or row.get("track")}, "name"), _named(row, "artist"), _named(row, "album")
    return _scrobble(source, digest_and_size(row, OF_LASTFM)[0], began, names)


def read_maloja(value: object) -> StagedRow:
    """A scrobble of Maloja's export. Raises Malformed or TooLittle."""
    row = _object(value)
    track = _object(row.get("track"))
    album = track.get("album")
    album_title = text(album, "albumtitle") if isinstance(album, dict) else text(track, "album")
    names = text(track, "title"), _main_artist(track), album_title
    digest = digest_and_size(row, OF_MALOJA)[0]
    return _scrobble("maloja", digest, _second(row, "time"), names, _ms(track, "length"), _ms(row, "duration"))


def read_koito(value: object) -> StagedRow:
    """A listen of Koito's export. Raises Malformed or TooLittle."""
    row = _object(value)
    track, album = _object(row.get("track")), row.get("album")
    began = int(datetime.fromisoformat(instant(row, "listened_at")).timestamp())
    names = _alias(track), _koito_artist(row), _alias(album) if isinstance(album, dict) else None
    return _scrobble("koito", digest_and_size(row, OF_KOITO)[0], began, names, _ms(track, "duration"))


Names = tuple[str | None, str | None, str | None]  # of the track, its artist, its album


def _scrobble(
    source: str, digest: int, began: int, names: Names, lasts: int | None = None, played: int | None = None
) -> StagedRow:
    name, artist, album = names
    if not (name and artist):
        raise TooLittle("no title or no artist")
    return StagedRow(
        source=source,
        digest=digest,
        played_at=ended(began, (lasts or 0) if played is None else played, "time"),
        ms_played=played,
        kind="track",
        name=name,
        artist_or_show=artist,
        album=album,
        loaded_ms=began * 1000,
    )


def _object(value: object) -> Row:
    if isinstance(value, list):  # a line of CSV
        raise Malformed(f"{len(value)} columns, which are not those of a scrobble")
    if not isinstance(value, dict):
        raise Malformed("not a JSON object")
    return value


def _lastfm_time(row: Row) -> tuple[int, bool]:
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
    """A name that stands by itself or in an object."""
    value = row.get(field)
    if isinstance(value, dict):
        return text({field: value.get("#text") or value.get("name") or value.get("title")}, field)
    return text(row, field)


def _main_artist(track: Row) -> str | None:
    """The artist that the album is by as well, for Spotify names that one; else the first."""
    artists, album = _texts(track, "artists"), track.get("album")
    of_album = _texts(album, "artists") if isinstance(album, dict) else []
    return next((artist for artist in artists if artist in of_album), artists[0] if artists else None)


def _texts(row: Row, field: str) -> Sequence[str]:
    listed = row.get(field)
    if isinstance(listed, str):
        listed = [listed]
    if listed is not None and not isinstance(listed, list):
        raise Malformed(f"`{field}` is not a list of names")
    names = [text({field: one}, field) for one in (listed or [])]
    return [name for name in names if name]


def _koito_artist(row: Row) -> str | None:
    listed = row.get("artists")
    if listed is not None and not isinstance(listed, list):
        raise Malformed("`artists` is not a list")
    artists = [artist for artist in (listed or []) if isinstance(artist, dict)]
    main = next((artist for artist in artists if artist.get("is_primary") is True), artists[0] if artists else {})
    return _alias(main)


def _alias(owner: Row) -> str | None:
    """The name that Koito shows."""
    listed = owner.get("aliases")
    if listed is not None and not isinstance(listed, list):
        raise Malformed("`aliases` is not a list")
    aliases = [alias for alias in (listed or []) if isinstance(alias, dict)]
    main = next((alias for alias in aliases if alias.get("is_primary") is True), aliases[0] if aliases else {})
    return text(main, "alias")


def _second(row: Row, field: str) -> int:
    seconds = whole(row.get(field))
    if seconds is None or not 0 <= seconds <= LAST_SECOND:
        raise Malformed(f"`{field}` is not a number of seconds since 1970")
    return seconds


def _ms(row: Row, field: str) -> int | None:
    """A number of seconds in milliseconds; None for none and for 0, which both trackers write where they know none."""
    value = row.get(field)
    if value is None or value == 0:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= LONGEST_MS / 1000:
        raise Malformed(f"`{field}` is not a number of seconds")
    return round(value * 1000)
