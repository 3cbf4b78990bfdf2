"""What each account knows of the tracks that it has played: names, artist, album, and which tracks are one song.

What Spotify's API says of a track is everybody's; what exports say belongs to the account that imported them. All that
follows is worked out from the account's own tracks alone, and from all of them together: so neither another account
nor the order in which things came changes it. Who changes a library holds the account's plays lock and then the
recordings lock.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from db.engine.connection import database, rows
from db.library.exclusions import rules_are_due
from db.library.groups import keys_of_tracks, settle_artists_and_albums, settle_episodes
from db.library.keys import fill_missing_keys
from db.library.recordings import link_songs
from db.library.same_recording import wait_for_recordings_lock
from db.library.tracks import LibraryTrack, library_tracks, save_library_tracks
from db.people.accounts import bump_data_version

RULES = 1  # goes up when a library would be worked out otherwise from the same reports
MANY = 5_000  # tracks; for more, all of them are worked out anew

FORGET = "DELETE FROM account_track WHERE account_id = %s AND track_id NOT IN (SELECT unnest(%s::bigint[]))"
PLAYED_BETWEEN = """
    SELECT DISTINCT track_id FROM play
    WHERE account_id = %s AND played_at BETWEEN %s AND %s AND track_id IS NOT NULL LIMIT %s
"""
WHO_PLAYED = "SELECT account_id, array_agg(track_id) FROM account_track WHERE track_id = ANY(%s) GROUP BY 1 ORDER BY 1"
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
    wait_for_recordings_lock()
    changed = settle_episodes(account_id) > 0
    if tracks is None or len(tracks) > MANY:
        changed |= _refresh_all(account_id)
    elif tracks:
        changed |= _refresh(account_id, tracks)
    if changed:
        bump_data_version(account_id)
        rules_are_due(account_id)
    return changed


def _refresh_all(account_id: int) -> bool:
    """Of an account that its statistics do not know yet the planner expects no rows, and would look up one by one what
    it should read at once: minutes instead of a second.
    """
    database.execute_sql("SET LOCAL enable_nestloop = off")
    tracks = library_tracks(account_id, None)
    changed = save_library_tracks(account_id, tracks) + _forget_others(account_id, tracks)
    if changed > MANY:
        database.execute_sql("ANALYZE account_track")
    changed += settle_artists_and_albums(account_id, None, None)
    songs_changed = link_songs(account_id, None)
    database.execute_sql("SET LOCAL enable_nestloop TO DEFAULT")
    return songs_changed or changed > 0


def _forget_others(account_id: int, tracks: Sequence[LibraryTrack]) -> int:
    return int(database.execute_sql(FORGET, (account_id, [track.track_id for track in tracks])).rowcount)


def _refresh(account_id: int, track_ids: Sequence[int]) -> bool:
    """A track that is called otherwise now may change what others of either name count for."""
    artists, albums = keys_of_tracks(account_id, track_ids)
    changed = save_library_tracks(account_id, library_tracks(account_id, track_ids))
    artists_now, albums_now = keys_of_tracks(account_id, track_ids)
    changed += settle_artists_and_albums(account_id, artists | artists_now, albums | albums_now)
    return link_songs(account_id, track_ids) or changed > 0


def refresh_everybody(track_ids: Sequence[int]) -> None:
    """The same for whoever has played some of them, after Spotify's API has described them; in one transaction."""
    if track_ids:
        for account_id, played in rows(WHO_PLAYED, list(track_ids)):
            refresh_library(account_id, played)


def bring_libraries_up_to_date() -> None:
    """Work out anew what older rules have worked out: after an upgrade. Each account is a transaction of its own."""
    outdated = rows(OUTDATED, RULES)
    if outdated:
        fill_missing_keys()
    for (account_id,) in outdated:
        with database.atomic():
            refresh_library(account_id)
            database.execute_sql(BROUGHT_UP, (RULES, account_id))
