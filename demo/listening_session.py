"""Somebody who is listening right now: songs one after the other, and every fifth is a local file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from demo.fake_player import Change
from demo.fake_spotify import Visible
from music import Artist, Track

SINCE = timedelta(minutes=20)  # before the demo's start, so that there is something to see at once
LASTS = timedelta(hours=3)
LOCAL_EVERY = 5
LOCAL = Track(
    "Rehearsal, Take 3",
    (Artist("The Cellar Tapes"),),
    uri="spotify:local:The+Cellar+Tapes::Rehearsal%2C+Take+3:191",
    duration_ms=191_000,
)


@dataclass(frozen=True)
class ListeningSession:
    """A session that begins shortly before `now`, and goes on for some hours."""

    tracks: Sequence[Track]
    now: datetime

    def _plays(self, until: datetime) -> Iterator[tuple[datetime, Track]]:
        """When each song begins."""
        at = self.now - SINCE
        for number, track in enumerate(self.tracks, 1):
            if at > min(until, self.now + LASTS):
                return
            played = track if number % LOCAL_EVERY else LOCAL
            yield at, played
            at += timedelta(milliseconds=played.duration_ms or 0)

    def visible(self, until: datetime) -> list[Visible]:
        """The plays that recently-played shows, which include no local files."""
        ends = [(at + timedelta(milliseconds=track.duration_ms or 0), track) for at, track in self._plays(until)]
        return [Visible(at, track, at) for at, track in ends if at <= until and track is not LOCAL]

    def changes(self, until: datetime) -> list[Change]:
        return [Change(at, track) for at, track in self._plays(until)]
