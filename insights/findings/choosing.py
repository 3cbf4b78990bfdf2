"""Chooses the finding of a period: the strongest of those that hold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from insights.answers.periods import BEGINNING, END
from insights.findings.kinds import (
    ArtistFound,
    Count,
    Finding,
    FirstTime,
    Lead,
    Overtaking,
    Record,
    Return,
    Silence,
    Streak,
)
from insights.items.kinds import ARTIST
from insights.items.one_item import own_plays
from insights.plays.calendar_steps import StepName, step_after, step_of
from insights.plays.local_days import heard_days
from insights.plays.scope import Scope
from insights.questions.streaks import Streaks
from insights.questions.top_artists import TopArtist
from people.days import AN_INSTANT, local_date

FEW = 20  # plays in the period; with fewer, only their number is mentioned
LOOKED_AT = 3  # artists, the most played ones
OF_AN_ARTIST = 10  # plays that an artist needs at least to be mentioned
SILENT_DAYS = 180  # after which an artist has come back
QUIET_DAYS = 3  # without music, to be mentioned if there are more
STREAK_DAYS = 14
RECORD_STEPS = 8  # periods that a record must surpass at least
STEPS_BACK = 60  # earlier periods with which it is compared
A_YEAR = timedelta(days=365)
STEP_DAYS: dict[StepName, int] = {"day": 1, "week": 7, "month": 28, "year": 365}
Weighed = tuple[float, Finding]


@dataclass(frozen=True, slots=True)
class Answers:
    """What the page asks anyway: the period's top artists by plays, and all streaks if the period is not over."""

    artists: Sequence[TopArtist]
    streaks: Streaks | None


def finding(scope: Scope, plays: int, now: datetime, step: StepName | None, answers: Answers) -> Finding:
    """What stands out among the `plays` of a period; `step` is the kind of period, None for any other range.

    Needs an open connection. Some 20 queries, none of which reads more than the plays of a few artists.
    """
    if plays < FEW:
        return next(_silence(scope, now), (0.0, Count(plays)))[1]
    candidates = [
        *_of_artists(scope, plays, answers.artists[:LOOKED_AT]),
        *_record(scope, plays, step),
        *_streak(answers.streaks),
        *_silence(scope, now),
    ]
    return max(candidates, key=lambda weighed: weighed[0], default=(0.0, Count(plays)))[1]


def _of_artists(scope: Scope, plays: int, ranked: Sequence[TopArtist]) -> Iterator[Weighed]:
    artists = [ArtistFound(entry.id, entry.artist.name, entry.plays) for entry in ranked]
    if scope.period.start != BEGINNING:
        for artist in artists:
            if artist.plays >= OF_AN_ARTIST:
                yield from _arrival(scope, artist, plays)
    yield from _lead(ranked, artists)


def _has_listened_before(scope: Scope) -> bool:
    """Whether there were plays before the period, without which every artist would be a discovery."""
    start = scope.period.start
    return bool(heard_days(scope.during(max(start, BEGINNING + A_YEAR) - A_YEAR, start)))


def _arrival(scope: Scope, artist: ArtistFound, plays: int) -> Iterator[Weighed]:
    """The finding about an artist that was never played before, or not for a long time."""
    earlier = own_plays(scope.during(BEGINNING, scope.period.start), ARTIST, artist.artist_id)
    share = artist.plays / plays
    if earlier.last is None:
        if _has_listened_before(scope):
            yield 0.3 + share, FirstTime(artist)
        return
    own = own_plays(scope, ARTIST, artist.artist_id)
    silent_since = local_date(scope.zones, earlier.last)
    silent = (local_date(scope.zones, own.first or scope.period.start) - silent_since).days
    if silent >= SILENT_DAYS:
        yield 0.3 + share * min(silent / 365, 2), Return(artist, silent_since)


def _lead(ranked: Sequence[TopArtist], artists: Sequence[ArtistFound]) -> Iterator[Weighed]:
    if len(artists) < 2 or artists[0].plays == artists[1].plays:
        return
    first, second = artists[:2]
    if ranked[1].rank_before == 1 and (ranked[0].rank_before or 0) > 1:
        yield 0.35, Overtaking(first, second)
    yield 0.1, Lead(first, second, first.plays - second.plays)


def _record(scope: Scope, plays: int, step: StepName | None) -> Iterator[Weighed]:
    """Compared with whole periods only; those before the first play do not count."""
    if step is None or scope.period.end == END:
        return
    first = local_date(scope.zones, scope.period.start)
    earliest = step_of(first - STEPS_BACK * timedelta(days=STEP_DAYS[step]), step, scope.week_starts)
    before = scope.during(scope.zones.start_of(earliest), scope.period.start)
    sums = {day.date: day.plays for day in heard_days(before)}
    steps = list(_steps_before(earliest, first, step))
    totals = [sum(count for day, count in sums.items() if start <= day < end) for start, end in steps]
    surpassed = _surpassed(totals, plays)
    heard_first = min(sums, default=first)
    own = [start for start, end in steps[len(steps) - surpassed :] if end > heard_first]
    if len(own) >= RECORD_STEPS:
        yield 0.3 + 0.3 * min(len(own) / STEPS_BACK, 1), Record(plays, step, own[0])


def _steps_before(earliest: date, first: date, step: StepName) -> Iterator[tuple[date, date]]:
    start = earliest
    while (end := step_after(start, step)) <= first:
        yield start, end
        start = end


def _surpassed(totals: Sequence[int], plays: int) -> int:
    """How many of the last periods in a row have fewer plays."""
    number = 0
    for total in reversed(totals):
        if total >= plays:
            break
        number += 1
    return number


def _streak(streaks: Streaks | None) -> Iterator[Weighed]:
    if streaks is None or streaks.current is None or streaks.current.days < STREAK_DAYS:
        return
    current = streaks.current
    if all(other.days < current.days for other in streaks.top if other != current):
        yield 0.4, Streak(current.days)


def _silence(scope: Scope, now: datetime) -> Iterator[Weighed]:
    """Only of a period that is not over."""
    if scope.period.end <= now:
        return
    today = local_date(scope.zones, now)
    days = heard_days(scope.during(now - timedelta(days=60), now + AN_INSTANT))
    if days and (today - days[-1].date).days > QUIET_DAYS:
        yield 2.0, Silence(days[-1].date, (today - days[-1].date).days)
