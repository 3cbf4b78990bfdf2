"""Assign an artist and an album to each of an account's tracks, whatever spellings of their names were reported."""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from db.engine.connection import database
from db.engine.records import records

KEYS = """
    SELECT DISTINCT artist_key, album_key FROM account_track
    WHERE account_id = %(account)s AND track_id = ANY(%(tracks)s)
"""
# An artist known only by name is the one on Spotify with that name, if the account has played exactly one; otherwise
# all spellings of the name are the artist that was reported last.
ARTISTS = """
    WITH credit AS (
        SELECT artist_key, credit_id, spotify_id IS NOT NULL AS on_spotify, artist.name, max(named_at) AS named_at
        FROM account_track JOIN artist ON artist.id = credit_id
        WHERE account_id = %(account)s AND (%(artist_keys)s::text[] IS NULL OR artist_key = ANY(%(artist_keys)s))
        GROUP BY 1, 2, 3, 4
    ), chosen AS (
        SELECT artist_key,
            CASE WHEN count(*) FILTER (WHERE on_spotify) = 1 THEN min(credit_id) FILTER (WHERE on_spotify) END
                AS only_one,
            (array_agg(credit_id ORDER BY named_at DESC NULLS LAST, name COLLATE "C") FILTER (WHERE NOT on_spotify))[1]
                AS newest
        FROM credit GROUP BY 1
    ), settled AS (
        SELECT track_id, CASE WHEN on_spotify THEN credit_id ELSE coalesce(only_one, newest) END AS artist_id
        FROM account_track JOIN credit USING (artist_key, credit_id) JOIN chosen USING (artist_key)
        WHERE account_id = %(account)s
    )
    UPDATE account_track SET artist_id = settled.artist_id FROM settled
    WHERE account_id = %(account)s AND account_track.track_id = settled.track_id
      AND account_track.artist_id IS DISTINCT FROM settled.artist_id
"""
# The same for albums. An album known only by name is the one on Spotify with that name and the most tracks here.
ALBUMS = """
    WITH reported AS (
        SELECT album_key, told_album_id, album.spotify_id, album.name, max(named_at) AS named_at, count(*) AS tracks
        FROM account_track JOIN album ON album.id = told_album_id
        WHERE account_id = %(account)s AND (%(album_keys)s::text[] IS NULL OR album_key = ANY(%(album_keys)s))
        GROUP BY 1, 2, 3, 4
    ), chosen AS (
        SELECT album_key,
            (array_agg(told_album_id ORDER BY tracks DESC, spotify_id) FILTER (WHERE spotify_id IS NOT NULL))[1]
                AS largest,
            (array_agg(told_album_id ORDER BY named_at DESC NULLS LAST, name COLLATE "C")
                FILTER (WHERE spotify_id IS NULL))[1] AS newest
        FROM reported GROUP BY 1
    ), settled AS (
        SELECT track_id,
            CASE WHEN spotify_id IS NOT NULL THEN told_album_id ELSE coalesce(largest, newest) END AS album_id
        FROM account_track JOIN reported USING (album_key, told_album_id) JOIN chosen USING (album_key)
        WHERE account_id = %(account)s
    )
    UPDATE account_track SET album_id = settled.album_id FROM settled
    WHERE account_id = %(account)s AND account_track.track_id = settled.track_id
      AND account_track.album_id IS DISTINCT FROM settled.album_id
"""
NO_LONGER_NAMED = """
    UPDATE account_track SET artist_id = CASE WHEN credit_id IS NOT NULL THEN artist_id END,
        album_id = CASE WHEN told_album_id IS NOT NULL THEN album_id END
    WHERE account_id = %(account)s AND (%(tracks)s::bigint[] IS NULL OR track_id = ANY(%(tracks)s::bigint[]))
      AND (credit_id IS NULL AND artist_id IS NOT NULL OR told_album_id IS NULL AND album_id IS NOT NULL)
"""
EPISODES = """
    WITH reported AS (
        SELECT episode_id, (array_agg(ARRAY[name, show_name] ORDER BY last_played_at DESC, name DESC, show_name DESC)
            FILTER (WHERE name IS NOT NULL))[1:1] AS newest
        FROM reported_episode WHERE account_id = %(account)s GROUP BY 1
    )
    INSERT INTO account_episode AS known SELECT %(account)s, episode_id, newest[1][1], newest[1][2] FROM reported
    ON CONFLICT (account_id, episode_id) DO UPDATE SET name = excluded.name, show_name = excluded.show_name
    WHERE (known.name, known.show_name) IS DISTINCT FROM (excluded.name, excluded.show_name)
"""
NO_EPISODES = """
    DELETE FROM account_episode known WHERE account_id = %(account)s AND NOT EXISTS (
        SELECT FROM reported_episode WHERE account_id = %(account)s AND episode_id = known.episode_id)
"""


class _Keys(msgspec.Struct, frozen=True):
    artist_key: str | None
    album_key: str | None


def keys_of_tracks(account_id: int, track_ids: Collection[int]) -> tuple[set[str], set[str]]:
    """The current keys of the tracks' artists and of their albums."""
    keys = records(_Keys, KEYS, {"account": account_id, "tracks": list(track_ids)})
    return {track.artist_key for track in keys if track.artist_key}, {
        track.album_key for track in keys if track.album_key
    }


def settle_artists_and_albums(account_id: int) -> int:
    """Assign artists and albums to all tracks; returns the number of changes."""
    values = {"account": account_id, "artist_keys": None, "album_keys": None, "tracks": None}
    return _changed((ARTISTS, ALBUMS, NO_LONGER_NAMED), values)


def settle_artists_and_albums_of(
    account_id: int, track_ids: Sequence[int], artist_keys: Collection[str], album_keys: Collection[str]
) -> int:
    """The same for the tracks with these keys; `track_ids` are those whose names may have changed."""
    values = {"account": account_id, "artist_keys": list(artist_keys), "album_keys": list(album_keys)}
    wanted = [ARTISTS] * bool(artist_keys) + [ALBUMS] * bool(album_keys)
    return _changed([*wanted, NO_LONGER_NAMED], {**values, "tracks": list(track_ids)})


def settle_episodes(account_id: int) -> int:
    """Give every episode its name in the newest import; returns the number of changes."""
    return _changed((EPISODES, NO_EPISODES), {"account": account_id})


def _changed(statements: Sequence[str], values: Mapping[str, object]) -> int:
    return sum(int(database.execute_sql(statement, values).rowcount) for statement in statements)
