"""The list of a date, as /user-recommendations/<username> shows it."""

from collections.abc import Sequence
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from db.lists.feedback import Verb
from insights.answers.values import Id, Part, says
from insights.shown.music import Track
from recommend.list_dates import LISTS
from recommend.listening.candidates import KINDS, KINDS_OF_REVIEWS
from web.answer_types.values import Day, Fraction, Instant, Number, Positive

MOST = 100  # items of a list
STATUSES = ("ok", "cold", "degraded", "failed")
Kind = Annotated[
    str,
    Meta(extra_json_schema={"enum": [*KINDS, *KINDS_OF_REVIEWS]}),
    says(
        "rotation: played often lately. forgotten: a favourite, unheard for two months. rediscover: a song you know, "
        "unheard for four weeks. deeper: unheard songs by artists you know. new_artist: by artists you do not know. "
        "new_release: just released. year_ago: played in this week of an earlier year. most_played, first_heard and "
        "returned: of the month in review."
    ),
]
Name = Annotated[
    str,
    Meta(extra_json_schema={"enum": list(LISTS)}),
    says(
        "daily; weekly: a discovery, on Mondays; year-ago: this week of earlier years; month: the last one in review."
    ),
]
Status = Annotated[
    str,
    Meta(extra_json_schema={"enum": list(STATUSES)}),
    says(
        "cold: too little listening yet. degraded: a part is missing or made from old data. failed: there is no list."
    ),
]


class ItemFeedback(Part, frozen=True):
    track: Verb | None
    artist: Verb | None
    album: Verb | None


class RecommendedItem(Part, frozen=True):
    rank: Positive
    kind: Kind
    score: Annotated[float, says("Comparable within a kind.")]
    code: Annotated[str, says("The sort of reason, for programs; empty in lists of the first engine.")]
    reason: str
    evidence: Annotated[dict[str, Any], says("The facts behind the reason.")]
    providers: Annotated[dict[str, Positive], says("Which providers proposed it, with the rank that each gave it.")]
    exploring: Annotated[bool, says("Whether it was taken from further down the ranking, as an experiment.")]
    feedback: Annotated[
        ItemFeedback | None,
        says("The listener's own verdicts on the track, its artist and its album; null for everybody else."),
    ]
    id: Id
    track: Track


class RecommendationProvider(Part, frozen=True):
    """A way of finding songs, and how it did for this list."""

    state: Annotated[
        str | None,
        says("ok; empty: it proposed nothing; stale: most of its data was out of date; failed or late: left out."),
    ]
    candidates: Number | None
    weight: Annotated[float | None, says("How much its proposals counted.")]
    cache_age_days: Annotated[
        Number | UnsetType, says("Age of the oldest answer from another service that it used.")
    ] = UNSET


class MissingMusicSource(Part, frozen=True):
    """A source that this list had nothing from."""

    source: Annotated[
        str,
        Meta(extra_json_schema={"enum": ["history", "spotify", "services", "house"]}),
        says("history: too few plays. spotify: a connected app. services: other music services. house: others here."),
    ]
    text: Annotated[str, says("What it would add, in a sentence for people.")]


class Recommendations(Part, frozen=True):
    username: str
    list: Name
    date: Day
    as_of: Annotated[Instant, says("Only plays that ended before this moment count.")]
    time_zone: str
    status: Status
    status_text: Annotated[str, says("The status in a sentence for people.")]
    engine: Annotated[int, says("The version of the engine.")]
    revision: Annotated[Positive, says("Increases when the list of the date is made again and differs.")]
    backfilled: Annotated[bool, says("Made after its day.")]
    adventurousness: Annotated[
        Fraction | None, says("From 0, what you know, to 1, what is new; null in lists of the first engine.")
    ]
    providers: dict[str, RecommendationProvider]
    missing_sources: Annotated[Sequence[MissingMusicSource], says("What would bring more music.")]
    items: Annotated[Sequence[RecommendedItem], Meta(max_length=MOST)]
