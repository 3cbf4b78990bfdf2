"""Record events for plays that were just collected. Imported plays have no events of their own."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

import msgspec

from db.engine.records import records
from db.webhooks.outbox import is_wanted, record_events

# Plays that answers count and that do not merely replace a known report: see db/plays/plays.py.
PLAYS = """
    SELECT play.played_at, play.started_at, play.ms_played, play.source, coalesce(kind, 'track') AS kind,
        coalesce(track.uri, episode.uri) AS uri, coalesce(own.name, spoken.name, track.name, episode.name) AS name,
        coalesce(own.artist_name, spoken.show_name, track.artist_name, episode.show_name) AS artist_or_show,
        album.name AS album
    FROM counted_play play
    LEFT JOIN track ON track.id = play.track_id LEFT JOIN episode ON episode.id = play.episode_id
    LEFT JOIN account_track own ON own.account_id = play.account_id AND own.track_id = play.track_id
    LEFT JOIN account_episode spoken ON spoken.account_id = play.account_id AND spoken.episode_id = play.episode_id
    LEFT JOIN album ON album.id = coalesce(own.told_album_id, track.album_id)
    WHERE play.account_id = (SELECT %(account)s::bigint) AND play.id = ANY(%(new)s) AND NOT EXISTS (
        SELECT FROM play known WHERE known.account_id = (SELECT %(account)s::bigint) AND known.superseded_by = play.id
            AND known.id <> ALL(%(new)s))
    ORDER BY play.played_at, play.place
"""


class PlayEvent(msgspec.Struct, frozen=True):
    """The data of a play event; None for what is unknown."""

    played_at: datetime
    started_at: datetime | None
    ms_played: int | None
    source: str
    kind: str
    uri: str | None
    name: str | None
    artist_or_show: str | None
    album: str | None


def record_plays(account_id: int, new: Sequence[int]) -> None:
    """Record the `new` reports that are new plays; call it once it is clear which reports count."""
    if not new or not is_wanted(account_id, "play"):
        return
    plays = records(PlayEvent, PLAYS, {"account": account_id, "new": list(new)})
    record_events(account_id, "play", [(uuid4(), msgspec.structs.asdict(play)) for play in plays])
