"""Parse one listen of Koito's export."""

from datetime import datetime

from collect.exports.rows.row_fields import PERSONAL, Malformed, Row, digest_and_size, instant, text
from collect.exports.rows.scrobbles import as_object, scrobble, seconds_as_ms
from db.imports.staging import StagedRow

# Fields that say nothing about the play.
IGNORED = PERSONAL | {"client"}


def read_koito(value: object) -> StagedRow:
    """A listen of Koito's export. Raises Malformed or TooLittle."""
    row = as_object(value)
    track, album = as_object(row.get("track")), row.get("album")
    began = int(datetime.fromisoformat(instant(row, "listened_at")).timestamp())
    names = _alias(track), _main_artist(row), _alias(album) if isinstance(album, dict) else None
    return scrobble("koito", digest_and_size(row, IGNORED)[0], began, names, seconds_as_ms(track, "duration"))


def _main_artist(row: Row) -> str | None:
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
