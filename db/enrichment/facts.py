"""Save what services know about recordings, release groups, artists and genres of MusicBrainz."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from db.engine.connection import database

Entity = Literal["recording", "release_group", "artist"]
# An id tells genres apart, but a name that is already taken keeps its genre.
SAVE_GENRES = """
    INSERT INTO genre (name, mbid)
    SELECT listed.name, listed.mbid FROM unnest(%s::text[], %s::uuid[]) AS listed (name, mbid)
    LEFT JOIN genre known ON known.mbid = listed.mbid WHERE known.id IS NULL ORDER BY listed.name
    ON CONFLICT DO NOTHING
"""
RENAME_GENRES = """
    UPDATE genre SET name = listed.name FROM unnest(%s::text[], %s::uuid[]) AS listed (name, mbid)
    WHERE genre.mbid = listed.mbid AND genre.name <> listed.name
        AND NOT EXISTS (SELECT FROM genre taken WHERE taken.name = listed.name)
"""
KNOW_WORDS = """
    UPDATE {table} SET genre_id = genre.id FROM genre WHERE {table}.genre_id IS NULL AND {table}.name = genre.name
"""
SAVE_PARENT = """
    UPDATE genre SET parent_id = (SELECT id FROM genre parent WHERE parent.mbid = %s) WHERE mbid = %s
"""
FORGET_TAGS = "DELETE FROM tag WHERE entity = %s AND source = %s AND mbid = ANY(%s::uuid[])"
SAVE_TAGS = """
    INSERT INTO tag (entity, mbid, source, name, genre_id, count)
    SELECT %s, tagged.mbid, %s, tagged.name, genre.id, count
    FROM unnest(%s::uuid[], %s::text[], %s::integer[]) AS tagged (mbid, name, count)
    LEFT JOIN genre ON genre.name = tagged.name ORDER BY 2, 4
    ON CONFLICT (entity, mbid, source, name) DO UPDATE SET genre_id = excluded.genre_id, count = excluded.count
"""
SAVE_RECORDINGS = """
    INSERT INTO known_recording
    SELECT known.*, %s FROM unnest(
        %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::smallint[], %s::bigint[], %s::uuid[]) AS known (mbid)
    ORDER BY mbid
    ON CONFLICT (mbid) DO UPDATE SET artist_mbid = excluded.artist_mbid, release_mbid = excluded.release_mbid,
        release_group_mbid = excluded.release_group_mbid, release_year = excluded.release_year,
        caa_id = excluded.caa_id, caa_release_mbid = excluded.caa_release_mbid, fetched_at = excluded.fetched_at
"""
SAVE_GROUPS = """
    INSERT INTO known_release_group (mbid, first_date, fetched_at)
    SELECT mbid, first_date, %s FROM unnest(%s::uuid[], %s::text[]) AS known (mbid, first_date) ORDER BY mbid
    ON CONFLICT (mbid) DO UPDATE SET first_date = excluded.first_date, fetched_at = excluded.fetched_at
"""
# A country stays if a later answer has only the area.
SAVE_ARTISTS = """
    INSERT INTO known_artist AS known (mbid, name, country, area, fetched_at)
    SELECT mbid, name, country, area, %s
    FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[]) AS answered (mbid, name, country, area) ORDER BY mbid
    ON CONFLICT (mbid) DO UPDATE SET name = coalesce(excluded.name, known.name),
        country = coalesce(excluded.country, known.country), area = coalesce(excluded.area, known.area),
        fetched_at = excluded.fetched_at
"""
FORGET_ARTIST_TAGS = "DELETE FROM artist_tag WHERE artist_id = %s AND source = %s"
SAVE_ARTIST_TAGS = """
    INSERT INTO artist_tag (artist_id, source, name, genre_id, count, fetched_at)
    SELECT artist.id, %s, tagged.name, genre.id, count, %s FROM artist, unnest(%s::text[], %s::integer[])
        AS tagged (name, count) LEFT JOIN genre ON genre.name = tagged.name WHERE artist.id = %s
