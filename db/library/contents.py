"""Compute each account's library: the name, artist and album of its tracks, and which tracks are the same song.

Spotify's descriptions of tracks are shared by all accounts; names from exports belong to the account that imported
them. An account's library depends only on its own tracks, and on all of them together: neither other accounts nor the
order of imports changes it. To change a library, hold the account's plays lock and then the recordings lock.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import msgspec

from db.engine.changing import wait_to_change_own_library
from db.engine.connection import database, rows
from db.engine.planning import without_nested_loops
from db.engine.records import records
from db.enrichment.forgetting import forget_private_tracks
from db.library.exclusions import mark_rules_due
from db.library.groups import (
    keys_of_tracks,
    settle_artists_and_albums,
    settle_artists_and_albums_of,
    settle_episodes,
)
from db.library.keys import fill_missing_keys
from db.library.recordings import link_songs
from db.library.tracks import LibraryTrack, library_tracks, save_library_tracks
from db.people.accounts import bump_data_version

RULES = 1  # increase it if the same reports would result in another library
MANY = 5_000  # tracks; if more have changed, the whole library is recomputed

FORGET = "DELETE FROM account_track WHERE account_id = %s AND track_id NOT IN (SELECT unnest(%s::bigint[]))"
PLAYED_BETWEEN = """
    SELECT DISTINCT track_id FROM play
    WHERE account_id = %s AND played_at BETWEEN %s AND %s AND track_id IS NOT NULL LIMIT %s
"""
PLAYED_BY = """
    SELECT account_id, array_agg(track_id) AS track_ids FROM account_track WHERE track_id = ANY(%s)
    GROUP BY account_id ORDER BY account_id
"""
TRACKS = "SELECT track_id FROM account_track WHERE account_id = %s"
# Whose song the number of plays may decide: the tracks of these names include one without a URI. See songs.py.
DEPENDS_ON_PLAYS = """
    WITH name AS (
        SELECT title_key, artist_key FROM account_track WHERE account_id = %(account)s AND track_id = ANY(%(ids)s)
        UNION SELECT title_key, artist_key FROM reported_track
            WHERE account_id = %(account)s AND track_id = ANY(%(ids)s)
        UNION SELECT title_key, artist_key FROM track_name WHERE track_id = ANY(%(ids)s)
    )
    SELECT EXISTS (
        SELECT FROM (
            SELECT track_id FROM name JOIN account_track other USING (title_key, artist_key)
                WHERE other.account_id = %(account)s
            UNION ALL SELECT track_id FROM name JOIN reported_track other USING (title_key, artist_key)
                WHERE other.account_id = %(account)s
            UNION ALL SELECT track_id FROM name JOIN track_name USING (title_key, artist_key)
        ) named JOIN track ON track.id = named.track_id WHERE track.uri IS NULL
    )
"""
IN_LIBRARY = "SELECT track_id FROM account_track WHERE account_id = %s AND track_id = ANY(%s)"
OUTDATED = "SELECT id FROM account WHERE library_rules <> %s ORDER BY id"
UP_TO_DATE = "UPDATE account SET library_rules = %s WHERE id = %s"


class _Player(msgspec.Struct, frozen=True):
    account_id: int
    track_ids: list[int]


def tracks_played(account_id: int, start: datetime, end: datetime) -> list[int]:
    """The tracks reported from `start` to `end`; at most one more than MANY of them."""
    return [track_id for (track_id,) in rows(PLAYED_BETWEEN, account_id, start, end, MANY + 1)]


def refresh_library(account_id: int, track_ids: Iterable[int] | None = None) -> bool:
    """Update the library for these tracks and everything that depends on them; None means the whole library.

    Returns whether anything has changed. Runs in the caller's transaction, which holds the account's plays lock.
    """
    tracks = None if track_ids is None else sorted(set(track_ids))
    wait_to_change_own_library()
    changed = settle_episodes(account_id) > 0
    if tracks is None or len(tracks) > MANY:
        changed |= _refresh_all(account_id)
    elif tracks:
        changed |= _refresh(account_id, tracks)
    if changed:
        _note_changes(account_id, tracks)
    return changed


def _note_changes(account_id: int, tracks: Sequence[int] | None) -> None:
    forget_private_tracks(_tracks_of(account_id) if tracks is None else tracks)
    bump_data_version(account_id)
    mark_rules_due(account_id)


def add_to_library(account_id: int, track_ids: Collection[int]) -> None:
    """Update the library after these tracks were played, and nothing was renamed.

    The names of known tracks stay, but another number of plays may make a track another song. Runs in the caller's
    transaction, which holds the account's plays lock.
    """
    if len(track_ids) > MANY:
        refresh_library(account_id)
    elif track_ids:
        wait_to_change_own_library()
        known = [track_id for (track_id,) in rows(IN_LIBRARY, account_id, list(track_ids))]
        new = sorted(set(track_ids) - set(known))
        changed = _refresh(account_id, new) if new else False
        if known and rows(DEPENDS_ON_PLAYS, account=account_id, ids=known) == [(True,)]:
            changed |= link_songs(account_id, known)
        if changed:
            _note_changes(account_id, sorted(track_ids))


def _tracks_of(account_id: int) -> list[int]:
    return [track_id for (track_id,) in rows(TRACKS, account_id)]


def _refresh_all(account_id: int) -> bool:
    """Without nested loops: if its statistics do not know the account yet, the planner expects no rows, and would look
    them up one by one, which takes minutes instead of a second.
    """
    with without_nested_loops():
        tracks = library_tracks(account_id, None)
        changed = save_library_tracks(account_id, tracks) + _forget_others(account_id, tracks)
        if changed > MANY:
            database.execute_sql("ANALYZE account_track")
        changed += settle_artists_and_albums(account_id)
        return link_songs(account_id, None) or changed > 0


def _forget_others(account_id: int, tracks: Sequence[LibraryTrack]) -> int:
    return int(database.execute_sql(FORGET, (account_id, [track.track_id for track in tracks])).rowcount)


def _refresh(account_id: int, track_ids: Sequence[int]) -> bool:
    """Before and after: a renamed track may affect other tracks with its old or its new name."""
    artists, albums = keys_of_tracks(account_id, track_ids)
    changed = save_library_tracks(account_id, library_tracks(account_id, track_ids))
    artists_now, albums_now = keys_of_tracks(account_id, track_ids)
    changed += settle_artists_and_albums_of(account_id, track_ids, artists | artists_now, albums | albums_now)
    return link_songs(account_id, track_ids) or changed > 0


def refresh_everybody(track_ids: Sequence[int]) -> None:
    """Update the library of every account that has played some of these tracks, in the caller's transaction."""
    if track_ids:
        for player in records(_Player, PLAYED_BY, (list(track_ids),)):
            refresh_library(player.account_id, player.track_ids)


def bring_libraries_up_to_date() -> None:
    """After an upgrade, recompute libraries that older rules computed. Each account has its own transaction."""
    outdated = rows(OUTDATED, RULES)
    if outdated:
        fill_missing_keys()
    for (account_id,) in outdated:
        with database.atomic():
            refresh_library(account_id)
            database.execute_sql(UP_TO_DATE, (RULES, account_id))
