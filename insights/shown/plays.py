"""A play as answers show it, and all plays of a period in batches."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from db.engine.records import records
from db.plays.reported_play import SOURCES
from insights.answers.periods import Period
from insights.answers.values import Moment, Part, moment, says
from insights.history.filters import EVERYTHING, PlayFilter
from insights.history.pages import FILTERED, Place, PlayRecord, filtered_values
from insights.items.names import known_tracks
from insights.shown.music import Track, shown_track

BATCH = 5_000  # plays: about a megabyte
MOST_TRACKS = 20_000  # remembered from batch to batch, of about 600 bytes each
Source = Annotated[str, Meta(extra_json_schema={"enum": list(SOURCES)})]


class Play(Part, frozen=True):
    played_at: Annotated[Moment, says("When it ended.")]
    ms_played: Annotated[Annotated[int, Meta(ge=0)] | None, says("Null if the source does not know it.")]
    source: Annotated[Source, says("Where the play was reported.")]
    track: Track
    context_uri: Annotated[str | None, says("The playlist, album or artist it was played from, if known.")]


def shown_play(play: PlayRecord) -> Play:
    track = shown_track(play.known_track())
    return Play(moment(play.played_at), play.ms_played, play.source, track, play.context_uri)


class BatchRecord(Struct, frozen=True, gc=False):
    played_at: datetime
    place: int
    id: int
    ms_played: int | None
    source: str
    context_uri: str | None
    track_id: int


class PlaysInBatches:
    """Each call returns the next `wanted` plays of a period, the newest first, and none at the end.

    It needs an open connection, and keeps none between two calls. A call that raises has read nothing, so the next one
    reads the same batch again. A play that arrives meanwhile is included if it is older than the last one read.
    """

    def __init__(self, account_id: int, period: Period, wanted: PlayFilter = EVERYTHING) -> None:
        self._account_id, self._start, self._wanted = account_id, period.start, wanted
        self._place = Place(period.end, 0, 0)  # ids begin with 1, so this is before everything that ended then
        self._tracks: dict[int, Track] = {}
        self._is_over = wanted.selects_nothing

    def __call__(self) -> list[Play]:
        if self._is_over:
            return []
        values = filtered_values(self._account_id, self._start, self._place, BATCH, self._wanted)
        plays = records(BatchRecord, FILTERED, values)
        tracks = self._shown_tracks({play.track_id for play in plays})
        self._is_over = len(plays) < BATCH
        self._place = Place(plays[-1].played_at, plays[-1].place, plays[-1].id) if plays else self._place
        return [
            Play(moment(play.played_at), play.ms_played, play.source, tracks[play.track_id], play.context_uri)
            for play in plays
        ]

    def _shown_tracks(self, track_ids: set[int]) -> dict[int, Track]:
        if len(self._tracks) > MOST_TRACKS:
            self._tracks.clear()
        if missing := track_ids - self._tracks.keys():
            tracks = known_tracks(self._account_id, missing)
            self._tracks |= {track_id: shown_track(track) for track_id, track in tracks.items()}
        return self._tracks
