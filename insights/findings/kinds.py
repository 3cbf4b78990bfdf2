"""The kinds of findings: each is a statement about plays that can be checked against them."""

from dataclasses import dataclass
from datetime import date

from insights.plays.calendar_steps import StepName


@dataclass(frozen=True, slots=True)
class ArtistFound:
    """An artist, and how often they were played in the period."""

    artist_id: int
    name: str
    plays: int


@dataclass(frozen=True, slots=True)
class Return:
    """The artist was played before, last on `silent_since`, and then not until this period."""

    artist: ArtistFound
    silent_since: date


@dataclass(frozen=True, slots=True)
class FirstTime:
    """The artist had never been played before this period."""

    artist: ArtistFound


@dataclass(frozen=True, slots=True)
class Record:
    """More plays than in any of the days, weeks, months or years before it, back to the one that begins on `since`."""

    plays: int
    step: StepName
    since: date


@dataclass(frozen=True, slots=True)
class Overtaking:
    """The artist leads, and was behind `overtaken`, which led the period before."""

    artist: ArtistFound
    overtaken: ArtistFound


@dataclass(frozen=True, slots=True)
class Streak:
    """Days in a row with music up to today or yesterday: more than ever before."""

    days: int


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing has been played since `last_day`, which was `days` days ago."""

    last_day: date
    days: int


@dataclass(frozen=True, slots=True)
class Lead:
    """The artist has the most plays, `ahead` more than `second`."""

    artist: ArtistFound
    second: ArtistFound
    ahead: int


@dataclass(frozen=True, slots=True)
class Count:
    """Nothing but the number of plays."""

    plays: int


Finding = Return | FirstTime | Record | Overtaking | Streak | Silence | Lead | Count
