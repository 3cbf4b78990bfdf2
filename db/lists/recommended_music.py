"""Find the tracks that are recommended in the catalogue, or put those in that are not there yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from db.engine.connection import database, row, rows
from db.library.contents import refresh_everybody
from db.library.keys import keys_of
from db.library.same_recording import wait_for_recordings_lock

# By its URI, else by its names: in the account's own library, then among what Spotify or another service has named (a
# track without a URI that no service has named is known from somebody's export only). Of several of the same names one
# that Spotify can play, and of those always the same one.
KNOWN = """
    WITH wanted AS (
        SELECT * FROM unnest(
            %(uris)s::text[], %(names)s::text[], %(artists)s::text[], %(titles)s::text[], %(credits)s::text[]
        ) WITH ORDINALITY AS wanted (uri, name, artist, title_key, artist_key, n)
    ), known AS (
        SELECT n, track.id, uri, 1 AS way FROM wanted JOIN track USING (uri)
        UNION ALL SELECT n, track.id, track.uri, 2 FROM wanted
        JOIN account_track own ON account_id = %(account)s AND own.title_key = wanted.title_key
            AND own.artist_key = wanted.artist_key
        JOIN track ON track.id = track_id
        UNION ALL SELECT n, track.id, track.uri, 3 FROM wanted
        JOIN track ON lower(track.name) = lower(wanted.name) AND lower(artist_name) = lower(artist)
        WHERE track.uri IS NOT NULL OR EXISTS (SELECT FROM track_artist WHERE track_id = track.id)
    )
    SELECT DISTINCT ON (n) n - 1, id FROM known JOIN wanted USING (n)
    WHERE wanted.uri IS NULL OR known.uri LIKE 'spotify:track:%%' OR known.uri = wanted.uri
    ORDER BY n, way, known.uri LIKE 'spotify:track:%%' DESC NULLS LAST, known.uri, id
"""
# What the account has played has a name there, or none for good reasons.
NAMELESS = """
    SELECT id FROM track WHERE id = ANY(%(tracks)s::bigint[]) AND name IS NULL AND NOT EXISTS (
        SELECT FROM account_track WHERE account_id = %(account)s AND track_id = track.id)
"""
# Where several on Spotify share the name, nothing is guessed.
ARTIST = """
    WITH known AS (
        SELECT CASE WHEN count(spotify_id) = 1 THEN min(id) FILTER (WHERE spotify_id IS NOT NULL)
                    ELSE min(id) FILTER (WHERE spotify_id IS NULL) END AS id
        FROM artist WHERE name = %(name)s
    ), made AS (
        INSERT INTO artist (name) SELECT %(name)s FROM known WHERE id IS NULL
        ON CONFLICT (name) WHERE spotify_id IS NULL DO UPDATE SET name = excluded.name RETURNING id
    )
    SELECT coalesce(made.id, known.id) FROM known LEFT JOIN made ON true
"""
ALBUM = """
    WITH known AS (SELECT min(id) AS id FROM album WHERE artist_id = %(artist)s AND name = %(name)s), made AS (
        INSERT INTO album (artist_id, name) SELECT %(artist)s, %(name)s FROM known WHERE id IS NULL
        ON CONFLICT (artist_id, name) WHERE spotify_id IS NULL DO UPDATE SET name = excluded.name RETURNING id
    )
    SELECT coalesce(made.id, known.id) FROM known LEFT JOIN made ON true
"""
# Nothing of it is taken for Spotify's description: whoever plays it brings that.
INSERT = """
    INSERT INTO track (uri, name, artist_name, album_id) VALUES (%s, %s, %s, %s)
    ON CONFLICT (uri) DO UPDATE SET uri = excluded.uri RETURNING id
"""
INSERT_NAMED = """
    INSERT INTO track (name, artist_name, album_id) VALUES (%s, %s, %s)
    ON CONFLICT (artist_name, name) WHERE uri IS NULL DO UPDATE SET name = excluded.name RETURNING id
"""
NAME = "UPDATE track SET name = %s, artist_name = %s, album_id = %s WHERE id = %s"
CREDIT = "INSERT INTO track_artist (track_id, position, artist_id) VALUES (%s, 0, %s) ON CONFLICT DO NOTHING"


@dataclass(frozen=True, slots=True)
class NamedMusic:
    """A track by its id here, or by its URI, or by its names.

    Its names are what the account calls it, or what may be told to everybody: a service's words, or those of several
    listeners who agreed to it.
    """

    track_id: int | None
    uri: str | None
    name: str
    artist: str
    album: str | None = None


def track_ids(account_id: int, music: Sequence[NamedMusic]) -> list[int]:
    """Their ids in our catalogue, in order; what is new or nameless there is saved, in one transaction."""
    with database.atomic():
        wait_for_recordings_lock()
        known = _known(account_id, music)
        found = [known[n] if n in known else _saved(each) for n, each in enumerate(music)]
        nameless = {track_id for (track_id,) in rows(NAMELESS, account=account_id, tracks=found)}
        for track_id, each in zip(found, music, strict=True):
            if track_id in nameless:
                _name(track_id, each)
        refresh_everybody(sorted(nameless))
    return found


def _known(account_id: int, music: Sequence[NamedMusic]) -> dict[int, int]:
    """By place in `music`."""
    given = {n: each.track_id for n, each in enumerate(music) if each.track_id is not None}
    others = [n for n in range(len(music)) if n not in given]
    if not others:
        return given
    uris, names, artists = ([getattr(music[n], field) for n in others] for field in ("uri", "name", "artist"))
    found = rows(
        KNOWN, account=account_id, uris=uris, names=names, artists=artists, titles=keys_of(names),
        credits=keys_of(artists),
    )  # fmt: skip
    return given | {others[place]: track_id for place, track_id in found}


def _saved(music: NamedMusic) -> int:
    artist, album = _credits(music)
    if music.uri:
        (track,) = row(INSERT, music.uri, music.name, music.artist, album) or (0,)
    else:
        (track,) = row(INSERT_NAMED, music.name, music.artist, album) or (0,)
    database.execute_sql(CREDIT, (track, artist))
    return int(track)


def _name(track_id: int, music: NamedMusic) -> None:
    """Of a track that only others' exports have named, which is nothing to show to this account."""
    artist, album = _credits(music)
    database.execute_sql(NAME, (music.name, music.artist, album, track_id))
    database.execute_sql(CREDIT, (track_id, artist))


def _credits(music: NamedMusic) -> tuple[int, int | None]:
    (artist,) = row(ARTIST, name=music.artist) or (0,)
    (album,) = (row(ALBUM, artist=artist, name=music.album) if music.album else None) or (None,)
    return int(artist), album
