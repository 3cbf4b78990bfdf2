"""A listener's plays, put in by hand, and the lists made from them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from db.engine.connection import connected, row, rows
from db.lists.recommendations import ListName
from people.accounts import Account
from recommend.nightly import recommend_all
from tests import library

DAY = date(2026, 11, 18)  # a Wednesday; the current lists date from Monday the 16th and from 1 November
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
TRACK = "INSERT INTO track (uri, name, artist_name) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING RETURNING id"
PLAY = """
    INSERT INTO play (account_id, played_at, track_id, ms_played, source, digest)
    SELECT %s, %s, id, %s, 'extended', id FROM track WHERE uri = %s RETURNING id
"""
ITEMS = """
    SELECT kind, name, reason FROM recommendation JOIN track ON track.id = track_id
    WHERE list_name = %s AND date = %s ORDER BY rank
"""


def played(
    account: Account, name: str, moment: str, times: int = 1, artist: str | None = None, ms: int = 200_000
) -> None:
    """Store plays of a song an hour apart, the first at `moment` (UTC).

    Without `artist`, the song is by an artist who has only this one.
    """
    uri, since = f"spotify:track:{name}", datetime.fromisoformat(moment).replace(tzinfo=UTC)
    row(TRACK, uri, name, artist or f"Singer of {name}")
    for number in range(times):
        row(PLAY, account.id, since + timedelta(hours=number), ms, uri)
    library.refresh(account.id)


def make(account: Account, day: date = DAY, *, rebuild: bool = False) -> list[str]:
    return [str(report) for report in recommend_all(account, day, rebuild=rebuild, now=NOW)]


def items(name: ListName, day: date) -> list[tuple[Any, ...]]:
    with connected():
        return rows(ITEMS, name, day)
