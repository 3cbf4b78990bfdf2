"""Parse one scrobble of Maloja's export."""

from collections.abc import Sequence

from collect.exports.rows.row_fields import PERSONAL, Malformed, Row, digest_and_size, text
from collect.exports.rows.scrobbles import as_object, scrobble, second, seconds_as_ms
from db.imports.staging import StagedRow

# Fields that say nothing about the play.
IGNORED = PERSONAL | {"origin", "extra", "rawscrobble"}


def read_maloja(value: object) -> StagedRow:
    """Parse a scrobble of Maloja's export. Raises Malformed or TooLittle."""
    row = as_object(value)
    track = as_object(row.get("track"))
    album = track.get("album")
    album_title = text(album, "albumtitle") if isinstance(album, dict) else text(track, "album")
    names = text(track, "title"), _main_artist(track), album_title
    digest = digest_and_size(row, IGNORED)[0]
    return scrobble(
        "maloja", digest, second(row, "time"), names, seconds_as_ms(track, "length"), seconds_as_ms(row, "duration")
    )


def _main_artist(track: Row) -> str | None:
    """The first artist who is also an artist of the album, as Spotify has it; otherwise the first."""
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
