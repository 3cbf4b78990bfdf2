"""/recommendation-quality/<username>: how many recommended songs were played, compared with a simple list."""

from datetime import date, timedelta
from typing import Annotated

from msgspec import Meta, field

from insights.answers.values import Moment, Part, moment, says
from insights.question import Asking, Question
from recommend.choosing.hits import DAYS_TO_HIT
from recommend.choosing.provider_weights import weights
from recommend.choosing.quality import KindQuality, MonthQuality, ProviderQuality, SeveralKinds, Tally, quality
from recommend.listening.candidates import KINDS
from recommend.nightly import cut_off, listening_day

NOTE = (
    "Many songs of rotation, forgotten and rediscover would have been played anyway; for these kinds, the lift says "
    "how much better our order is. Songs of deeper, new_artist and new_release had never been played before, so their "
    "figures matter most. They are small, because a week is short."
)
LIFT = (
    "How many times the simple list's rate. Null if there is nothing to compare: no song was shown, or no song of the "
    "simple list was played."
)
LEFT_OUT = "Kinds for which simple lists had no songs are left out."
BASELINE_RATE = "Of a simple list with as many songs of each kind; null if simple lists had no songs of these kinds."
Days = Annotated[int, Meta(ge=1, le=3650), says("How many dates to look back, including today's.")]
Shown = Annotated[int, Meta(ge=0), says("Songs in lists; a song counts once in each list.")]
Hits = Annotated[int, Meta(ge=0), says("How many of them were played in time.")]
RateOrNull = Annotated[float, Meta(ge=0, le=1)] | None
Rate = Annotated[RateOrNull, says("Hits divided by songs shown; null if none were shown.")]
LiftOrNull = Annotated[float, Meta(ge=0)] | None
SongKind = Annotated[str, Meta(extra_json_schema={"enum": list(KINDS)})]
Weight = Annotated[
    float,
    Meta(ge=0.5, le=1),
    says(
        "By what tonight's list multiplies this provider's scores: its lift over the last 90 dates whose lists count, "
        "within these bounds. It is 1 for fewer than 50 songs, and if fewer than 60 days lie between the first and the "
        "last list."
    ),
]


class HitTally(Part, frozen=True):
    shown: Shown
    hits: Hits
    rate: Rate


class HitTallyOfKind(Part, frozen=True):
    kind: SongKind
    shown: Shown
    hits: Hits
    rate: Rate


class RecommendedKindQuality(Part, frozen=True):
    kind: SongKind
    shown: Shown
    hits: Hits
    rate: Rate
    baseline: HitTally
    lift: Annotated[LiftOrNull, says(LIFT)]


class RecommendationProviderQuality(Part, frozen=True):
    provider: str
    shown: Shown
    hits: Hits
    rate: Rate
    baseline_rate: Annotated[RateOrNull, says(BASELINE_RATE)]
    lift: Annotated[LiftOrNull, says(f"{LIFT} {LEFT_OUT}")]
    weight: Weight
    kinds: Annotated[tuple[HitTallyOfKind, ...], Meta(min_length=1, max_length=len(KINDS))]


class RecommendedQuality(Part, frozen=True):
    shown: Shown
    hits: Hits
    rate: Rate
    baseline_rate: Annotated[RateOrNull, says(BASELINE_RATE)]
    lift: Annotated[LiftOrNull, says(f"{LIFT} {LEFT_OUT}")]


class RecommendedMonthQuality(Part, frozen=True):
    month: Annotated[str, Meta(pattern=r"^\d{4}-\d\d$"), says("The month of the lists.")]
    shown: Shown
    hits: Hits
    rate: Rate
    baseline_rate: Annotated[RateOrNull, says(BASELINE_RATE)]
    lift: Annotated[LiftOrNull, says(f"{LIFT} {LEFT_OUT}")]


