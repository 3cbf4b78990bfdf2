"""What to look up next, the most played first, without what is known or was looked up recently."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from db.engine.connection import rows
from db.engine.records import records

DUE = """NOT EXISTS (
    SELECT FROM music_lookup WHERE question = %(question)s AND subject = {}::text AND due_at > %(now)s)"""
DECIDED = "(source = 'correction' OR votes >= 2)"
UNDECIDED = f"NOT EXISTS (SELECT FROM artist_identity known WHERE known.artist_id = {{}}.artist_id AND {DECIDED})"
# MusicBrainz' id of each artist, the best one: a correction, else the one with most votes.
ARTIST_IDS = f"""
    SELECT DISTINCT ON (artist_id) artist_id, mbid FROM artist_identity WHERE {DECIDED}
    ORDER BY artist_id, source = 'correction' DESC, votes DESC, mbid
"""
IDS_OF_ARTISTS = f"SELECT artist_id, mbid FROM ({ARTIST_IDS}) ids WHERE artist_id = ANY(%s)"
# The three most-played songs of each artist whose id is unknown may identify the artist, one after the other.
OF_ARTISTS = """
    SELECT track_id, artist_id, artist, title, isrc FROM (
        SELECT DISTINCT ON (artist_id) songs.*
        FROM (
            SELECT heard_music.*, sum(weight) OVER of_artist AS heard,
                row_number() OVER (PARTITION BY artist_id ORDER BY weight DESC, track_id) AS place
            FROM heard_music WHERE {condition} AND artist_id IS NOT NULL AND {undecided}
            WINDOW of_artist AS (PARTITION BY artist_id)
        ) songs WHERE place <= 3 AND {due} ORDER BY artist_id, place
    ) artists ORDER BY heard DESC, artist_id LIMIT %(limit)s
"""
OF_TRACKS = """
    SELECT track_id, artist_id, artist, title, isrc FROM heard_music
    WHERE {condition} AND artist_id IS NOT NULL AND {due}
        AND NOT EXISTS (SELECT FROM track_identity WHERE track_identity.track_id = heard_music.track_id)
    ORDER BY weight DESC, track_id LIMIT %(limit)s
"""
MANY = 1_000_000
BY = {"isrc": ("isrc IS NOT NULL", "isrc"), "names": ("may_be_sent", "track_id"), "search": ("may_be_sent", "track_id")}
# One lookup covers all songs with the same ISRC.
OF_ISRC = "SELECT track_id, artist_id, artist, title, isrc FROM heard_music WHERE isrc = %s AND artist_id IS NOT NULL"
IDS = {
    "artist": f"""
        SELECT mbid FROM ({ARTIST_IDS}) ids JOIN heard_music USING (artist_id) WHERE {DUE.format("mbid")}
        GROUP BY mbid ORDER BY sum(weight) DESC, mbid LIMIT %(limit)s
    """,
    "recording": f"""
        SELECT mbid FROM track_identity JOIN heard_music USING (track_id) WHERE {DUE.format("mbid")}
        GROUP BY mbid ORDER BY sum(weight) DESC, mbid LIMIT %(limit)s
    """,
    "release_group": f"""
        SELECT release_group_mbid FROM track_identity JOIN heard_music USING (track_id)
        JOIN known_recording USING (mbid)
        WHERE release_group_mbid IS NOT NULL AND {DUE.format("release_group_mbid")}
        GROUP BY 1 ORDER BY sum(weight) DESC, 1 LIMIT %(limit)s
    """,
    "origin": f"""
        SELECT mbid FROM ({ARTIST_IDS}) ids JOIN heard_music USING (artist_id) JOIN known_artist USING (mbid)
        WHERE country IS NULL AND {DUE.format("mbid")}
        GROUP BY mbid ORDER BY sum(weight) DESC, mbid LIMIT %(limit)s
    """,
    "parent": f"""
        SELECT mbid FROM genre JOIN track_genre ON genre_id = genre.id
        WHERE mbid IS NOT NULL AND parent_id IS NULL AND {DUE.format("mbid")}
        GROUP BY mbid ORDER BY count(*) DESC, mbid LIMIT %(limit)s
    """,
}
WITHOUT_GENRES = f"""
    SELECT artist_id, artist.name FROM heard_music JOIN artist ON artist.id = artist_id
    WHERE (artist.spotify_id IS NOT NULL OR may_be_sent) AND {DUE.format("artist_id")} AND 2 > (
        SELECT count(*) FROM ({ARTIST_IDS}) ids JOIN tag USING (mbid)
        WHERE ids.artist_id = heard_music.artist_id AND entity = 'artist' AND genre_id IS NOT NULL)
    GROUP BY artist_id, artist.name ORDER BY sum(weight) DESC, artist_id LIMIT %(limit)s
