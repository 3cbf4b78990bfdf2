"""A listener's verdicts on recommended music."""

from typing import Annotated

from msgspec import UNSET, UnsetType

from db.lists.feedback import Target, Verb
from insights.answers.values import Id, Part, says
from web.answer_types.values import Instant

Until = Annotated[Instant | None, says("For not_now: until when the music stays hidden.")]


class Verdict(Part, frozen=True):
    kind: Target
    id: Id
    name: str
    artist: Annotated[str | None, says("The artist of a track or album, if known; for an artist, its own name.")]
    verb: Annotated[Verb, says("block: never again. not_now: not before a date.")]
    until: Until
    at: Annotated[Instant, says("When the listener gave this feedback.")]


class Feedback(Part, frozen=True):
    username: str
    verdicts: list[Verdict]


class Said(Part, frozen=True, kw_only=True):
    """The verdict in force, on one of track, artist and album."""

    track: Id | UnsetType = UNSET
    artist: Id | UnsetType = UNSET
    album: Id | UnsetType = UNSET
    verb: Annotated[Verb | None, says("Null if no feedback is in force any more.")]
    until: Until
