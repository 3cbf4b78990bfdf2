"""Insert rows for tests by SQL: accounts, tracks, plays and nightly lists."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from db.engine.connection import connected, database, row, rows
from db.library.contents import refresh_library
from web.http.rate_limits import RateLimits

COPY_LIBRARY = """
    INSERT INTO account_track
    SELECT (jsonb_populate_record(original, jsonb_build_object('account_id', copy))).*
    FROM account_track original, unnest(%s::bigint[]) AS copy WHERE original.account_id = %s
"""
HARBOUR = "spotify:track:4uLU6hMCjMI75M1A2tKUQC"
NEWEST = "SELECT id FROM play WHERE account_id = %s ORDER BY id DESC LIMIT %s"
LANTERNS = "0OdUWJ0sBjDrqHygUXeCF9"


def insert(table: str, **columns: object) -> Any:
    """Insert one row; returns its first column."""
    if table == "account":  # public, as tests of answers need; tests of who may read set another visibility
        columns = {"visibility": "public"} | columns
    names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
    with connected():
        result = row(f"INSERT INTO {table} ({names}) VALUES ({places}) RETURNING *", *columns.values())  # noqa: S608 - ours
    assert result is not None
    return result[0]


def insert_all(table: str, own: Sequence[Mapping[str, object]]) -> None:
    """Insert rows that all have the columns of the first, in the same order."""
    names, places = ", ".join(own[0]), ", ".join(["%s"] * len(own[0]))
    values = [value for columns in own for value in columns.values()]
    change(f"INSERT INTO {table} ({names}) VALUES " + ", ".join([f"({places})"] * len(own)), *values)  # noqa: S608 - ours


def change(sql: str, *values: object) -> None:
    with connected():
        rows(sql + " RETURNING 1", *values)


def move_times(table: str, column: str, by: str, where: str = "true", *values: object) -> None:
    """Make a time later, or earlier, by an interval. A cluster adds intervals to local times only."""
    moved = f"({column} AT TIME ZONE 'UTC' + interval '{by}') AT TIME ZONE 'UTC'"
    change(f"UPDATE {table} SET {column} = {moved} WHERE {where}", *values)  # noqa: S608 - ours


def forget_attempts(service: Any) -> None:
    """Forget what counts towards rate limits, as if nothing had been tried for a minute."""
    change("DELETE FROM attempt")
    service.state.limits = RateLimits()


def number(sql: str) -> int:
    """The number in the first column of the query's first row."""
    with connected():
        return int(rows(sql)[0][0])


def account(username: str = "alice", zone: str = "Europe/Berlin", **columns: object) -> int:
    account_id: int = insert("account", username=username, **columns)
    lives_in(account_id, zone, "-infinity")
    return account_id


def lives_in(account_id: int, zone: str, since: str) -> None:
    insert("account_time_zone", account_id=account_id, since=since, time_zone=zone)


def track(**columns: object) -> int:
    """Insert a track with a URI and the given columns; returns its id."""
    track_id: int = insert("track", **({"uri": HARBOUR} | columns))
    return track_id


def known_track() -> int:
    """Insert Paper Boats, a track with an album and two artists; returns its id."""
    lanterns = insert("artist", name="The Lanterns", spotify_id=LANTERNS)
    guest = insert("artist", name="A Guest")
    album = insert("album", name="Harbour", spotify_id="2noRn2Aes5aoNVsU6iWThc", image_url="https://i.scdn.co/image/1")
    track_id = track(name="Paper Boats", artist_name="The Lanterns", album_id=album, duration_ms=213000)
    insert("track_artist", track_id=track_id, position=1, artist_id=guest)
    insert("track_artist", track_id=track_id, position=0, artist_id=lanterns)
    for artist in ("The Lanterns", "A Guest"):
        keys = {"title_key": "paper boats", "artist_key": artist.lower()}
        insert("track_name", track_id=track_id, artist_name=artist, name="Paper Boats", **keys)
    return track_id


def track_by(artist_name: str) -> int:
    """Insert Amber, a track by this artist alone; returns its id."""
    track_id = track(uri="spotify:track:" + "n" * 22, name="Amber", artist_name=artist_name)
    insert("track_artist", track_id=track_id, position=0, artist_id=insert("artist", name=artist_name))
    keys = {"title_key": "amber", "artist_key": artist_name.lower()}
    insert("track_name", track_id=track_id, artist_name=artist_name, name="Amber", **keys)
    return track_id


KNOWN_TRACK = {
    "name": "Paper Boats",
    "uri": HARBOUR,
    "url": "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC",
    "duration_ms": 213000,
    "artists": [
        {"name": "The Lanterns", "url": f"https://open.spotify.com/artist/{LANTERNS}"},
        {"name": "A Guest", "url": None},
    ],
    "album": {"name": "Harbour", "image_url": "https://i.scdn.co/image/1"},
}


def play(account_id: int, track_id: int, played_at: str | datetime, **columns: object) -> int:
    """Insert a play, and the track as stored now into the account's library; returns the play's id."""
    (play_id,) = plays(account_id, track_id, [played_at], **columns)
    return play_id


def plays(account_id: int, track_id: int, moments: Sequence[str | datetime], **columns: object) -> list[int]:
    """As `play`, for many plays of one track, in much less time; returns their ids."""
    columns = {"account_id": account_id, "track_id": track_id, "source": "extended", "ms_played": 200000} | columns
    own = [{"digest": secrets.randbits(62), "played_at": moment} | columns for moment in moments]
    with connected():
        insert_all("play", own)
        learn(account_id, track_id)
        return [int(play_id) for (play_id,) in rows(NEWEST, account_id, len(moments))][::-1]


def copy_library(account_id: int, *others: int) -> None:
    """Copy the account's library to accounts that have none yet, which takes less time than `learn`."""
    change(COPY_LIBRARY, list(others), account_id)


def learn(account_id: int, *track_ids: int) -> None:
    """Update these tracks in the account's library (none: all tracks that it has played)."""
    with connected(), database.atomic():
        refresh_library(account_id, track_ids or None)


def run(
    account_id: int,
    date: str,
    items: Sequence[Mapping[str, object]] = (),
    status: str = "ok",
    *,
    list_name: str = "daily",
    **columns: object,
) -> None:
    """Insert a list; `items` have the columns of their rows without account, list and date."""
    run = {"as_of": f"{date} 04:00 Europe/Berlin", "time_zone": "Europe/Berlin", "engine": 1, "status": status}
    insert("recommendation_run", account_id=account_id, list_name=list_name, date=date, **(run | _as_json(columns)))
    for item in items:
        insert("recommendation", account_id=account_id, list_name=list_name, date=date, **_as_json(item))


def _as_json(columns: Mapping[str, object]) -> dict[str, Any]:
    return {name: json.dumps(value) if isinstance(value, Mapping) else value for name, value in columns.items()}
