"""Save the plays that live collecting has heard, each once."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from db.engine.records import records
from db.library.catalogue import save_tracks
from db.plays.episodes import save_episodes
from music import Episode, Track

# As for recently-played (db/plays/plays.py), an import of our own export may have stored the same report.
INSERT = """
    INSERT INTO play (account_id, source, collected, played_at, started_at, track_id, episode_id, ms_played,
                      context_uri, digest)
    SELECT %s, 'current', true, heard.*, play_digest(
        'current', coalesce(track.uri, episode.uri, track.artist_name || chr(31) || track.name), heard.ms_played, 0,
        heard.started_at, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
    FROM unnest(%s::timestamptz(3)[], %s::timestamptz(3)[], %s::bigint[], %s::bigint[], %s::integer[], %s::text[])
        AS heard (played_at, started_at, track_id, episode_id, ms_played, context_uri)
    LEFT JOIN track ON track.id = heard.track_id LEFT JOIN episode ON episode.id = heard.episode_id
    ORDER BY played_at
    ON CONFLICT (account_id, played_at, digest) DO UPDATE SET collected = true WHERE NOT play.collected
    RETURNING id
"""
# The plays of a period that recently-played has reported.
RECENT = """
    SELECT play.played_at, track.uri, track.isrc, track.name, track.artist_name AS artist FROM play
    JOIN track ON track.id = play.track_id
    WHERE play.account_id = (SELECT %s::bigint) AND play.source = 'recent' AND play.source <> 'extended'
      AND play.played_at BETWEEN %s AND %s
"""


class RecentPlay(msgspec.Struct, frozen=True):
    """A play as recently-played reported it; `artist` is the credit of all artists."""

    played_at: datetime
    uri: str | None
    isrc: str | None
    name: str | None
    artist: str | None


class HeardPlay(NamedTuple):
    """A play as live collecting heard it; `ended_at` is when the player left it, after all pauses."""

    item: Track | Episode
    started_at: datetime
    ended_at: datetime
    ms_played: int
    context_uri: str | None


class _Inserted(msgspec.Struct, frozen=True):
    id: int


def insert_current(account_id: int, plays: Sequence[HeardPlay]) -> list[int]:
    """Store plays, whether known or not; returns the ids of new reports.

    Runs in the caller's transaction, which must still decide which reports count (db/plays/matching.py).
    """
    if not plays:
        return []
    tracks = save_tracks((play.item for play in plays if isinstance(play.item, Track)), described_now=True)
    episodes = save_episodes(play.item for play in plays if isinstance(play.item, Episode))
    values = [
        (
            play.ended_at,
            play.started_at,
            tracks[play.item] if isinstance(play.item, Track) else None,
            episodes[play.item] if isinstance(play.item, Episode) else None,
            play.ms_played,
            play.context_uri,
        )
        for play in plays
    ]
    columns = map(list, zip(*values, strict=True))
    return [report.id for report in records(_Inserted, INSERT, (account_id, *columns))]


def recent_plays(account_id: int, since: datetime, until: datetime) -> list[RecentPlay]:
    """The plays that recently-played has reported from `since` to `until`."""
    return records(RecentPlay, RECENT, (account_id, since, until))
