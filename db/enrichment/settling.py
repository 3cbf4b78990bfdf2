"""Compute the tables that statistics join, from identities, tags and dates, for some tracks or artists."""

from collections.abc import Sequence

from db.engine.connection import database, rows
from db.enrichment.names import NAMED
from db.enrichment.queue import ARTIST_IDS
from music import NOBODY

AT_ONCE = 5_000  # tracks
OF_TRACKS = f"""
    WITH wanted AS MATERIALIZED (SELECT unnest(%(tracks)s::bigint[]) AS track_id),
    named AS MATERIALIZED ({NAMED}),
    recording_of AS MATERIALIZED (
        SELECT track_id, mbid FROM (
            SELECT track_id, mbid, rank() OVER (
                PARTITION BY track_id ORDER BY source = 'correction' DESC, votes DESC) AS place
            FROM track_identity JOIN named USING (track_id)
        ) known WHERE place = 1
    )
"""
# Tags of the recording if they name two genres, else of the release group, else of the artist, where Last.fm fills in
# for MusicBrainz; a level with one genre is better than none. The three most frequent genres share the track.
GENRES = f"""
    {OF_TRACKS}, artist_of AS (
        SELECT track_id, artist_id, mbid FROM named JOIN ({ARTIST_IDS}) ids USING (artist_id)
    ), tagged AS (
        SELECT track_id, 1 AS rank, genre_id, sum(count) AS count, min(source) AS source
        FROM recording_of JOIN tag USING (mbid) WHERE entity = 'recording' AND genre_id IS NOT NULL GROUP BY 1, 3
        UNION ALL
        SELECT track_id, 2, genre_id, sum(count), min(source)
        FROM (SELECT DISTINCT track_id, release_group_mbid FROM recording_of JOIN known_recording USING (mbid)) groups
        JOIN tag ON tag.mbid = release_group_mbid AND entity = 'release_group' WHERE genre_id IS NOT NULL GROUP BY 1, 3
        UNION ALL
        SELECT track_id, 3, genre_id, sum(count), min(source)
        FROM artist_of JOIN tag USING (mbid) WHERE entity = 'artist' AND genre_id IS NOT NULL GROUP BY 1, 3
        UNION ALL
        SELECT track_id, 4, genre_id, sum(count), min(source)
        FROM named JOIN artist_tag USING (artist_id) WHERE genre_id IS NOT NULL GROUP BY 1, 3
    ), level AS (
        SELECT DISTINCT ON (track_id) track_id, rank FROM (
            SELECT track_id, rank, count(*) AS genres FROM tagged GROUP BY 1, 2
        ) counted ORDER BY track_id, genres = 1 AND rank <> 2, rank
    ), best AS (
        SELECT track_id, genre_id, count, rank, source FROM (
            SELECT tagged.*, row_number() OVER (PARTITION BY track_id ORDER BY count DESC, genre.name) AS place
            FROM tagged JOIN level USING (track_id, rank) JOIN genre ON genre.id = genre_id
        ) placed WHERE place <= 3
    ), settled AS (
        SELECT track_id, genre_id, (count / sum(count) OVER (PARTITION BY track_id))::real AS share,
            (ARRAY['recording', 'release_group', 'artist', 'artist'])[rank] AS level, source
        FROM best
    )
"""
YEARS = f"""
    {OF_TRACKS}, dated AS (
        SELECT track_id, first_date AS date, 'musicbrainz' AS source
        FROM recording_of JOIN known_recording USING (mbid)
        JOIN known_release_group ON known_release_group.mbid = release_group_mbid
        UNION ALL
        SELECT track_id, release_year::text, 'musicbrainz' FROM recording_of JOIN known_recording USING (mbid)
        UNION ALL
        SELECT track_id, release_date, 'spotify'
        FROM wanted JOIN track ON track.id = track_id JOIN album ON album.id = album_id
        WHERE track.fetched_at IS NOT NULL
    ), settled AS (
        SELECT DISTINCT ON (track_id) track_id, left(date, 4)::smallint AS year,
            CASE length(date) WHEN 10 THEN 'day' WHEN 7 THEN 'month' ELSE 'year' END AS precision, source
        FROM dated WHERE date ~ '^(18[6-9]|19[0-9]|20[0-9])[0-9](-[0-9]{{2}}){{0,2}}$'
        ORDER BY track_id, left(date, 4), source, length(date) DESC
    )
"""
# Unchanged rows are not written again. Accounts that have a changed track get new answers.
APPLY = """
    {computed}, gone AS (
        DELETE FROM {table} USING wanted WHERE {table}.{key} = wanted.{key} AND NOT EXISTS (
            SELECT FROM settled WHERE settled.{key} = {table}.{key} {same}) RETURNING {table}.{key}
    ), written AS (
        INSERT INTO {table} AS known ({columns}) SELECT {columns} FROM settled ORDER BY {key}
        ON CONFLICT ({conflict}) DO UPDATE SET ({columns}) = ROW({new}) WHERE ({old}) IS DISTINCT FROM ({new})
        RETURNING known.{key}
    ) SELECT {key} FROM gone UNION SELECT {key} FROM written
"""
ORIGINS = f"""
    WITH wanted AS (SELECT unnest(%(artists)s::bigint[]) AS artist_id), settled AS (
        SELECT artist_id, country, area, 'musicbrainz' AS source
        FROM wanted JOIN ({ARTIST_IDS}) ids USING (artist_id) JOIN known_artist USING (mbid)
        WHERE country IS NOT NULL OR area IS NOT NULL
    )
"""
BUMP = """
    INSERT INTO account_version (account_id)
    SELECT DISTINCT account_id FROM account_track WHERE track_id = ANY(%(tracks)s) OR artist_id = ANY(%(artists)s)
    ORDER BY 1 ON CONFLICT (account_id) DO UPDATE SET data_version = account_version.data_version + 1
"""
TRACKS_OF_ARTISTS = """
    SELECT track_id FROM track_artist WHERE position = 0 AND artist_id = ANY(%(artists)s)
    UNION SELECT track_id FROM account_track WHERE artist_id = ANY(%(artists)s)
"""
ARTISTS_OF_IDS = "SELECT DISTINCT artist_id FROM artist_identity WHERE mbid = ANY(%s::uuid[])"
TRACKS_OF_IDS = "SELECT DISTINCT track_id FROM track_identity WHERE mbid = ANY(%s::uuid[])"
TRACKS_OF_GROUPS = """
    SELECT DISTINCT track_id FROM track_identity JOIN known_recording USING (mbid)
    WHERE release_group_mbid = ANY(%s::uuid[])
"""
HEARD = "SELECT track_id FROM heard_music"


