"""/shuffle/<username>: how much was heard in shuffled order, offline and in private sessions, year by year."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from msgspec import Struct

from db.engine.records import records
from insights.answers.values import Count, Part, Private, Share, says
from insights.plays.scope import Scope
from insights.plays.sources import by_report
from insights.plays.utc_offsets import Shift
from insights.question import COMPLETENESS, COUNTING, OF, PERIOD, Question
from people.days import AN_INSTANT

FLAGS = ("shuffle", "offline", "incognito")
COUNTS = ("plays", *(name for flag in FLAGS for name in (flag, f"{flag}_known")))
# The listener's years are looked up by instants, so that several workers can share the reading of the table.
YEARS = f"""
    SELECT (%(year)s::int[])[bucket] AS year, {", ".join(f"sum({count})::bigint AS {count}" for count in COUNTS)}
    FROM (
        SELECT bucket, sum(plays) AS plays,
               {
    ", ".join(
        f"coalesce(sum(plays) FILTER (WHERE {flag}), 0) AS {flag}, "
        f"coalesce(sum(plays) FILTER (WHERE {flag} IS NOT NULL), 0) AS {flag}_known"
        for flag in FLAGS
    )
}
        FROM ({by_report(*FLAGS, bucket="width_bucket({at}, %(year_since)s::timestamptz[])")}) report GROUP BY 1
    ) counted GROUP BY 1 ORDER BY 1
"""


class YearRecord(Struct, frozen=True):
    """The plays of one year with each flag, and those whose source says whether they have it."""

    year: int
    plays: int
    shuffle: int
    shuffle_known: int
    offline: int
    offline_known: int
    incognito: int
    incognito_known: int


class PlaysWith(Part, frozen=True):
    on: Private[Count]
    off: Private[Count]
    unknown: Annotated[Private[Count], says("Plays whose source does not say.")]
    share: Annotated[
        Private[Share] | None, says("The share of the known plays for which it is on; null if none is known.")
    ]


Shuffled = Annotated[PlaysWith, says("In shuffled order.")]
Offline = Annotated[PlaysWith, says("Without a connection.")]
Incognito = Annotated[PlaysWith, says("In a private session.")]


class ShuffleYear(Part, frozen=True):
    year: int
    plays: Private[Count]
    shuffle: Shuffled
    offline: Offline
    incognito: Incognito


class ShuffleAnswer(Part, frozen=True):
    plays: Private[Count]
    shuffle: Shuffled
    offline: Offline
    incognito: Incognito
    years: Annotated[tuple[ShuffleYear, ...], says("The years with plays, the earliest first.")]


def shuffle(scope: Scope) -> ShuffleAnswer:
    """How much you played in shuffled order, offline and in private sessions.

    For the whole period and for each year of the listener's own: a play belongs to the year in which it ended on the
    listener's clock. Plays whose source does not say are not part of a share.
    """
    scope = scope.sums_by_year
    years = [piece for stretch in scope.shifts() for piece in _by_year(stretch)]
    bounds = {"year": [year for year, _ in years], "year_since": [since for _, since in years]}
    by_year = records(YearRecord, YEARS, scope.values(sums=scope.sums_of_reports) | bounds)
    return ShuffleAnswer(
        sum(year.plays for year in by_year),
        *_flags(by_year),
        tuple(ShuffleYear(year.year, year.plays, *_flags([year])) for year in by_year),
    )


def _flags(years: Sequence[YearRecord]) -> tuple[PlaysWith, PlaysWith, PlaysWith]:
    """The plays of all these years together."""
    plays = sum(year.plays for year in years)
    return (
        _plays_with(sum(year.shuffle for year in years), sum(year.shuffle_known for year in years), plays),
        _plays_with(sum(year.offline for year in years), sum(year.offline_known for year in years), plays),
        _plays_with(sum(year.incognito for year in years), sum(year.incognito_known for year in years), plays),
    )


def _plays_with(on: int, known: int, plays: int) -> PlaysWith:
    return PlaysWith(on, known - on, plays - known, round(on / known, 6) if known else None)


def _by_year(stretch: Shift) -> list[tuple[int, datetime]]:
    """The years that the listener's clock showed in the stretch, and since when."""
    first, last = stretch.since + stretch.ahead, stretch.until + stretch.ahead - AN_INSTANT
    return [
        (year, max(stretch.since, datetime(year, 1, 1, tzinfo=UTC) - stretch.ahead))
        for year in range(first.year, last.year + 1)
    ]


QUESTION = Question("shuffle", shuffle, takes=PERIOD + COUNTING + OF + COMPLETENESS)
