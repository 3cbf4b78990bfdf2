"""Whether a listener wants today's list in a playlist on Spotify, which one it is, and what was written to it last."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from db.engine.connection import database, row, rows

WISH = """
    SELECT coalesce(playlist, false), playlist_id, playlist_written, account.scopes
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
# Who has turned it off meanwhile is not to find it on again: so what is noted is noted of a wish that stands.
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


@dataclass(frozen=True, slots=True)
class Wish:
    """`written` holds `date` and `digest` of what was written last, or `making` while a playlist is being made.

    `scopes` are those that Spotify granted, a space between them; empty where it did not say.
    """

    wanted: bool
    playlist_id: str | None
    written: Mapping[str, str]
    scopes: str


def wish_of(account_id: int) -> Wish:
    wanted, playlist_id, written, scopes = row(WISH, account_id) or (False, None, None, "")
    return Wish(wanted, playlist_id, written or {}, scopes)


def wanting_playlists() -> set[int]:
    """The accounts that want one."""
    return {account_id for (account_id,) in rows("SELECT account_id FROM recommendation_preference WHERE playlist")}


def want_playlist(account_id: int) -> None:
    """From now on; one that was wanted before goes on as it is."""
    database.execute_sql(WANT, (account_id,))


def forget_playlist(account_id: int) -> None:
    """It is written no longer; on Spotify it stays, and belongs to its listener."""
    database.execute_sql(FORGET, (account_id,))


def note_making(account_id: int, mark: str) -> None:
    """Before it is made, so that it can be found by its `mark` if its id is never heard of."""
    database.execute_sql(MAKING, (json.dumps({"making": mark}), account_id))


def note_made(account_id: int, playlist_id: str) -> None:
    database.execute_sql(MADE, (playlist_id, account_id))


def note_written(account_id: int, playlist_id: str, day: date, digest: str) -> None:
    written = json.dumps({"date": day.isoformat(), "digest": digest})
    database.execute_sql(WRITTEN, (written, account_id, playlist_id))
