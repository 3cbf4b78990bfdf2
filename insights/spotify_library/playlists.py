"""All playlists of a listener: how much of each was played, and what in it cannot be played any more."""

from datetime import datetime

from msgspec import Struct

from db.engine.records import record, records
from insights.plays.scope import Scope
from insights.spotify_library.hidden import hidden_keys
from insights.spotify_library.listed import SHOWN_PLAYLIST, with_listed

# `nth` counts the places of a song in its playlist. Empty places are neither songs nor duplicates.
PLACED = f"""
    SELECT item.playlist_id, listed.*, item.id AS item_id, gone_since IS NOT NULL OR playable IS FALSE AS is_unplayable,
           row_number() OVER (PARTITION BY item.playlist_id, song_key ORDER BY item.place, item.id) AS nth
    FROM playlist_item item JOIN listener_playlist playlist
        ON playlist.account_id = item.account_id AND playlist.spotify_id = item.playlist_id
    LEFT JOIN listed USING (uri)
    WHERE item.account_id = %(account_id)s AND removed_at IS NULL AND gone_at IS NULL
        AND {SHOWN_PLAYLIST}
        AND (item.uri IS NULL OR item.uri <> ALL(%(hidden)s::text[]))
"""
COUNTS = """
    count(item_id) AS items, count(*) FILTER (WHERE nth = 1 AND song_key IS NOT NULL) AS songs,
    count(*) FILTER (WHERE nth = 1 AND plays > 0) AS heard,
    coalesce(sum(plays) FILTER (WHERE nth = 1), 0)::bigint AS plays,
    coalesce(sum(ms) FILTER (WHERE nth = 1), 0)::bigint AS ms_played, max(last_played_at) AS last_played_at,
    count(*) FILTER (WHERE is_unplayable) AS unplayable,
    count(*) FILTER (WHERE nth > 1 AND song_key IS NOT NULL) AS duplicates
"""
HEAD = """
    playlist.spotify_id, playlist.name, CASE WHEN owner_id IS DISTINCT FROM
        coalesce(account.spotify_id, account.spotify_account_id) THEN coalesce(owner_name, owner_id) END AS owner,
    coalesce(account.spotify_id, account.spotify_account_id) AS own_id, collaborative, is_public, items_read_at
"""
PLAYLIST = f"""
    SELECT {HEAD} FROM listener_playlist playlist JOIN account ON account.id = account_id
    WHERE account_id = %(account_id)s AND playlist.spotify_id = %(playlist)s AND gone_at IS NULL
        AND {SHOWN_PLAYLIST}
"""
# Songs that are in any playlist, each once.
IN_ALL = """
    SELECT count(DISTINCT song_key) AS all_songs, count(DISTINCT song_key) FILTER (WHERE plays > 0) AS all_heard,
           count(DISTINCT coalesce(song_key, 'item ' || item_id)) FILTER (WHERE is_unplayable) AS all_unplayable
    FROM placed
"""
PLAYLISTS = f"""
    {with_listed()}, placed AS MATERIALIZED ({PLACED}), in_all AS ({IN_ALL}), counted AS (
        SELECT playlist_id, {COUNTS} FROM placed GROUP BY playlist_id
    )
    SELECT {HEAD}, coalesce(items, 0) AS items, coalesce(songs, 0) AS songs, coalesce(heard, 0) AS heard,
           coalesce(plays, 0) AS plays, coalesce(ms_played, 0) AS ms_played, last_played_at,
           coalesce(unplayable, 0) AS unplayable, coalesce(duplicates, 0) AS duplicates, in_all.*
    FROM listener_playlist playlist JOIN account ON account.id = playlist.account_id CROSS JOIN in_all
    LEFT JOIN counted ON counted.playlist_id = playlist.spotify_id
    WHERE playlist.account_id = %(account_id)s AND gone_at IS NULL AND {SHOWN_PLAYLIST}
    ORDER BY playlist.place, playlist.spotify_id
"""
STATE = """
    SELECT account_id IS NOT NULL AS is_on, read_at FROM (SELECT %(account_id)s::bigint AS id) asked
    LEFT JOIN library_reading ON account_id = asked.id
"""


class PlaylistHead(Struct, frozen=True):
    """A playlist; `owner` is None for the listener's own, and `own_id` is the listener's own id at Spotify.

    `is_public`: its owner's profile at Spotify shows it; None if Spotify does not say.
    """

    spotify_id: str
    name: str
    owner: str | None
    own_id: str | None
    collaborative: bool
    is_public: bool | None
    items_read_at: datetime | None


class PlaylistRecord(PlaylistHead, frozen=True):
    """The same with its counts: `songs` are different ones, `items` are all places."""

    items: int
    songs: int
    heard: int
    plays: int
    ms_played: int
    last_played_at: datetime | None
    unplayable: int
    duplicates: int


class OneOfAll(PlaylistRecord, frozen=True):
    """The same, and numbers of songs over all playlists; `all_unplayable` also counts all empty places."""

    all_songs: int
    all_heard: int
    all_unplayable: int


class ReadingState(Struct, frozen=True):
    """Whether the listener wants playlists and library read, and when that was last done."""

    is_on: bool
    read_at: datetime | None


def playlists_of(scope: Scope, *, for_listener: bool) -> list[OneOfAll]:
    """The playlists in the listener's order; one query, and those for what is hidden."""
    hidden = {"hidden": hidden_keys(scope.account_id), "for_listener": for_listener}
    return records(OneOfAll, PLAYLISTS, scope.values() | hidden)


def playlist_head(account_id: int, playlist_id: str, *, for_listener: bool) -> PlaylistHead | None:
    """None if the account has no such playlist, or none that others may see."""
    values = {"account_id": account_id, "playlist": playlist_id, "for_listener": for_listener}
    return record(PlaylistHead, PLAYLIST, values)


def reading_state(account_id: int) -> ReadingState:
    return record(ReadingState, STATE, {"account_id": account_id}) or ReadingState(is_on=False, read_at=None)
