"""One track, artist or album, counted by hand."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import strategies as st

from collect.period_sums import sum_up
from db.engine.connection import connected
from insights.items.neighbours import Neighbour
from insights.items.one_item import Heard, MostHeard, Step
from insights.items.plays import DaySum
from insights.items.ranks import YearRank
from insights.plays.scope import Scope
from music import name_key
from tests.insights.listening import MOMENTS, SONGS, Life, Moment, Played, lives, song_name, zones

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


# Plays of one night of New Year, close enough to be beside each other.
nights = st.lists(
    st.builds(
        Moment,
        st.integers(0, 90).map(lambda place: MOMENTS[1] + timedelta(minutes=5 * place)),
        st.integers(0, len(SONGS) - 1),
        st.sampled_from([None, 5_000, 30_000, 213_000]),
        st.sampled_from([None, None, None, "superseded", "excluded"]),
    ),
    min_size=5,
    max_size=40,
)
some_lives = st.one_of(lives(), st.builds(Life, nights, zones))
sums_until = st.sampled_from([None, 2023, 2024, 2025])
steps = st.sampled_from(["day", "week", "month", "year"])


def summed(scope: Scope, until: int | None) -> Scope:
    """The same question, with sums for the years before `until`."""
    if until is None:
        return scope
    with connected():
        sum_up(scope.account_id, datetime(until, 6, 1, tzinfo=UTC))
        return scope.with_sums()


@dataclass(frozen=True, slots=True)
class ByHand:
    """The plays that count for a scope, by items of a `kind`; `key` is the key of a song, as in `of`."""

    life: Life
    scope: Scope
    kind: str

    def of(self, played: Played, kind: str) -> Hashable:
        song = played.song
        if kind == "track":
            return song.recording
        return song.artist if kind == "artist" else song.album and (song.artist, song.album)

    def groups(self, plays: Sequence[Played], kind: str) -> list[tuple[int, list[Played]]]:
        """(id that answers show, plays) of each item of a kind, the most played first."""
        collected: dict[Hashable, list[Played]] = defaultdict(list)
        for played in plays:
            if self.of(played, kind) is not None:
                collected[self.of(played, kind)].append(played)
        items = [(self.shown(group, kind), group) for group in collected.values()]
        return sorted(items, key=lambda row: (-len(row[1]), -milliseconds(row[1]), self.called(row[1], kind)))

    def called(self, group: Sequence[Played], kind: str) -> str:
        if kind == "track":
            return song_name(group)
        song = group[0].song
        artist = name_key(song.artist or "")
        return artist if kind == "artist" else f"{artist}\x1f{name_key(song.album or '')}"

    def shown(self, group: Sequence[Played], kind: str) -> int:
        if kind == "artist":
            return self.life.artist_ids[group[0].song.artist or ""]
        if kind == "album":
            return self.life.album_ids[group[0].song.artist, group[0].song.album or ""]
        ids = [played.track_id for played in group]
        return min(set(ids), key=lambda track_id: (-ids.count(track_id), track_id))

    def own(self, key: Hashable) -> list[Played]:
        return [played for played in self.life.plays(self.scope) if self.of(played, self.kind) == key]

    def rank(self, key: Hashable, plays: Sequence[Played]) -> int | None:
        """Ties are ordered by name."""
        keys = [self.of(group[0], self.kind) for _, group in self.groups(plays, self.kind)]
        return 1 + keys.index(key) if key in keys else None

    def heard(self, key: Hashable, step: str) -> Heard:
        everything, own = self.life.plays(self.scope), self.own(key)
        days = sorted({played.local.date() for played in own})
        sums = [day_sum(day, [played for played in own if played.local.date() == day]) for day in days]
        years = range(days[0].year, days[-1].year + 1) if days else ()
        return Heard(
            len(own),
            milliseconds(own),
            len(own) / len(everything) if own else 0.0,
            self.rank(key, everything),
            own[0].played_at if own else None,
            own[-1].played_at if own else None,
            len(days),
            min(sums, key=lambda a_day: (-a_day.plays, a_day.day), default=None),
            step,
            self.steps(own, step),
            tuple(
                YearRank(
                    year,
                    self.rank(key, [played for played in everything if played.local.year == year]),
                    sum(played.local.year == year for played in own),
                )
                for year in years
            ),
        )

    def steps(self, own: Sequence[Played], step: str) -> tuple[Step, ...]:
        """Counts day by day; each first day of a step begins one."""
        if not own:
            return ()
        last = max(played.local.date() for played in own)
        day = min(played.local.date() for played in own)
        while not self.begins(day, step):
            day -= timedelta(days=1)
        collected = []
        while day <= last:
            end = day + timedelta(days=1)
            while not self.begins(end, step):
                end += timedelta(days=1)
            within = [played for played in own if day <= played.local.date() < end]
            collected.append(Step(day, end, len(within), milliseconds(within)))
            day = end
        return tuple(collected)

    def begins(self, day: date, step: str) -> bool:
        return {
            "day": True,
            "week": WEEKDAYS[day.weekday()] == self.scope.week_starts,
            "month": day.day == 1,
            "year": (day.month, day.day) == (1, 1),
        }[step]

    def most_heard(self, key: Hashable, kind: str, limit: int) -> list[MostHeard]:
        groups = self.groups(self.own(key), kind)[:limit]
        return [MostHeard(item_id, len(group), milliseconds(group)) for item_id, group in groups]

    def neighbours(self, key: Hashable, limit: int) -> list[Neighbour]:
        plays = self.life.plays(self.scope)
        before, after = [], []
        for earlier, later in pairwise(plays):
            if later.played_at - earlier.played_at <= timedelta(minutes=30):
                if self.of(later, self.kind) == key:
                    before.append(earlier)
                if self.of(earlier, self.kind) == key:
                    after.append(later)
        times = Counter(self.of(played, self.kind) for played in (*before, *after))
        collected = []
        for other in times.keys() - {key, None}:
            beside = [played for played in (*before, *after) if self.of(played, self.kind) == other]
            came_before = sum(self.of(played, self.kind) == other for played in before)
            near = Neighbour(self.shown(beside, self.kind), came_before, times[other] - came_before)
            collected.append((-times[other], self.called(beside, self.kind), near))
        return [near for _, _, near in sorted(collected, key=lambda row: row[:2])][:limit]

    def name(self, item_id: int, kind: str) -> str | None:
        if kind == "track":
            return SONGS[self.life.track_ids.index(item_id)].name
        if kind == "artist":
            return next(name for name, number in self.life.artist_ids.items() if number == item_id)
        return next(name for (_, name), number in self.life.album_ids.items() if number == item_id)

    def named(self, items: Sequence[MostHeard] | Sequence[Neighbour], kind: str) -> list[tuple[object, str | None]]:
        return [(item, self.name(item.id, kind)) for item in items]


def milliseconds(plays: Sequence[Played]) -> int:
    return sum(played.ms for played in plays)


def day_sum(day: date, plays: Sequence[Played]) -> DaySum:
    return DaySum(day, len(plays), milliseconds(plays))
