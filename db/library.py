"""What each account knows of the tracks that it has played: names, artist, album, and which tracks are one song.

What Spotify's API says of a track is everybody's; what exports say belongs to the account that imported them. All that
follows is worked out from the account's own tracks alone, and from all of them together: so neither another account
nor the order in which things came changes it. Who changes a library holds the account's plays lock and then the
recordings lock.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from psycopg2.extras import Json

from db.accounts import bump_data_version
from db.connection import database, rows
from db.library_keys import credits_key, fill_missing_keys
from db.recordings import link_songs
from db.same_recording import wait_for_recordings_lock
from music import NOBODY, is_nobody, name_key, standard_isrc

RULES = 1  # goes up when a library would be worked out otherwise from the same reports
MANY = 5_000  # tracks; for more, all of them are worked out anew

PLAYED = """
    SELECT track_id FROM (SELECT DISTINCT track_id FROM play WHERE account_id = %(account)s) played
    WHERE track_id IS NOT NULL
"""
# The newest name counts, in whatever order exports came; of an artist one who is somebody, where any export names one.
# A name that is missing from a newer row is taken from an older one.
DESCRIBED = """
    WITH wanted (track_id) AS MATERIALIZED ({wanted}), reported AS MATERIALIZED (
        SELECT track_id,
            (array_agg(ARRAY[name, artist_name] ORDER BY last_played_at DESC, name DESC, artist_name DESC)
                FILTER (WHERE name IS NOT NULL))[1:1] AS newest,
            (array_agg(artist_name ORDER BY last_played_at DESC, artist_name DESC)
                FILTER (WHERE artist_key <> ALL(%(nobody)s)))[1] AS artist,
            (array_agg(ARRAY[artist_name, album_name] ORDER BY last_played_at DESC, album_name DESC)
                FILTER (WHERE album_name IS NOT NULL))[1:1] AS album,
            (array_agg(facts ORDER BY facts::text DESC) FILTER (WHERE facts IS NOT NULL))[1] AS facts,
            max(last_played_at) AS last
        FROM reported_track JOIN wanted USING (track_id) WHERE account_id = %(account)s GROUP BY track_id
    )
    SELECT track.id, track.fetched_at IS NOT NULL AS fetched, track.name, track.artist_name, track.duration_ms,
        track.isrc, first_artist.id, first_artist.name, track.album_id, album.name, album_artist.name,
        CASE WHEN track.fetched_at IS NOT NULL THEN ARRAY(
            SELECT artist.name FROM track_artist JOIN artist ON artist.id = artist_id WHERE track_id = track.id) END,
        newest[1][1], newest[1][2], reported.artist, named_artist.id, reported.album[1][1], reported.album[1][2],
        named_album.id, facts, last
    FROM wanted JOIN track ON track.id = wanted.track_id
    LEFT JOIN track_artist ON track_artist.track_id = track.id AND position = 0
    LEFT JOIN artist first_artist ON first_artist.id = artist_id
    LEFT JOIN album ON album.id = track.album_id LEFT JOIN artist album_artist ON album_artist.id = album.artist_id
    LEFT JOIN reported ON reported.track_id = track.id
    LEFT JOIN artist named_artist
        ON named_artist.name = coalesce(reported.artist, track.artist_name) AND named_artist.spotify_id IS NULL
    LEFT JOIN artist named_album_artist
        ON named_album_artist.name = reported.album[1][1] AND named_album_artist.spotify_id IS NULL
    LEFT JOIN album named_album ON named_album.artist_id IS NOT DISTINCT FROM named_album_artist.id
        AND named_album.name = reported.album[1][2] AND named_album.spotify_id IS NULL
"""
COLUMNS = (
    "track_id", "name", "artist_name", "duration_ms", "isrc", "facts", "named_at", "title_key", "artist_key",
    "credits_key", "album_key", "credit_id", "told_album_id",
)  # fmt: skip
TYPES = (
    "bigint", "text", "text", "integer", "text", "jsonb", "timestamptz", "text", "text", "text", "text", "bigint",
    "bigint",
)  # fmt: skip
_GIVEN = ", ".join(f"%s::{kind}[]" for kind in TYPES)
_KNOWN, _NEW = (", ".join(f"{table}.{column}" for column in COLUMNS[1:]) for table in ("known", "excluded"))
SAVE = f"""
    INSERT INTO account_track AS known (account_id, {", ".join(COLUMNS)}, song_id)
    SELECT %s, described.*, described.track_id FROM unnest({_GIVEN}) AS described ({", ".join(COLUMNS)})
    ON CONFLICT (account_id, track_id) DO UPDATE SET ({", ".join(COLUMNS[1:])}) = ROW({_NEW})
        WHERE ({_KNOWN}) IS DISTINCT FROM ({_NEW})
"""
FORGET = """
    DELETE FROM account_track WHERE account_id = %(account)s AND NOT track_id = ANY(%(tracks)s)
