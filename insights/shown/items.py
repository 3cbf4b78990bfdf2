"""What the answers about one track, artist or album share."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from msgspec import Meta

from insights.answers.parameters import BadParameter, ItemId, NoSuchItem, an_id
from insights.answers.values import AtLeastOne, Count, Day, Id, Milliseconds, Moment, Part, Share, Text, moment, says
from insights.items.lookup import known_id
from insights.items.one_item import Heard, MostHeard
from insights.plays.calendar_steps import StepName
from insights.plays.scope import Scope
from insights.plays.tracks import KnownTrack
from insights.question import Asking
from insights.shown.music import Track, shown_track
from insights.traits.of_items import MOST_GENRES, genres_of, year_of

Step = Annotated[
    StepName,
    says("How long a step is; at most 5,000 steps. The service's settings determine when weeks start."),
]
Limit = Annotated[int, Meta(ge=1, le=50), says("The maximum number of entries in each list of neighbours.")]
ItemIdGiven = Annotated[
    str, ItemId(), Meta(pattern="^([0-9]{1,19}|[0-9A-Za-z]{22})$"), says("The id that rankings show, or Spotify's.")
]
Before = Annotated[Count, says("How often it ended directly before.")]
After = Annotated[Count, says("How often it ended directly after.")]
Item = TypeVar("Item")
Look = Callable[[Scope, int, str, int], Item]


class ItemDay(Part, frozen=True):
    date: Day
    plays: AtLeastOne
    ms_played: Milliseconds


class ItemStep(Part, frozen=True):
    """Local days: start <= day < end."""

    start: Day
    end: Day
    plays: Count
    ms_played: Milliseconds


class ItemYear(Part, frozen=True):
    """A year of the listener's own clock, as much of it as lies in the period."""

    year: int
    rank: Annotated[AtLeastOne | None, says("Null if it was not played in that year.")]
    plays: Count


class ItemTrack(Part, frozen=True):
    id: Id
    track: Track
    plays: AtLeastOne
    ms_played: Milliseconds


class ItemGenre(Part, frozen=True):
    genre: Text
    share: Annotated[Share, says("Of its tracks' genres. All shares of an item add up to 1, with those not listed.")]


class PlayedItem(Part, frozen=True):
    """How it was played."""

    plays: Count
    ms_played: Milliseconds
    share: Annotated[Share, says("Of all plays of the period.")]
    rank: Annotated[AtLeastOne | None, says("By plays among all of its kind in the period; null if it was not played.")]
    first_played_at: Moment | None
    last_played_at: Moment | None
    days: Annotated[Count, says("On how many of the listener's own days it was played.")]
    best_day: Annotated[ItemDay | None, says("The day with the most plays, the first of equals.")]
    step: StepName
    steps: Annotated[tuple[ItemStep, ...], says("From that of the first play to that of the last, empty ones too.")]
    years: Annotated[tuple[ItemYear, ...], says("From that of the first play to that of the last.")]
    genres: Annotated[
        tuple[ItemGenre, ...], Meta(max_length=MOST_GENRES), says("The largest share first; empty if none is known.")
    ]


def look_up(asking: Asking, kind: str, any_id: str, look: Look[Item], step: str, limit: int) -> Item:
    """Raises NoSuchItem and BadParameter. A link for one period reveals nothing that was not heard in it."""
    return look(asking.scope, _number(asking, kind, any_id), step, limit)


def _number(asking: Asking, kind: str, any_id: str) -> int:
    try:
        within = None if asking.whole else asking.period
        number = known_id(asking.account.id, kind, an_id("id", any_id), within)
    except BadParameter:  # it does not even look like an id
        number = None
    if number is None:
        where = f"/top-{kind}s/{asking.account.username} shows ids"
        raise NoSuchItem(f"There is no {kind} {any_id[:64]!r}; {where}.")
    return number


def known_year(asking: Asking, kind: str, number: int) -> int | None:
    return year_of(asking.account.id, kind, number)


def how_played(asking: Asking, kind: str, number: int, heard: Heard) -> dict[str, Any]:
    """The fields of a PlayedItem, which has our number."""
    best = heard.best_day
    genres = genres_of(asking.account.id, kind, number)
    return {
        "genres": tuple(ItemGenre(each.genre, round(each.share, 4)) for each in genres),
        "plays": heard.plays,
        "ms_played": heard.ms_played,
        "share": round(heard.share, 6),
        "rank": heard.rank,
        "first_played_at": heard.first_played_at and moment(heard.first_played_at),
        "last_played_at": heard.last_played_at and moment(heard.last_played_at),
        "days": heard.days,
        "best_day": best and ItemDay(best.day, best.plays, best.ms_played),
        "step": heard.step,
        "steps": tuple(ItemStep(step.start, step.end, step.plays, step.ms_played) for step in heard.steps),
        "years": tuple(ItemYear(year.year, year.rank, year.plays) for year in heard.years),
    }


def item_track(heard: MostHeard, track: KnownTrack) -> ItemTrack:
    return ItemTrack(heard.id, shown_track(track), heard.plays, heard.ms_played)