"""
WITHOUT_SOUND = f"""
    WITH consented AS MATERIALIZED (
        SELECT DISTINCT track_id FROM account_track JOIN account ON account.id = account_id
        WHERE account.spotify_account_id IS NULL OR account.refresh_token IS NOT NULL
    )
    SELECT spotify_id FROM heard_music JOIN consented USING (track_id)
    WHERE spotify_id IS NOT NULL AND {DUE.format("spotify_id")}
    ORDER BY weight DESC, track_id LIMIT %(limit)s
"""


class Song(msgspec.Struct, frozen=True):
    """A track and its first artist, by our ids and by names."""

    track_id: int
    artist_id: int
    artist: str
    title: str
    isrc: str | None


def songs_of_artists(question: str, limit: int, now: datetime) -> list[Song]:
    """A song of each artist without an id, to look up by `question`: isrc, names or search."""
    return _songs(OF_ARTISTS, question, limit, now)


def songs(question: str, limit: int, now: datetime) -> list[Song]:
    """Songs without an id, to look up by `question`."""
    return _songs(OF_TRACKS, question, limit, now)


def songs_of_isrc(isrc: str) -> list[Song]:
    return records(Song, OF_ISRC, (isrc,))


def ids(question: str, limit: int, now: datetime) -> list[str]:
    """MusicBrainz' ids to look up by `question`, one of IDS."""
    mbids: Sequence[tuple[UUID]] = rows(IDS[question], question=question, limit=limit, now=now)
    return [str(mbid) for (mbid,) in mbids]


def _songs(statement: str, question: str, limit: int, now: datetime) -> list[Song]:
    condition, subject = BY[question]
    due = DUE.format(subject)
    sql = statement.format(condition=condition, due=due, undecided=UNDECIDED.format("heard_music"))
    return records(Song, sql, {"question": question, "limit": limit, "now": now})


def decided(artist_ids: Sequence[int]) -> dict[int, str]:
    """MusicBrainz' ids of those of these artists whose id is certain."""
    artists = records(_Decided, IDS_OF_ARTISTS, (list(artist_ids),))
    return {artist.artist_id: str(artist.mbid) for artist in artists}


class _Decided(msgspec.Struct, frozen=True):
    artist_id: int
    mbid: UUID


class NamedArtist(msgspec.Struct, frozen=True):
    """An artist whose name may be sent."""

    artist_id: int
    name: str


def artists_without_genres(question: str, limit: int, now: datetime) -> list[NamedArtist]:
    """Artists for whom MusicBrainz has fewer than two genres."""
    return records(NamedArtist, WITHOUT_GENRES, {"question": question, "limit": limit, "now": now})


def spotify_ids(limit: int, now: datetime) -> list[str]:
    """Spotify's ids of tracks whose sound is unknown, of listeners whose consent has not ended."""
    without_sound = rows(WITHOUT_SOUND, question="sound", limit=limit, now=now)
    return [spotify_id for (spotify_id,) in without_sound]


def pending_artists(now: datetime) -> tuple[list[int], list[int], list[int]]:
    """The artists that a lookup by names, by ISRC and by search could still identify."""
    by_names, by_isrc, by_search = (songs_of_artists(question, MANY, now) for question in ("names", "isrc", "search"))
    return (
        [song.artist_id for song in by_names],
        [song.artist_id for song in by_isrc],
        [song.artist_id for song in by_search],
    )