class RecommendationQuality(Part, frozen=True):
    from_: Annotated[date, says("The date of the first list.")] = field(name="from")
    to: Annotated[date, says("The date of today's list.")]
    as_of: Annotated[Moment, says("04:00 of today where you live: a list counts if its seven days had ended by then.")]
    days_to_hit: Annotated[int, Meta(extra_json_schema={"const": DAYS_TO_HIT})]
    lists: Annotated[int, Meta(ge=0), says("Lists that count.")]
    pending_lists: Annotated[int, Meta(ge=0), says("Lists of these dates whose seven days are not over.")]
    note: Annotated[str, says("What the numbers say, and what they do not.")]
    total: Annotated[RecommendedQuality, says("Of all kinds together.")]
    kinds: Annotated[
        tuple[RecommendedKindQuality, ...],
        Meta(min_length=len(KINDS), max_length=len(KINDS)),
        says("Every kind, in the order of the lists."),
    ]
    providers: Annotated[tuple[RecommendationProviderQuality, ...], says("Those that had songs in the lists.")]
    months: Annotated[
        tuple[RecommendedMonthQuality, ...],
        says("Those with lists that count, in order. The first and last may lack days that were not asked for."),
    ]


def recommendation_quality(asking: Asking, days: Days = 90) -> RecommendationQuality:
    """How many recommended songs you played.

    Counts the recommended songs that you played within seven days, and compares them with a simple list (the
    baseline) that is stored with each night's list but never shown: the songs you played most in the last 30 days;
    the most played songs that you had not played for 60 days; and, of songs new to you, those that most other
    listeners here play, or, if there are too few listeners, a random choice of what the providers proposed. Look at
    the lift first. A hit is a play of 30 seconds or more (or of unknown length) of any version of the song, from
    the list's cut-off until seven days later. Lists whose seven days are not over are pending and do not count;
    neither do lists that failed, lists that were made after their day, and lists that did not store their songs. A
    song counts once in each list, and for every provider that proposed it. The answer stays the same from 04:00 to
    04:00 where you live.
    """
    day, account = _today(asking), asking.account
    as_of, first = cut_off(day, account.zones.at(asking.now)), day - timedelta(days=days - 1)
    reached, factors = quality(account.id, first, day, as_of), weights(account.id, as_of)
    providers = (_provider(each, factors.get(each.provider, 1.0)) for each in reached.providers)
    return RecommendationQuality(
        from_=first,
        to=day,
        as_of=moment(as_of),
        days_to_hit=DAYS_TO_HIT,
        lists=reached.lists,
        pending_lists=reached.pending,
        note=NOTE,
        total=RecommendedQuality(*_compared(reached)),
        kinds=tuple(map(_kind, reached.kinds)),
        providers=tuple(providers),
        months=tuple(map(_month, reached.months)),
    )


def _today(asking: Asking) -> date:
    return listening_day(asking.now, asking.account.zones.at(asking.now))


def _kind(of_kind: KindQuality) -> RecommendedKindQuality:
    baseline = HitTally(*_tally(of_kind.baseline))
    return RecommendedKindQuality(of_kind.kind, *_tally(of_kind.shown), baseline, _rounded(of_kind.lift, 2))


def _provider(provider: ProviderQuality, weight: float) -> RecommendationProviderQuality:
    kinds = tuple(HitTallyOfKind(kind.kind, *_tally(kind.shown)) for kind in provider.kinds)
    return RecommendationProviderQuality(provider.provider, *_compared(provider), weight, kinds)


def _month(month: MonthQuality) -> RecommendedMonthQuality:
    return RecommendedMonthQuality(f"{month.month:%Y-%m}", *_compared(month))


def _compared(kinds: SeveralKinds) -> tuple[int, int, float | None, float | None, float | None]:
    return *_tally(kinds.shown), _rounded(kinds.baseline_rate, 4), _rounded(kinds.lift, 2)


def _tally(tally: Tally) -> tuple[int, int, float | None]:
    return tally.shown, tally.hits, _rounded(tally.rate, 4)


def _rounded(number: float | None, places: int) -> float | None:
    return None if number is None else round(number, places)


QUESTION = Question(
    "recommendation-quality",
    recommendation_quality,
    takes=(),
    is_costly=True,
    by_clock=_today,
    reads_sums=False,
    page="How well lists do",
)
