"""Which tracks of an account's history are one recording, and what shows it or who decided it."""

from dataclasses import dataclass
from itertools import groupby

from db.connection import rows
from db.same_recording import RECORDING, RECORDING_JOINS

__all__ = ["RECORDING", "RECORDING_JOINS", "PlayedTrack", "Recording", "recordings"]

# For rankings: count plays track by track first, then `JOIN track … {RECORDING_JOINS} GROUP BY {RECORDING}`.
RECORDINGS = f"""
    WITH counted (track_id, plays) AS (
        SELECT track_id, count(*) FROM counted_play
        WHERE account_id = %(account_id)s AND track_id IS NOT NULL GROUP BY track_id
    ), shown (track_id) AS (
        SELECT track_id FROM counted
        UNION SELECT track_id FROM recording_choice WHERE account_id = %(account_id)s
        UNION SELECT recording_id FROM recording_choice WHERE account_id = %(account_id)s
    ), listed AS (
        SELECT {RECORDING} AS recording, track.id, track.uri, track.name, track.artist_name, track.duration_ms,
               track.isrc, coalesce(counted.plays, 0) AS plays, track.recording_evidence,
               CASE WHEN choice.recording_id = track.id THEN 'alone' WHEN choice.track_id IS NOT NULL THEN 'joined' END
                   AS choice
        FROM shown JOIN track ON track.id = shown.track_id LEFT JOIN counted ON counted.track_id = track.id
        {RECORDING_JOINS}
    ), sized AS (
        SELECT *, sum(plays) OVER same AS plays_in_all, count(*) OVER same AS tracks,
               count(*) FILTER (WHERE choice IS NULL) OVER same AS by_evidence
        FROM listed WINDOW same AS (PARTITION BY recording)
    )
    SELECT recording, id, uri, name, artist_name, duration_ms, isrc, plays,
           CASE WHEN choice IS NULL AND by_evidence > 1 THEN recording_evidence END, choice
    FROM sized WHERE tracks > 1 OR choice IS NOT NULL ORDER BY plays_in_all DESC, abs(recording), recording, id
"""


@dataclass(frozen=True, slots=True)
class PlayedTrack:
    """A track and why it is where it is: `evidence`, or a `choice` of the listener ("alone" or "joined"), or neither
    for one that others were joined to. `title` and `artist` are None where only its URI was ever reported.
    """

    id: int
    uri: str | None
    title: str | None
    artist: str | None
    duration_ms: int | None
    isrc: str | None
    plays: int
    evidence: str | None
    choice: str | None


@dataclass(frozen=True, slots=True)
class Recording:
    """What counts as one in this account's rankings; a single track where it was split off."""

    tracks: tuple[PlayedTrack, ...]

    @property
    def plays(self) -> int:
        return sum(track.plays for track in self.tracks)


def recordings(account_id: int) -> list[Recording]:
    """Recordings of several tracks that were played, and all that were chosen; the most played first."""
    found = groupby(rows(RECORDINGS, account_id=account_id), key=lambda columns: columns[0])
    return [Recording(tuple(PlayedTrack(*columns[1:]) for columns in tracks)) for _, tracks in found]
