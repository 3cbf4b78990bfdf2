"""Which tracks of an account are one recording, and by which evidence or whose choice."""

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from msgspec import Struct

from db.engine.records import records

# A choice may be about a track without plays, which is not in the account's library: its song is worked out as in
# db.library.same_recording.APPLY_CHOICES.
RECORDINGS = """
    WITH counted (track_id, plays) AS (
        SELECT track_id, count(*) FROM counted_play
        WHERE account_id = %(account_id)s AND track_id IS NOT NULL GROUP BY track_id
    ), shown (track_id) AS (
        SELECT track_id FROM counted
        UNION SELECT track_id FROM recording_choice WHERE account_id = %(account_id)s
        UNION SELECT recording_id FROM recording_choice WHERE account_id = %(account_id)s
    ), listed AS (
        SELECT coalesce(own.song_id, -alone.track_id, target.recording_id, choice.recording_id, track.id) AS recording,
               track.id, track.uri, coalesce(own.name, track.name) AS name,
               coalesce(own.artist_name, track.artist_name) AS artist_name,
               coalesce(own.duration_ms, track.duration_ms) AS duration_ms, coalesce(own.isrc, track.isrc) AS isrc,
               coalesce(counted.plays, 0) AS plays, own.evidence,
               CASE WHEN choice.recording_id = track.id THEN 'alone' WHEN choice.track_id IS NOT NULL THEN 'joined' END
                   AS choice
        FROM shown JOIN track ON track.id = shown.track_id LEFT JOIN counted ON counted.track_id = track.id
        LEFT JOIN account_track own ON own.account_id = %(account_id)s AND own.track_id = track.id
        LEFT JOIN recording_choice choice ON choice.account_id = %(account_id)s AND choice.track_id = track.id
        LEFT JOIN account_track target ON target.account_id = %(account_id)s AND target.track_id = choice.recording_id
        LEFT JOIN recording_choice alone ON alone.account_id = %(account_id)s AND alone.track_id = choice.recording_id
    ), sized AS (
        SELECT *, sum(plays) OVER same AS plays_in_all, count(*) OVER same AS tracks,
               count(*) FILTER (WHERE choice IS NULL) OVER same AS by_evidence,
               min(name COLLATE "C") OVER same AS called
        FROM listed WINDOW same AS (PARTITION BY recording)
    )
    SELECT recording, id, uri, name AS title, artist_name AS artist, duration_ms, isrc, plays,
           CASE WHEN choice IS NULL AND by_evidence > 1 THEN evidence END AS evidence, choice
    FROM sized WHERE tracks > 1 OR choice IS NOT NULL
    ORDER BY plays_in_all DESC, called, abs(recording), recording, id
"""


class TrackRecord(Struct, frozen=True):
    recording: int
    id: int
    uri: str | None
    title: str | None
    artist: str | None
    duration_ms: int | None
    isrc: str | None
    plays: int
    evidence: str | None
    choice: str | None

    def track(self) -> "PlayedTrack":
        return PlayedTrack(
            self.id,
            self.uri,
            self.title,
            self.artist,
            self.duration_ms,
            self.isrc,
            self.plays,
            self.evidence,
            self.choice,
        )


@dataclass(frozen=True, slots=True)
class PlayedTrack:
    """A track, and why it belongs to its recording: `evidence`, or the listener's `choice` ("alone" or "joined"), or
    neither for one that others were joined to. `title` and `artist` are None if only its URI was ever reported.
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
    """Tracks that count as one in this account's rankings; a single track if it was split off."""

    tracks: tuple[PlayedTrack, ...]

    @property
    def plays(self) -> int:
        return sum(track.plays for track in self.tracks)


def recordings(account_id: int) -> list[Recording]:
    """Recordings of several played tracks, and those with choices; the most played first."""
    tracks = records(TrackRecord, RECORDINGS, {"account_id": account_id})
    groups = groupby(tracks, key=attrgetter("recording"))
    return [Recording(tuple(record.track() for record in group)) for _, group in groups]
