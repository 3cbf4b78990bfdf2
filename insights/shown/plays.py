"""Plays as /history shows them, page by page."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from db.plays.pairs import SOURCES
from insights.answers.values import Moment, Part, moment, says
from insights.plays.history import HeardPlay
from insights.shown.completeness import Completeness
from insights.shown.music import Track, shown_track

Address = Annotated[str, Meta(extra_json_schema={"format": "uri-reference"})]
WITH_COMPLETENESS = (
    "Only with `completeness=true`; null if there is neither a play nor a bound that the period could begin with."
)
Source = Annotated[str, Meta(extra_json_schema={"enum": list(SOURCES)})]


class Play(Part, frozen=True):
    played_at: Annotated[Moment, says("When it ended.")]
    ms_played: Annotated[Annotated[int, Meta(ge=0)] | None, says("Null if the source does not know it.")]
    source: Annotated[Source, says("Where the play was reported.")]
    track: Track
    context_uri: Annotated[str | None, says("What it was played from.")]


class History(Part, frozen=True):
    username: str
    time_zone: str
    plays: Annotated[tuple[Play, ...], Meta(max_length=500)]
    next: Annotated[Address | None, says("The next page; null on the last one.")]
    completeness: Annotated[Completeness | UnsetType | None, says(WITH_COMPLETENESS)] = UNSET


def shown_play(play: HeardPlay) -> Play:
    track = shown_track(play.track)
    return Play(moment(play.place.played_at), play.ms_played, play.source, track, play.context_uri)
