"""Two listeners compared: the same as counted by hand, whatever is summed."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collect.period_sums import sum_up
from db.engine.connection import connected, rows
from db.engine.records import records
from insights.answers.periods import ALL, BEGINNING
from insights.compared import Comparison, Favourites, HeardByBoth, ListedRecord, compare
from insights.items.names import known_artists, known_tracks
from insights.plays.scope import Scope
from music import name_key
from people.days import Zones
from tests.insights.listening import MOMENTS, Life, Moment, Played, histories, lives, periods, zones
from tests.suite.random_cases import costly
from tests.web import seed

pytestmark = pytest.mark.usefixtures("database_url")
NOW = datetime(2025, 1, 1, 12, tzinfo=UTC)
Plays = list[Played]


@dataclass
class Neighbour(Life):
    """Another listener of the same catalogue."""

    first: Life = field(kw_only=True)

    def _store_songs(self, number: int) -> None:  # noqa: ARG002 - nothing is stored
        first = self.first
        self.artist_ids, self.album_ids, self.track_ids = first.artist_ids, first.album_ids, first.track_ids


@dataclass(frozen=True)
class ByHand:
    """What the two heard in the period, and ever."""

    life: Life
    one: Plays
    other: Plays
    one_ever: Plays
    other_ever: Plays

    def key(self, played: Played, kind: str) -> str | int | None:
        return played.song.artist if kind == "artists" else played.song.recording

    def counts(self, plays: Plays, kind: str) -> Counter[str | int]:
        keys = (self.key(played, kind) for played in plays)
        return Counter(key for key in keys if key is not None)

    def shares(self, plays: Plays, kind: str) -> dict[str | int, Fraction]:
        counts = self.counts(plays, kind)
        return defaultdict(Fraction, {key: Fraction(count, counts.total()) for key, count in counts.items()})

    def shown(self, key: str | int, kind: str) -> int:
        if kind == "artists":
            return self.life.artist_ids[str(key)]
        # The id that the first account plays, if it plays the song.
        for plays in (self.one, self.one_ever, self.other):
            heard = Counter(played.track_id for played in plays if self.key(played, kind) == key)
            if heard:
                break
        return min(heard, key=lambda track_id: (-heard[track_id], track_id))

    def called(self, key: str | int, kind: str) -> str:
        """The text that orders equals: the first of all names that any play of it has, in whichever period."""
        if kind == "artists":
            return name_key(str(key))
        return min(
            f"{name_key(played.song.artist or '')}\x1f{name_key(played.song.name)}"
            for played in (*self.one, *self.other, *self.one_ever, *self.other_ever)
            if played.song.recording == key
        )

    def affinity(self) -> float:
        one, other = self.shares(self.one, "artists"), self.shares(self.other, "artists")
        if not one or not other:
            return 0.0
        artists = one.keys() | other.keys()
        return float(
            sum(min(one[artist], other[artist]) for artist in artists)
            / sum(max(one[artist], other[artist]) for artist in artists)
        )

    def items(self, keys: Iterable[str | int], kind: str) -> list[HeardByBoth]:
        one, other = self.counts(self.one, kind), self.counts(self.other, kind)
        return [HeardByBoth(self.shown(key, kind), one[key], other[key]) for key in keys]

    def shared(self, kind: str) -> list[HeardByBoth]:
        one, other = self.shares(self.one, kind), self.shares(self.other, kind)

        def place(key: str | int) -> tuple[Fraction, Fraction, str]:
            return -min(one[key], other[key]), -max(one[key], other[key]), self.called(key, kind)

        return self.items(sorted(one.keys() & other.keys(), key=place), kind)

    def new(self, plays: Plays, ever: Plays, kind: str) -> list[HeardByBoth]:
        counts = self.counts(plays, kind)
        keys = counts.keys() - self.counts(ever, kind).keys()
        return self.items(sorted(keys, key=lambda key: (-counts[key], self.called(key, kind))), kind)


def favourites(account_id: int, artists: list[HeardByBoth], tracks: list[HeardByBoth], limit: int) -> Favourites:
    artist_names = known_artists(account_id, (item.id for item in artists))
    track_names = known_tracks(account_id, (item.id for item in tracks))
    return Favourites(
        tuple((item, artist_names[item.id]) for item in artists[:limit]),
        tuple((item, track_names[item.id]) for item in tracks[:limit]),
    )


def by_hand(alice: Life, bob: Life, one: Scope, other: Scope, limit: int) -> Comparison:
    ever = [life.plays(scope.during(ALL.start, ALL.end)) for life, scope in ((alice, one), (bob, other))]
    hand = ByHand(alice, alice.plays(one), bob.plays(other), *ever)
    return Comparison(
        hand.affinity(),
        len(hand.one),
        len(hand.other),
        favourites(alice.account_id, hand.shared("artists"), hand.shared("tracks"), limit),
        favourites(
            alice.account_id,
            hand.new(hand.one, hand.other_ever, "artists"),
            hand.new(hand.one, hand.other_ever, "tracks"),
            limit,
        ),
        favourites(
            bob.account_id,
            hand.new(hand.other, hand.one_ever, "artists"),
            hand.new(hand.other, hand.one_ever, "tracks"),
            limit,
        ),
    )


@costly()
@given(alice=lives(), history=histories, limit=st.sampled_from([1, 20]), data=st.data())
def test_a_comparison_matches_one_by_hand(alice: Life, history: list, limit: int, data: st.DataObject) -> None:  # type: ignore[type-arg]
    bob = Neighbour(history, data.draw(zones), first=alice)
    one = alice.scope(data.draw(periods(alice.zones)), data.draw(st.sampled_from([0, 30, 100])))
    other = replace(one, account_id=bob.account_id)
    with connected():
        for life in data.draw(st.sampled_from([(), (alice,), (alice, bob)])):
            sum_up(life.account_id, NOW)
        one, other = (scope.with_sums() for scope in (one, other))
        answer = compare(one, other, limit)
        expected = by_hand(alice, bob, one, other, limit)
    assert replace(answer, affinity=round(answer.affinity, 12)) == replace(
        expected, affinity=round(expected.affinity, 12)
    )


def test_of_equal_smaller_shares_the_larger_one_decides() -> None:
    utc = Zones(((BEGINNING, "UTC"),))

    def plays(*songs: int) -> list[Moment]:
        return [Moment(MOMENTS[0] + timedelta(hours=place), song, 200_000) for place, song in enumerate(songs)]

    alice = Life(plays(2, 3, 3, 4), utc)
    bob = Neighbour(plays(2, 3, 5, 5), utc, first=alice)
    with connected():
        answer = compare(alice.scope(ALL), bob.scope(ALL), 20)
    assert [item.id for item, _ in answer.shared.tracks] == [alice.track_ids[3], alice.track_ids[2]]


def seeded(count: int) -> tuple[int, int]:
    """(an account without plays, an account with plays of `count` songs by as many artists)."""
    nobody, somebody = seed.account("nobody"), seed.account("somebody")
    with connected():
        rows(ARTISTS, count)
        rows(TRACKS, count)
        rows(PLAYS, somebody, count)
        seed.learn(somebody)
        rows("ANALYZE; SELECT 1")
    return nobody, somebody


ARTISTS = "INSERT INTO artist (name) SELECT 'Artist ' || n FROM generate_series(1, %s) n RETURNING id"
TRACKS = """
    WITH new AS (
        INSERT INTO track (uri, name, artist_name, duration_ms)
        SELECT 'spotify:track:' || lpad(n::text, 22, '0'), 'Song ' || n, 'Artist ' || n, 200000
        FROM generate_series(1, %s) n RETURNING id, artist_name
    ) INSERT INTO track_artist (track_id, position, artist_id)
    SELECT new.id, 0, artist.id FROM new JOIN artist ON artist.name = artist_name RETURNING track_id
