"""The music that players name: its tracks and episodes, which all accounts share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from db.engine.changing import wait_to_be_alone
from db.engine.connection import database
from db.engine.records import records
from music import Track

NEW_URIS = """
    INSERT INTO track (uri) SELECT DISTINCT sent.uri FROM unnest(%s::text[]) AS sent (uri)
    LEFT JOIN track known ON known.uri = sent.uri WHERE sent.uri IS NOT NULL AND known.id IS NULL
    ORDER BY 1 ON CONFLICT (uri) DO NOTHING
"""
NEW_NAMES = """
    INSERT INTO track (name, artist_name)
    SELECT DISTINCT sent.name, artist FROM unnest(%s::text[], %s::text[]) AS sent (name, artist)
    LEFT JOIN track known ON known.uri IS NULL AND known.artist_name = artist AND known.name = sent.name
    WHERE known.id IS NULL ORDER BY 1, 2 ON CONFLICT DO NOTHING
"""
NEW_EPISODES = """
    INSERT INTO episode (kind, uri) SELECT DISTINCT 'episode', uri FROM unnest(%s::text[]) AS sent (uri)
    ORDER BY uri ON CONFLICT (uri) DO NOTHING
"""
KEYS = """
    SELECT place, coalesce(by_uri.id, by_name.id) AS track_id, episode.id AS episode_id
    FROM unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS sent (uri, name, artist, place)
    LEFT JOIN track by_uri ON by_uri.uri = sent.uri
    LEFT JOIN episode ON episode.uri = sent.uri
    LEFT JOIN track by_name ON sent.uri IS NULL AND by_name.uri IS NULL AND by_name.artist_name = sent.artist
        AND by_name.name = sent.name
    ORDER BY place
"""


@dataclass(frozen=True, slots=True)
class SentMusic:
    """What a player says was played. Without a URI, `name` and `artist` identify it.

    `credit` is the artist for whom plays count, `known_as` are other artist names under which reports may have it.
    `facts` are what the player knows about it beyond names.
    """

    is_episode: bool
    uri: str | None
    name: str
    artist: str
    album: str | None
    credit: str
    known_as: tuple[str, ...] = ()
    facts: Track | None = None


MusicKeys = Mapping[SentMusic, tuple[int | None, int | None]]  # of a track or of an episode


class _Keys(msgspec.Struct, frozen=True):
    place: int
    track_id: int | None
    episode_id: int | None


def resolve_music(sent: Iterable[SentMusic]) -> MusicKeys:
    """The keys of all this music, which is saved if it is new, in the caller's transaction (db/engine/changing.py)."""
    wanted = list(dict.fromkeys(sent))
    stored = _keys(wanted)
    new = [music for music in wanted if stored[music] == (None, None)]
    if not new:
        return stored
    wait_to_be_alone()
    _save(new)
    return _keys(wanted)


def _save(wanted: Sequence[SentMusic]) -> None:
    nameless = [music for music in wanted if music.uri is None]
    database.execute_sql(NEW_URIS, ([music.uri for music in wanted if not music.is_episode],))
    database.execute_sql(NEW_NAMES, ([music.name for music in nameless], [music.artist for music in nameless]))
    database.execute_sql(NEW_EPISODES, ([music.uri for music in wanted if music.is_episode],))


def _keys(wanted: Sequence[SentMusic]) -> MusicKeys:
    columns = [music.uri for music in wanted], [music.name for music in wanted], [music.artist for music in wanted]
    return dict(zip(wanted, [(keys.track_id, keys.episode_id) for keys in records(_Keys, KEYS, columns)], strict=True))
