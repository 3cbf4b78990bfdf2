"""A listen as a player submits it, and what became of it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from collect.submissions.listens import read_submitted
from collect.submissions.scrobbles import read_scrobble
from collect.submissions.submitting import submit_listens
from db.engine.connection import rows
from db.submissions.plays import StoredListens

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATEST = NOON + timedelta(days=1)
LINK = "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC"


def listen(began: datetime = NOON, /, **info: object) -> dict[str, Any]:
    """As multi-scrobbler submits a play of Spotify."""
    metadata = {"artist_name": "The Lanterns", "track_name": "Paper Boats", "release_name": "Harbour"}
    more = {"duration": 213, "submission_client": "multi-scrobbler"} | info
    return {"listened_at": int(began.timestamp()), "track_metadata": {**metadata, "additional_info": more}}


def as_json(sent: object) -> bytes:
    return json.dumps(sent).encode()


def submit(account_id: int, *listens: dict[str, Any]) -> tuple[int, int]:
    """(how many are new, how many were known)."""
    stored = submit_listens(account_id, [read_submitted(as_json(each), LATEST) for each in listens])
    return stored.new, stored.known


def scrobble(account_id: int, began: datetime, **fields: str) -> StoredListens:
    named = {"artist": "The Lanterns", "track": "Paper Boats", "timestamp": str(int(began.timestamp())), **fields}
    return submit_listens(account_id, [read_scrobble(named, LATEST)])


def counted(account_id: int) -> list[tuple[str, datetime, str, str]]:
    """(source, end, title, artist) of the plays that count, the oldest first."""
    return rows(
        "SELECT source, played_at, own.name, own.artist_name FROM counted_play "
        "JOIN account_track own USING (account_id, track_id) WHERE account_id = %s ORDER BY played_at",
        account_id,
    )


def reports(account_id: int) -> list[str]:
    return [source for (source,) in rows("SELECT source FROM play WHERE account_id = %s ORDER BY source", account_id)]
