"""What a player sends about music beyond a title and an artist: the individual artists, the length, the recording."""

from collections.abc import Mapping, Sequence
from typing import Any

from collect.exports.rows.row_fields import LONGEST_TEXT, storable
from db.imports.staging import StagedRow
from db.submissions.music import SentMusic
from music import Album, Artist, Track, shown_name, standard_isrc

MOST_ARTISTS = 20


def music_of(row: StagedRow, info: Mapping[str, Any]) -> SentMusic:
    """The music of a listen; `info` is its `additional_info`, whatever a player put there."""
    title, artist = row.name or "", row.artist_or_show or ""
    artists = _artists(info.get("artist_names"), artist)
    return SentMusic(
        is_episode=row.kind == "episode",
        uri=row.uri,
        name=title,
        artist=artist,
        album=row.album,
        credit=artists[0],
        known_as=tuple(artists[1:]),
        facts=_facts(row, artists, length_ms(info), info.get("isrc")),
    )


def _artists(names: object, artist: str) -> Sequence[str]:
    """The individual artists. `artist_name` has all of them in one text, such as "A, B"."""
    texts = [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
    shown = [shown_name(storable(text)) for text in texts[:MOST_ARTISTS] if len(text) <= LONGEST_TEXT]
    single = list(dict.fromkeys(name for name in shown if name))
    return single if single and artist.startswith(single[0]) else [artist]


def length_ms(info: Mapping[str, Any]) -> int | None:
    """The length of the track in milliseconds."""
    for field, unit in (("duration_ms", 1), ("duration", 1000)):
        value = info.get(field)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value * unit < 2**31:
            return round(value * unit)
    return None


def _facts(row: StagedRow, artists: Sequence[str], length: int | None, isrc: object) -> Track | None:
    """What is known beyond the names; None if nothing is."""
    recording = standard_isrc(isrc) if isinstance(isrc, str) else None
    if length is None and recording is None and len(artists) == 1:
        return None
    credited = tuple(map(Artist, artists))
    album = Album(row.album, credited[:1]) if row.album else None
    return Track(row.name, credited, album, row.uri, length, recording)
