"""/profile/<username>: how the music sounds, over time and by the hour."""

from typing import Annotated

from msgspec import Meta

from db.trait_sums import SOUNDS
from insights.answers.parameters import By
from insights.answers.periods import BEGINNING
from insights.answers.values import AtLeastOne, Hour, Part, Safe, Share, says
from insights.plays.scope import Scope
from insights.question import COMPLETENESS, COUNTING, OF, PERIOD, Asking, Question
from insights.traits.sound import (
    HourOfSound,
    MonthOfSound,
    SoundRecord,
    YearOfSound,
    heard_sound,
    sound_by_month_and_hour,
    sound_by_year,
)

Average = Annotated[Safe[Annotated[float, Meta(ge=0, le=1)] | None], says("0 to 1; null if it is not known.")]
Tempo = Annotated[Safe[Annotated[float, Meta(ge=0)] | None], says("Beats per minute; null if it is not known.")]
KnownPlays = Annotated[AtLeastOne, says("Those whose sound is known.")]
MonthName = Annotated[Safe[str], Meta(pattern="^[0-9]{4}-[0-9]{2}$")]


class Sound(Part, frozen=True):
    """Averages over plays, or over listening time."""

    energy: Average
    valence: Annotated[Average, says("How cheerful music sounds: 0 to 1; null if it is not known.")]
    danceability: Average
    acousticness: Average
    tempo: Tempo


class SoundOfYear(Part, frozen=True):
    year: Safe[int]
    plays: KnownPlays
    sound: Safe[Sound]


class SoundOfMonth(Part, frozen=True):
    month: MonthName
    plays: KnownPlays
    sound: Safe[Sound]


class SoundOfHour(Part, frozen=True):
    """An hour of the day, over all days."""

    hour: Hour
    plays: KnownPlays
    sound: Sound


class Profile(Part, frozen=True):
    by: Safe[By]
    source: Annotated[Safe[str], says("The service that measured it.")]
    coverage: Annotated[Share, says("The share of all plays, or of all listening time, whose sound is known.")]
    sound: Annotated[Safe[Sound | None], says("Null if nothing is known.")]
    before: Annotated[
        Safe[Sound | None],
        says(
            "That of the previous period, or of the same part of it if this period is not over; null if there is none."
        ),
    ]
    years: Annotated[
        Safe[tuple[SoundOfYear, ...]],
        says(
            "Every year with such plays, including years outside of the period, the earliest first. A link for one "
            "period shows only the years in it."
        ),
    ]
    months: Annotated[
        Safe[tuple[SoundOfMonth, ...]], says("The months of the period with such plays, the earliest first.")
    ]
    hours: Annotated[tuple[SoundOfHour, ...], says("The hours with such plays.")]


def profile(asking: Asking, by: By = "plays") -> Profile:
    """How your music sounds.

    Averages of the energy, valence (how cheerful), danceability, acousticness and tempo of what you played, as measured
    by ReccoBeats: in the period, in each of its months, in each hour of the day, and in each year. They are known only
    if the operator chose ReccoBeats, and rarely for music of the last two years. Months, years and hours
    are those of your own calendar and clock.
    """
    scope = asking.scope
    coverage, sound = heard_sound(scope, by)
    months, hours = sound_by_month_and_hour(scope, by) if coverage.known_plays else ([], [])
    years = sound_by_year(_years_of(asking), by)
    return Profile(
        by,
        "ReccoBeats",
        coverage.share(by),
        _sound(sound) if coverage.known_plays else None,
        _before(scope, by),
        tuple(map(_year, years)),
        tuple(map(_month, months)),
        tuple(map(_hour, hours)),
    )


def _years_of(asking: Asking) -> Scope:
    """All time until now (for a link that shows totals only, until today began)."""
    return asking.scope.during(BEGINNING, asking.now) if asking.whole else asking.scope


def _before(scope: Scope, by: By) -> Sound | None:
    if scope.before is None:
        return None
    coverage, sound = heard_sound(scope.before, by)
    return _sound(sound) if coverage.known_plays else None


def _sound(sound: SoundRecord) -> Sound:
    values = (getattr(sound, name) for name in SOUNDS)
    return Sound(*(None if value is None else round(value, 4) for value in values))


def _year(each: YearOfSound) -> SoundOfYear:
    return SoundOfYear(each.year, each.plays, _sound(each))


def _month(each: MonthOfSound) -> SoundOfMonth:
    return SoundOfMonth(f"{each.month:%Y-%m}", each.plays, _sound(each))


def _hour(each: HourOfSound) -> SoundOfHour:
    return SoundOfHour(each.hour, each.plays, _sound(each))


QUESTION = Question(
    "profile",
    profile,
    takes=PERIOD + COUNTING + OF + COMPLETENESS,
    sums_only=True,
    is_costly=True,
    lists="months",
    page="How it sounds",
)
