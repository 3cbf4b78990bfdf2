"""Store whether a listener wants today's list in a Spotify playlist, the playlist's id, and what it contains."""

import json
from collections.abc import Mapping
from datetime import date

import msgspec

from db.engine.connection import database, rows
from db.engine.records import record

WISH = """
    SELECT coalesce(playlist, false) AS wanted, playlist_id, coalesce(playlist_written, '{}') AS written, account.scopes
    FROM account LEFT JOIN recommendation_preference ON account_id = account.id WHERE account.id = %s
"""
WANT = """
    INSERT INTO recommendation_preference (account_id, playlist) VALUES (%s, true)
    ON CONFLICT (account_id) DO UPDATE SET playlist = true
"""
FORGET = """
    UPDATE recommendation_preference SET playlist = false, playlist_id = NULL, playlist_written = NULL
    WHERE account_id = %s
"""
# Only a playlist that is still wanted is updated: the listener may have turned it off meanwhile.
MAKING = """
    UPDATE recommendation_preference SET playlist_written = %s
    WHERE account_id = %s AND playlist AND playlist_id IS NULL
"""
MADE = """
    UPDATE recommendation_preference SET playlist_id = %s, playlist_written = NULL
    WHERE account_id = %s AND playlist AND playlist_id IS NULL
"""
WRITTEN = """
    UPDATE recommendation_preference SET playlist_written = %s WHERE account_id = %s AND playlist AND playlist_id = %s
"""


class Wish(msgspec.Struct, frozen=True):
    """`written` has the `date` and `digest` of the latest contents, or `making` while the playlist is being created.

    `scopes` are those that Spotify granted, separated by spaces; empty if it named none.
    """

    wanted: bool
    playlist_id: str | None
    written: Mapping[str, str]
    scopes: str


def wish_of(account_id: int) -> Wish:
    return record(Wish, WISH, (account_id,)) or Wish(wanted=False, playlist_id=None, written={}, scopes="")


def wanting_playlists() -> set[int]:
    """The ids of the accounts that want a playlist."""
    return {account_id for (account_id,) in rows("SELECT account_id FROM recommendation_preference WHERE playlist")}


def want_playlist(account_id: int) -> None:
    """Turn the playlist on, if it was not on already."""
    database.execute_sql(WANT, (account_id,))


def forget_playlist(account_id: int) -> None:
    """Turn the playlist off. It remains on Spotify, and belongs to the listener."""
    database.execute_sql(FORGET, (account_id,))


def note_making(account_id: int, mark: str) -> None:
    """Store a `mark` before the playlist is created, to find it if Spotify's response with its id is lost."""
    database.execute_sql(MAKING, (json.dumps({"making": mark}), account_id))


def note_made(account_id: int, playlist_id: str) -> None:
    database.execute_sql(MADE, (playlist_id, account_id))


def note_written(account_id: int, playlist_id: str, day: date, digest: str) -> None:
    written = json.dumps({"date": day.isoformat(), "digest": digest})
    database.execute_sql(WRITTEN, (written, account_id, playlist_id))