"""
PLAYS = """
    INSERT INTO play (account_id, track_id, source, digest, ms_played, played_at)
    SELECT %s, id, 'extended', id, 200000, '2015-01-01'::timestamptz + id * interval '1 hour'
    FROM track ORDER BY id LIMIT %s RETURNING id
"""


def compared_in_vain(plan: object) -> float:
    """How many pairs of rows a plan compared that did not match."""
    if isinstance(plan, list):
        return sum(map(compared_in_vain, plan))
    if not isinstance(plan, dict):
        return 0
    own: float = plan.get("Rows Removed by Join Filter", 0) * plan.get("Actual Loops", 1)
    return own + sum(map(compared_in_vain, plan.values()))


@pytest.mark.parametrize("swapped", [False, True])
def test_a_new_account_is_compared_without_comparing_each_song_with_each(
    monkeypatch: pytest.MonkeyPatch, swapped: bool
) -> None:
    nobody, somebody = seeded(1_000)
    scopes = [Scope(account_id, Zones(((BEGINNING, "UTC"),)), ALL) for account_id in (nobody, somebody)]
    one, other = scopes[::-1] if swapped else scopes
    statements: list[tuple[str, dict[str, object]]] = []

    def note(kind: type[ListedRecord], sql: str, values: dict[str, object]) -> list[ListedRecord]:
        statements.append((sql, values))
        return records(kind, sql, values)

    monkeypatch.setattr("insights.compared.records", note)
    with connected():
        answer = compare(one, other, 5)
        ((sql, values),) = statements
        ((plan,),) = rows(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", **values)
    new = answer.new_to_other if swapped else answer.new_to_one
    assert (answer.affinity, {answer.plays, answer.other_plays}) == (0, {0, 1_000})
    assert (len(new.artists), len(new.tracks), answer.shared) == (5, 5, Favourites((), ()))
    assert compared_in_vain(plan) < 10_000