"""
KEYS = """
    SELECT DISTINCT artist_key, album_key FROM account_track
    WHERE account_id = %(account)s AND track_id = ANY(%(tracks)s)
"""
# An artist who is known by name only is the one on Spotify of that name, where the account has played one such artist;
# otherwise all spellings of the name are the one that was reported last.
ARTISTS = """
    WITH credit AS (
        SELECT artist_key, credit_id, spotify_id IS NOT NULL AS on_spotify, artist.name, max(named_at) AS named_at
        FROM account_track JOIN artist ON artist.id = credit_id
        WHERE account_id = %(account)s AND (%(artist_keys)s::text[] IS NULL OR artist_key = ANY(%(artist_keys)s))
        GROUP BY 1, 2, 3, 4
    ), meant AS (
        SELECT artist_key,
            CASE WHEN count(*) FILTER (WHERE on_spotify) = 1 THEN min(credit_id) FILTER (WHERE on_spotify) END
                AS only_one,
            (array_agg(credit_id ORDER BY named_at DESC NULLS LAST, name COLLATE "C") FILTER (WHERE NOT on_spotify))[1]
                AS newest
        FROM credit GROUP BY 1
    ), settled AS (
        SELECT track_id, CASE WHEN on_spotify THEN credit_id ELSE coalesce(only_one, newest) END AS artist_id
        FROM account_track JOIN credit USING (artist_key, credit_id) JOIN meant USING (artist_key)
        WHERE account_id = %(account)s
    )
    UPDATE account_track SET artist_id = settled.artist_id FROM settled
    WHERE account_id = %(account)s AND account_track.track_id = settled.track_id
      AND account_track.artist_id IS DISTINCT FROM settled.artist_id
"""
NO_ARTIST = """
    UPDATE account_track SET artist_id = NULL
    WHERE account_id = %(account)s AND credit_id IS NULL AND artist_id IS NOT NULL
"""
# The same for albums. Of several on Spotify under one name, what only has a name is the one with most tracks here.
ALBUMS = """
    WITH told AS (
        SELECT album_key, told_album_id, album.spotify_id, album.name, max(named_at) AS named_at, count(*) AS tracks
        FROM account_track JOIN album ON album.id = told_album_id
        WHERE account_id = %(account)s AND (%(album_keys)s::text[] IS NULL OR album_key = ANY(%(album_keys)s))
        GROUP BY 1, 2, 3, 4
    ), meant AS (
        SELECT album_key,
            (array_agg(told_album_id ORDER BY tracks DESC, spotify_id) FILTER (WHERE spotify_id IS NOT NULL))[1]
                AS largest,
            (array_agg(told_album_id ORDER BY named_at DESC NULLS LAST, name COLLATE "C")
                FILTER (WHERE spotify_id IS NULL))[1] AS newest
        FROM told GROUP BY 1
    ), settled AS (
        SELECT track_id,
            CASE WHEN spotify_id IS NOT NULL THEN told_album_id ELSE coalesce(largest, newest) END AS album_id
        FROM account_track JOIN told USING (album_key, told_album_id) JOIN meant USING (album_key)
        WHERE account_id = %(account)s
    )
    UPDATE account_track SET album_id = settled.album_id FROM settled
    WHERE account_id = %(account)s AND account_track.track_id = settled.track_id
      AND account_track.album_id IS DISTINCT FROM settled.album_id
"""
NO_ALBUM = """
    UPDATE account_track SET album_id = NULL
    WHERE account_id = %(account)s AND told_album_id IS NULL AND album_id IS NOT NULL
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
PLAYED_BETWEEN = """
    SELECT DISTINCT track_id FROM play
    WHERE account_id = %s AND played_at BETWEEN %s AND %s AND track_id IS NOT NULL LIMIT %s
"""
WHO_PLAYED = "SELECT DISTINCT account_id FROM account_track WHERE track_id = ANY(%s) ORDER BY 1"
OUTDATED = "SELECT id FROM account WHERE library_rules <> %s ORDER BY id"
BROUGHT_UP = "UPDATE account SET library_rules = %s WHERE id = %s"


def tracks_played(account_id: int, start: datetime, end: datetime) -> list[int]:
    """Those of the reports from `start` to `end`, or so many of them that everything is to be worked out anew."""
    return [track_id for (track_id,) in rows(PLAYED_BETWEEN, account_id, start, end, MANY + 1)]


