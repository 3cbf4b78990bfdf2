"""Every finding that a page shows about a period is true: it is checked against the plays themselves."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import singledispatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.periods import BEGINNING, END, Period, named_period
from insights.findings import choosing
from insights.findings.choosing import finding
from insights.findings.kinds import Count, FirstTime, Lead, Overtaking, Record, Return, Silence, Streak
from insights.plays.calendar_steps import StepName, step_of
from insights.plays.scope import Scope
from insights.questions.streaks import streaks_until
from insights.questions.top_artists import top_artists
from people.days import Zones
from tests.insights.listening import SONGS, Life, Moment, Played, local_time
from tests.suite.random_cases import costly

pytestmark = pytest.mark.usefixtures("database_url")
BERLIN = Zones(((BEGINNING, "Europe/Berlin"),))
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
STEPS: tuple[StepName, ...] = ("day", "week", "month", "year")
ONE_DAY = timedelta(days=1)
GLASS, BOATS, TIDE = 3, 0, 2  # of SONGS: one of Quiet Rooms, two of The Lanterns


def named(step: StepName, day: date) -> Period:
    year, week, _ = day.isocalendar()
    names = {"day": day.isoformat(), "week": f"{year}-W{week:02}", "month": f"{day:%Y-%m}", "year": f"{day:%Y}"}
    return named_period(names[step], BERLIN, TODAY)


class World:
    """A life, and its plays of a period, counted by hand."""

    def __init__(self, life: Life, scope: Scope, step: StepName) -> None:
        self.life, self.scope, self.step = life, scope, step
        self.always = life.plays(scope.during(BEGINNING, END))
        self.plays = life.plays(scope)

    def of(self, artist_id: int, plays: list[Played]) -> list[Played]:
        return [played for played in plays if self.life.artist_ids.get(played.song.artist or "") == artist_id]

    def earlier(self, artist_id: int) -> list[Played]:
        own = self.of(artist_id, self.always)
        return [played for played in own if played.played_at < self.scope.period.start]

    def counts(self, plays: list[Played]) -> Counter[str]:
        return Counter(played.song.artist for played in plays if played.song.artist)

    def days(self) -> set[date]:
        return {played.local.date() for played in self.always}


@singledispatch
def holds(claim: object, world: World) -> bool:
    raise AssertionError(claim)


@holds.register
def _(claim: Count, world: World) -> bool:
    return claim.plays == len(world.plays)


@holds.register
def _(claim: FirstTime, world: World) -> bool:
    own = world.of(claim.artist.artist_id, world.plays)
    return not world.earlier(claim.artist.artist_id) and len(own) == claim.artist.plays


@holds.register
def _(claim: Return, world: World) -> bool:
    own, earlier = world.of(claim.artist.artist_id, world.plays), world.earlier(claim.artist.artist_id)
    last = max(played.local.date() for played in earlier)
    return (last, len(own)) == (claim.silent_since, claim.artist.plays) and last < own[0].local.date()


@holds.register
def _(claim: Record, world: World) -> bool:
    start = local_time(world.scope.period.start, BERLIN).date()
    sums = Counter(step_of(played.local.date(), claim.step) for played in world.always)
    before = {first: count for first, count in sums.items() if claim.since <= first < start}
    return claim.plays == len(world.plays) and all(count < claim.plays for count in before.values())


@holds.register
def _(claim: Overtaking, world: World) -> bool:
    assert world.scope.before is not None
    counts, before = world.counts(world.plays), world.counts(world.life.plays(world.scope.before))
    names = (claim.artist.name, claim.overtaken.name)
    return counts[names[0]] == claim.artist.plays > counts[names[1]] and before[names[1]] >= before[names[0]] > 0


@holds.register
def _(claim: Lead, world: World) -> bool:
    counts = world.counts(world.plays)
    return (
        counts[claim.artist.name] - counts[claim.second.name]
        == claim.ahead
        > 0
        == len([name for name, count in counts.items() if count > claim.artist.plays])
    )


@holds.register
def _(claim: Streak, world: World) -> bool:
    days, last = world.days(), TODAY if TODAY in world.days() else TODAY - ONE_DAY
    in_a_row = next(number for number in range(9999) if last - number * ONE_DAY not in days)
    return claim.days == in_a_row


@holds.register
def _(claim: Silence, world: World) -> bool:
    last = max(day for day in world.days() if day <= TODAY)
    return (claim.last_day, claim.days) == (last, (TODAY - last).days)


plays_of_days = st.lists(
    st.tuples(st.integers(0, 900), st.integers(0, len(SONGS) - 1), st.integers(1, 12)), min_size=1, max_size=8
)


@costly()
@given(plays_of_days, st.sampled_from(STEPS), st.integers(0, 400), st.integers(0, 20))
def test_every_finding_is_true_of_the_plays(
    database_url: str, drawn: list[tuple[int, int, int]], step: StepName, days_ago: int, few: int
) -> None:
    history = [
        Moment(NOW - timedelta(days=day, minutes=7 * number), song, 200_000)
        for day, song, count in drawn
        for number in range(count)
    ]
    with pytest.MonkeyPatch.context() as patched:
        for name, value in (("FEW", few), ("OF_AN_ARTIST", 2), ("SILENT_DAYS", 30), ("STREAK_DAYS", 2)):
            patched.setattr(choosing, name, value)
        claim, world = claim_about(history, step, TODAY - timedelta(days=days_ago))
    assert holds(claim, world), claim


def claim_about(history: list[Moment], step: StepName, day: date) -> tuple[object, World]:
    life = Life(history, BERLIN)
    world = World(life, life.scope(named(step, day)), step)
    with connected():
        artists = top_artists(world.scope, limit=choosing.LOOKED_AT).artists
        goes_on = world.scope.period.end > NOW
        streaks = streaks_until(world.scope.during(BEGINNING, END), TODAY) if goes_on else None
        answers = choosing.Answers(artists, streaks)
        return finding(world.scope, len(world.plays), NOW, step, answers), world


def daily(song: int, first: int, last: int, times: int = 1) -> list[Moment]:
    """Plays on each day from `first` to `last` days ago."""
    return [
        Moment(NOW - timedelta(days=day, minutes=5 * number), song, 200_000)
        for day in range(last, first + 1)
        for number in range(times)
    ]


@pytest.mark.parametrize(
    ("history", "step", "expected"),
    [
        ([], "week", Count),
        (daily(BOATS, 4, 0), "week", Count),
        (daily(GLASS, 400, 398) + daily(GLASS, 4, 0, 5), "week", Return),
        (daily(BOATS, 300, 5) + daily(GLASS, 4, 0, 5), "week", FirstTime),
        (daily(BOATS, 9, 4, 9), "month", Silence),
        (daily(BOATS, 120, 7) + daily(BOATS, 4, 0, 9), "week", Record),
        (daily(BOATS, 4, 0, 9), "week", Count),  # the first week of all
        (daily(BOATS, 70, 0, 5), "day", Count),
        (daily(BOATS, 70, 0, 6), "week", Streak),
        (
            daily(BOATS, 9, 5, 3) + daily(GLASS, 9, 5, 2) + daily(GLASS, 3, 0, 6) + daily(TIDE, 3, 0),
            "week",
            Overtaking,
        ),
        (daily(GLASS, 11, 5, 3) + daily(BOATS, 11, 5) + daily(GLASS, 3, 0, 6) + daily(TIDE, 3, 0), "week", Lead),
    ],
)
def test_the_strongest_finding_is_chosen(
    database_url: str, history: list[Moment], step: StepName, expected: type
) -> None:
    claim, world = claim_about(history, step, TODAY)
    assert type(claim) is expected
    assert holds(claim, world), claim