"""
SAVE_SOUNDS = """
    INSERT INTO track_sound
    SELECT track.id, energy, valence, danceability, acousticness, tempo, %s, %s
    FROM unnest(%s::text[], %s::real[], %s::real[], %s::real[], %s::real[], %s::real[])
        AS sound (spotify_id, energy, valence, danceability, acousticness, tempo)
    JOIN track ON uri = 'spotify:track:' || spotify_id ORDER BY track.id
    ON CONFLICT (track_id) DO UPDATE SET energy = excluded.energy, valence = excluded.valence,
        danceability = excluded.danceability, acousticness = excluded.acousticness, tempo = excluded.tempo,
        source = excluded.source, fetched_at = excluded.fetched_at
"""


@dataclass(frozen=True, slots=True)
class StoredTag:
    """How often people tagged something at MusicBrainz with a word, which is a genre if MusicBrainz lists it as one."""

    mbid: str
    name: str
    count: int
    genre_mbid: str | None = None


def save_genres(genres: Iterable[tuple[str, str]]) -> None:
    """Add genres (name, MusicBrainz' id) to the vocabulary; a renamed genre keeps its row."""
    listed = dict(sorted(genres))
    database.execute_sql(RENAME_GENRES, (list(listed), list(listed.values())))
    database.execute_sql(SAVE_GENRES, (list(listed), list(listed.values())))


def recognise_genres() -> None:
    """Mark stored words as genres if the vocabulary has gained them since."""
    for table in ("tag", "artist_tag"):
        database.execute_sql(KNOW_WORDS.format(table=table))


def save_parent(genre_mbid: str, parent_mbid: str) -> None:
    database.execute_sql(SAVE_PARENT, (parent_mbid, genre_mbid))


def save_tags(entity: Entity, source: str, mbids: Sequence[str], tags: Iterable[StoredTag]) -> None:
    """Replace the tags of `mbids` from this source."""
    kept = {(tag.mbid, tag.name): tag for tag in tags}.values()
    save_genres((tag.name, tag.genre_mbid) for tag in kept if tag.genre_mbid)
    database.execute_sql(FORGET_TAGS, (entity, source, list(mbids)))
    columns = [tag.mbid for tag in kept], [tag.name for tag in kept], [tag.count for tag in kept]
    database.execute_sql(SAVE_TAGS, (entity, source, *columns))


def save_recordings(recordings: Iterable[Sequence[object]], now: datetime) -> None:
    """Save (mbid, artist, release group, release, year of the release, number and release of the cover) of each."""
    database.execute_sql(SAVE_RECORDINGS, (now, *_columns(recordings, 7)))


def save_release_groups(groups: Iterable[Sequence[object]], now: datetime) -> None:
    """Save (mbid, first date) of each."""
    database.execute_sql(SAVE_GROUPS, (now, *_columns(groups, 2)))


def save_artists(artists: Iterable[Sequence[object]], now: datetime) -> None:
    """Save (mbid, name, country, area) of each."""
    database.execute_sql(SAVE_ARTISTS, (now, *_columns(artists, 4)))


def save_artist_tags(artist_id: int, source: str, tags: Iterable[tuple[str, int]], now: datetime) -> None:
    """Replace the tags (word, count) that a service gives an artist by its name."""
    database.execute_sql(FORGET_ARTIST_TAGS, (artist_id, source))
    database.execute_sql(SAVE_ARTIST_TAGS, (source, now, *_columns(tags, 2), artist_id))


def save_sounds(source: str, sounds: Iterable[Sequence[object]], now: datetime) -> None:
    """Save (Spotify's id, energy, valence, danceability, acousticness, tempo) of each."""
    database.execute_sql(SAVE_SOUNDS, (source, now, *_columns(sounds, 6)))


def _columns(items: Iterable[Sequence[object]], width: int) -> list[list[object]]:
    kept = {item[0]: item for item in items}.values()
    return [list(column) for column in zip(*kept, strict=True)] or [[] for _ in range(width)]