def refresh_library(account_id: int, track_ids: Iterable[int] | None = None) -> bool:
    """Work out anew what the account knows of these tracks, and of all that this changes; None: of everything.

    Says whether anything has changed. Part of the caller's transaction, which holds the account's plays lock.
    """
    tracks = None if track_ids is None else sorted(set(track_ids))
    if tracks is not None and len(tracks) > MANY:
        tracks = None
    if tracks == []:
        return False
    wait_for_recordings_lock()
    before = _keys(account_id, tracks)
    described = [_described(columns) for columns in _told(account_id, tracks)]
    changed = _save(account_id, described)
    if tracks is None:
        changed += _count(FORGET, account=account_id, tracks=[columns[0] for columns in described])
    after = _keys(account_id, tracks)
    keys = {name: None if tracks is None else list(before[name] | after[name]) for name in before}
    for statement in (ARTISTS, NO_ARTIST, ALBUMS, NO_ALBUM, EPISODES, NO_EPISODES):
        changed += _count(statement, account=account_id, **keys)
    if songs_changed := link_songs(account_id, tracks) or changed:
        bump_data_version(account_id)
    return bool(songs_changed)


def refresh_everybody(track_ids: Sequence[int]) -> None:
    """The same for whoever has played them, after Spotify's API has described them; in one transaction."""
    if track_ids:
        for (account_id,) in rows(WHO_PLAYED, list(track_ids)):
            refresh_library(account_id, track_ids)


def bring_libraries_up_to_date() -> None:
    """Work out anew what older rules have worked out: after an upgrade. Each account is a transaction of its own."""
    outdated = rows(OUTDATED, RULES)
    if outdated:
        fill_missing_keys()
    for (account_id,) in outdated:
        with database.atomic():
            refresh_library(account_id)
            database.execute_sql(BROUGHT_UP, (RULES, account_id))


def _told(account_id: int, tracks: Sequence[int] | None) -> list[tuple[Any, ...]]:
    wanted = PLAYED if tracks is None else "SELECT unnest(%(tracks)s::bigint[])"
    return rows(DESCRIBED.format(wanted=wanted), account=account_id, tracks=tracks, nobody=sorted(NOBODY))


def _described(columns: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row of SAVE's from one of DESCRIBED's."""
    track_id, fetched, *told = columns
    return (track_id, *(_by_api if fetched else _by_exports)(*told))


def _by_api(
    name: str | None,
    artist_name: str | None,
    duration_ms: int | None,
    isrc: str | None,
    artist_id: int | None,
    artist: str | None,
    album_id: int | None,
    album: str | None,
    album_artist: str | None,
    artists: list[str],
    *reported: Any,
) -> tuple[Any, ...]:
    named_at = reported[-1]
    credit = artist or artist_name
    return (
        name, credit, duration_ms, isrc, None, named_at, _key(name), _key(credit), credits_key(artists),
        _album_key(album_artist, album), _somebody(artist_id, credit), album_id,
    )  # fmt: skip


def _by_exports(
    name: str | None,
    artist_name: str | None,
    duration_ms: int | None,
    isrc: str | None,
    artist_id: int | None,
    artist: str | None,
    album_id: int | None,
    album: str | None,
    album_artist: str | None,
    _: object,
    own_name: str | None,
    own_artist: str | None,
    own_credit: str | None,
    named_artist_id: int | None,
    own_album_artist: str | None,
    own_album: str | None,
    own_album_id: int | None,
    facts: dict[str, Any] | None,
    named_at: object,
) -> tuple[Any, ...]:
    """What an account's own exports say; what they do not, another service may have said."""
    facts = facts or {}
    credit = own_credit or artist
    artists = [artist["name"] for artist in facts.get("artists", ())] or ([credit] if credit else [])
    return (
        own_name or name, credit or own_artist or artist_name, facts.get("duration_ms") or duration_ms,
        standard_isrc(facts.get("isrc")) or isrc, Json(facts) if facts else None, named_at, _key(own_name or name),
        _key(credit or own_artist or artist_name), credits_key(artists),
        _album_key(own_album_artist, own_album) or _album_key(album_artist, album),
        _somebody(named_artist_id or artist_id, credit or own_artist or artist_name), own_album_id or album_id,
    )  # fmt: skip


def _key(name: str | None) -> str | None:
    return name_key(name) or None if name else None


def _album_key(artist: str | None, album: str | None) -> str | None:
    return f"{name_key(artist or '')}\x1f{name_key(album)}" if album else None


def _somebody(artist_id: int | None, name: str | None) -> int | None:
    """Plays count for no artist where only "Various Artists" is named."""
    return None if name and is_nobody(name) else artist_id


def _save(account_id: int, described: Sequence[tuple[Any, ...]]) -> int:
    columns = [list(column) for column in zip(*described, strict=True)]
    return int(database.execute_sql(SAVE, (account_id, *columns)).rowcount) if columns else 0


def _keys(account_id: int, tracks: Sequence[int] | None) -> dict[str, set[str]]:
    pairs = [] if tracks is None else rows(KEYS, account=account_id, tracks=list(tracks))
    names = ("artist_keys", "album_keys")
    return {name: {pair[place] for pair in pairs if pair[place]} for place, name in enumerate(names)}


def _count(statement: str, **values: object) -> int:
    return int(database.execute_sql(statement, values).rowcount)
