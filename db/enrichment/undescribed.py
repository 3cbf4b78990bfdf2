"""The imported songs that Spotify has not described, those first for which a call is worth most."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from db.engine.connection import row
from db.engine.records import records
from db.enrichment.queue import DUE

QUESTION = "description"
# An artist with a song that Spotify has described needs no other song for its genres, so each artist's first one comes
# before all further songs. `track` is as of now; `heard_music` is as of the beginning of the run.
SONGS = f"""
    WITH listener AS MATERIALIZED (
        SELECT track_id, min(account_id) AS account_id FROM account_track WHERE account_id = ANY(%(accounts)s)
        GROUP BY track_id
    )
    SELECT track_id, spotify_id, account_id FROM (
        SELECT heard_music.track_id, heard_music.spotify_id, weight, fetched_at, sum(weight) OVER of_artist AS heard,
            row_number() OVER (of_artist ORDER BY fetched_at IS NULL, weight DESC, track_id) AS place
        FROM heard_music JOIN track ON track.id = track_id
        WHERE fetched_at IS NOT NULL OR track.isrc IS NULL AND spotify_id ~ '^[A-Za-z0-9]{{22}}$'
            AND {DUE.format("track.id")}
        WINDOW of_artist AS (PARTITION BY coalesce(artist_id, -track_id))
    ) songs JOIN listener USING (track_id)
    WHERE fetched_at IS NULL
"""
ORDERED = f"{SONGS} ORDER BY place > 1, CASE WHEN place = 1 THEN heard ELSE weight END DESC, track_id LIMIT %(limit)s"
COUNT = f"SELECT count(*) FROM ({SONGS}) songs"
IS_STORED = "SELECT true FROM track WHERE id = %s"


class UndescribedSong(msgspec.Struct, frozen=True):
    """A song that only exports have reported, and an account that has it."""

    track_id: int
    spotify_id: str
    account_id: int


def undescribed_songs(account_ids: Sequence[int], limit: int, now: datetime) -> list[UndescribedSong]:
    """Songs of these accounts to ask Spotify for, from `heard_music`."""
    return records(UndescribedSong, ORDERED, _values(account_ids, now) | {"limit": limit})


def count_undescribed(account_ids: Sequence[int], now: datetime) -> int:
    """How many songs of these accounts Spotify has still to be asked for."""
    (count,) = row(COUNT, **_values(account_ids, now)) or (0,)
    return int(count)


def is_stored(track_id: int) -> bool:
    """Whether the track is still there: its last play may have been deleted while Spotify answered."""
    return row(IS_STORED, track_id) is not None


def _values(account_ids: Sequence[int], now: datetime) -> dict[str, object]:
    return {"question": QUESTION, "accounts": list(account_ids), "now": now}