def settle_tracks(track_ids: Sequence[int]) -> None:
    """Compute the genres and years of these tracks, in the caller's transaction."""
    tracks = sorted(set(track_ids))
    for start in range(0, len(tracks), AT_ONCE):
        part = tracks[start : start + AT_ONCE]
        changed = [*_apply(GENRES, "track_genre", tracks=part), *_apply(YEARS, "track_year", tracks=part)]
        _bump(tracks=changed)


def settle_artists(artist_ids: Sequence[int]) -> None:
    """Compute the origins of these artists, and the genres of their tracks."""
    if not artist_ids:
        return
    _bump(artists=_apply(ORIGINS, "artist_origin", artists=list(artist_ids)))
    settle_tracks([track for (track,) in rows(TRACKS_OF_ARTISTS, artists=list(artist_ids))])


def settle_artists_of(mbids: Sequence[str]) -> None:
    """The same for the artists that have one of MusicBrainz' ids."""
    settle_artists([artist for (artist,) in rows(ARTISTS_OF_IDS, list(mbids))])


def settle_recordings(mbids: Sequence[str]) -> None:
    """Compute the tracks that are identified as one of these recordings."""
    settle_tracks([track for (track,) in rows(TRACKS_OF_IDS, list(mbids))])


def settle_release_groups(mbids: Sequence[str]) -> None:
    settle_tracks([track for (track,) in rows(TRACKS_OF_GROUPS, list(mbids))])


def settle_heard_music() -> None:
    """Compute all heard music, for new tracks of known artists, and for rows that older rules computed."""
    heard = [track for (track,) in rows(HEARD)]
    for start in range(0, len(heard), AT_ONCE):
        with database.atomic():
            settle_tracks(heard[start : start + AT_ONCE])


TABLES = {
    "track_genre": ("track_id", "AND settled.genre_id = track_genre.genre_id", "track_id, genre_id",
                    "track_id, genre_id, share, level, source"),
    "track_year": ("track_id", "", "track_id", "track_id, year, precision, source"),
    "artist_origin": ("artist_id", "", "artist_id", "artist_id, country, area, source"),
}  # fmt: skip


def _apply(computed: str, table: str, **values: Sequence[int]) -> list[int]:
    """Write what has changed; returns the changed tracks or artists."""
    key, same, conflict, columns = TABLES[table]
    new, old = (", ".join(f"{whose}.{column}" for column in columns.split(", ")) for whose in ("excluded", "known"))
    sql = APPLY.format(
        computed=computed, table=table, key=key, same=same, conflict=conflict, columns=columns, new=new, old=old
    )
    return [item for (item,) in rows(sql, **values, nobody=[name.lower() for name in NOBODY])]


def _bump(tracks: Sequence[int] = (), artists: Sequence[int] = ()) -> None:
    if tracks or artists:
        database.execute_sql(BUMP, {"tracks": list(tracks), "artists": list(artists)})
