"""A play as answers show it, and all plays of a period in batches."""

from typing import Annotated

from msgspec import Meta

from db.engine.connection import rows
from db.plays.pairs import SOURCES
from insights.answers.periods import Period
from insights.answers.values import Moment, Part, moment, says
from insights.items.names import known_tracks
from insights.plays.history import HeardPlay, Place
from insights.shown.music import Track, shown_track

BATCH = 5_000  # plays: about a megabyte
MOST_TRACKS = 20_000  # that are remembered from batch to batch, of about 600 bytes each
PLAYS = """
    SELECT played_at, place, id, ms_played, source, context_uri, track_id FROM counted_play
    WHERE account_id = %s AND track_id IS NOT NULL AND played_at >= %s AND (played_at, place, id) < (%s, %s, %s)
    ORDER BY played_at DESC, place DESC, id DESC LIMIT %s
"""
Source = Annotated[str, Meta(extra_json_schema={"enum": list(SOURCES)})]


class Play(Part, frozen=True):
    played_at: Annotated[Moment, says("When it ended.")]
    ms_played: Annotated[Annotated[int, Meta(ge=0)] | None, says("Null if the source does not know it.")]
    source: Annotated[Source, says("Where the play was reported.")]
    track: Track
    context_uri: Annotated[str | None, says("The playlist, album or artist it was played from, if known.")]


def shown_play(play: HeardPlay) -> Play:
    track = shown_track(play.track)
    return Play(moment(play.place.played_at), play.ms_played, play.source, track, play.context_uri)


class PlaysInBatches:
    """Each call returns the next plays of a period, the newest first, and none at the end; it needs an open connection.

    Nothing is held between two calls. A call that raises has read nothing, so the next one reads the same batch again.
    A play that arrives meanwhile is in it if it is older than the last one that was read.
    """

    def __init__(self, account_id: int, period: Period) -> None:
        self._account_id, self._start = account_id, period.start
        self._place = Place(period.end, 0, 0)  # ids begin with 1, so this is before everything that ended then
        self._tracks: dict[int, Track] = {}
        self._is_over = False

    def __call__(self) -> list[Play]:
        if self._is_over:
            return []
        found = rows(PLAYS, self._account_id, self._start, *self._place, BATCH)
        tracks = self._shown_tracks({track_id for *_, track_id in found})
        self._is_over = len(found) < BATCH
        self._place = Place(*found[-1][:3]) if found else self._place
        return [
            Play(moment(played_at), ms_played, source, tracks[track_id], context_uri)
            for played_at, _, _, ms_played, source, context_uri, track_id in found
        ]

    def _shown_tracks(self, track_ids: set[int]) -> dict[int, Track]:
        if len(self._tracks) > MOST_TRACKS:
            self._tracks.clear()
        if unknown := track_ids - self._tracks.keys():
            known = known_tracks(self._account_id, unknown)
            self._tracks |= {track_id: shown_track(track) for track_id, track in known.items()}
        return self._tracks
