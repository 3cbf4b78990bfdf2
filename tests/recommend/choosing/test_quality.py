"""How much of what was recommended was heard: the same numbers as counted by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from recommend.choosing.quality import KindQuality, MonthQuality, ProviderQuality, Quality, Tally, quality
from recommend.listening.candidates import KINDS
from tests import library
from tests.recommend.listed import A_DAY, A_WEEK, AS_OF, DAY, NUMBERS, night, track
from tests.suite.random_cases import costly
from tests.web import seed

pytestmark = pytest.mark.usefixtures("database_url")
NONE = Tally(0, 0)
MS = timedelta(milliseconds=1)
# Title, artist, and which of them are one song.
TRACKS = (
    ("Low Tide", "The Lanterns", 0),
    ("Low Tide - Single Version", "The Lanterns", 0),
    ("Low Tide (Live)", "The Lanterns", 1),
    ("Low Tide", "Quiet Rooms", 2),
    ("Echo", "Quiet Rooms", 3),
)
PROVIDERS = ("rotation", "house", "lb_cf")
tracks = st.integers(0, len(TRACKS) - 1)
proposed = st.tuples(st.sampled_from(KINDS), tracks, st.lists(st.sampled_from(PROVIDERS), unique=True))


@dataclass(frozen=True)
class Night:
    """A list of `day` days after the first; `counts` unless it failed or was made when its day was over."""

    day: int
    shown: Sequence[tuple[str, int, list[str]]]
    simple: Sequence[tuple[str, int]]
    status: str
    backfilled: bool

    @property
    def counts(self) -> bool:
        return self.status != "failed" and not self.backfilled and bool(self.shown)


@dataclass(frozen=True)
class Heard:
    track: int
    after: timedelta
    ms: int | None


nights = st.lists(
    st.builds(
        Night,
        st.integers(0, 9),
        st.lists(proposed, max_size=6, unique_by=lambda item: item[1]),
        st.lists(st.tuples(st.sampled_from(KINDS), tracks), max_size=6, unique_by=lambda item: item[1]),
        st.sampled_from(["ok", "ok", "ok", "cold", "degraded", "failed"]),
        st.sampled_from([False, False, False, True]),
    ),
    max_size=6,
    unique_by=lambda night: night.day,
)
plays = st.lists(
    st.builds(
        Heard,
        tracks,
        st.builds(lambda half_days, ms: half_days * A_DAY / 2 + ms * MS, st.integers(-4, 40), st.integers(-1, 1)),
        st.sampled_from([None, 0, 29_999, 30_000, 200_000]),
    ),
    max_size=20,
)


def song_of(place: int) -> int:
    return TRACKS[place][2]


def by_hand(lists: Sequence[Night], heard: Sequence[Heard], today: int) -> Quality:
    """The same, with a look at every play for every song."""
    over = [each for each in lists if each.counts and each.day + 7 <= today]
    result = [song for each in over for song in songs_of(each, heard)]

    providers = []
    for name in sorted(PROVIDERS):
        days = [DAY + day * A_DAY for owner, _, day, _ in result if owner == name]
        if days:
            providers.append(ProviderQuality(name, min(days), max(days), tuple(shown_kinds(name, result))))
    months = []
    for month in sorted({month_of(day) for _, _, day, _ in result}):
        of_month = [song for song in result if month_of(song[2]) == month]
        months.append(MonthQuality(month, tuple(shown_kinds("list", of_month))))
    pending = sum(each.counts and each.day <= today < each.day + 7 for each in lists)
    return Quality(len(over), pending, tuple(kinds("list", result)), tuple(providers), tuple(months))


Song = tuple[str, str, int, bool]  # whose it is, its kind and day, and whether it was heard in time


def kinds(whose: str, songs: Sequence[Song]) -> list[KindQuality]:
    def tally(owner: str, kind: str) -> Tally:
        hits = [hit for its_owner, its_kind, _, hit in songs if (its_owner, its_kind) == (owner, kind)]
        return Tally(len(hits), sum(hits))

    return [KindQuality(kind, tally(whose, kind), tally("simple", kind)) for kind in KINDS]


def shown_kinds(whose: str, songs: Sequence[Song]) -> list[KindQuality]:
    return [kind for kind in kinds(whose, songs) if kind.shown.shown]


def month_of(day: int) -> date:
    return (DAY + day * A_DAY).replace(day=1)


def songs_of(each: Night, heard: Sequence[Heard]) -> list[Song]:
    """Each song of a list once."""
    simple = sorted(each.simple, key=lambda item: (item[0], each.simple.index(item)))
    listed = [(("list", *names), kind, place) for kind, place, names in each.shown]
    beside = [(("simple",), kind, place) for kind, place in simple]
    return [
        (whose, kind, each.day, is_hit(each, place, heard))
        for songs in (listed, beside)
        for number, (owners, kind, place) in enumerate(songs)
        if song_of(place) not in {song_of(earlier) for _, _, earlier in songs[:number]}
        for whose in owners
    ]


def is_hit(each: Night, place: int, heard: Sequence[Heard]) -> bool:
    return any(
        song_of(play.track) == song_of(place)
        and each.day * A_DAY <= play.after < (each.day + 7) * A_DAY
        and (play.ms is None or play.ms >= 30_000)
        for play in heard
    )


@costly()
@given(lists=nights, heard=plays, today=st.integers(0, 20))
def test_counts_equal_those_counted_by_hand(lists: Sequence[Night], heard: Sequence[Heard], today: int) -> None:
    account_id = seed.account(f"listener{next(NUMBERS)}", zone="UTC")
    ids = [track(title, artist) for title, artist, _ in TRACKS]
    for each in lists:
        shown = [(kind, ids[place], names) for kind, place, names in each.shown]
        simple = [(kind, ids[place]) for kind, place in each.simple]
        night(account_id, shown, simple, DAY + each.day * A_DAY, status=each.status, backfilled=each.backfilled)
    for play in heard:
        seed.play(account_id, ids[play.track], AS_OF + play.after, ms_played=play.ms)
    library.refresh(account_id)
    with connected():
        report = quality(account_id, DAY, DAY + 30 * A_DAY, AS_OF + today * A_DAY)
    assert report == by_hand(lists, heard, today)


def test_rates_and_lifts_need_something_to_compare() -> None:
    alice = seed.account(zone="UTC")
    a, b, c, d, e = (track(title) for title in ("A", "B", "C", "D", "E"))
    night(
        alice,
        [
            ("rotation", a, ["rotation"]),
            ("rotation", b, ["rotation"]),
            ("deeper", c, ["house", "lb_cf"]),
            ("new_artist", d, ["house"]),
            ("new_release", e, ["new_release"]),
        ],
        [("rotation", a), ("rotation", c), ("rotation", d), ("rotation", e), ("deeper", b)],
    )
    for heard in (a, b, d, e):
        seed.play(alice, heard, AS_OF + A_DAY)
    seed.move_times("play", "played_at", "-2 days", "track_id = %s", e)
    library.refresh(alice)
    with connected():
        report = quality(alice, DAY, DAY, AS_OF + A_WEEK)
    assert [(kind.kind, kind.shown, kind.baseline, kind.lift) for kind in report.kinds] == [
        ("rotation", Tally(2, 2), Tally(4, 2), 2.0),
        ("forgotten", NONE, NONE, None),
        ("rediscover", NONE, NONE, None),
        ("deeper", Tally(1, 0), Tally(1, 1), 0.0),
        ("new_artist", Tally(1, 1), NONE, None),
        ("new_release", Tally(1, 0), NONE, None),
    ]
    assert [(each.provider, each.shown, each.baseline_rate, each.lift) for each in report.providers] == [
        ("house", Tally(2, 1), 1.0, 0.0),
        ("lb_cf", Tally(1, 0), 1.0, 0.0),
        ("new_release", Tally(1, 0), None, None),
        ("rotation", Tally(2, 2), 0.5, 2.0),
    ]


def test_a_provider_of_several_kinds_is_compared_with_a_baseline_of_the_same_kinds() -> None:
    house = ProviderQuality(
        "house",
        DAY,
        DAY,
        (
            KindQuality("deeper", Tally(30, 6), Tally(100, 10)),
            KindQuality("new_artist", Tally(10, 1), Tally(200, 4)),
            KindQuality("new_release", Tally(50, 50), NONE),
        ),
    )
    assert house.shown == Tally(90, 57)
    assert house.baseline_rate == pytest.approx((30 * 0.1 + 10 * 0.02) / 40)
    assert house.lift == pytest.approx((7 / 40) / (3.2 / 40))


def test_without_baseline_hits_there_is_no_lift() -> None:
    kind = KindQuality("deeper", Tally(10, 3), Tally(10, 0))
    provider = ProviderQuality("house", DAY, DAY, (kind,))
    assert (kind.lift, provider.lift, provider.baseline_rate, kind.shown.rate) == (None, None, 0.0, 0.3)


def test_without_lists_there_are_only_empty_kinds() -> None:
    with connected():
        report = quality(seed.account(), DAY, DAY, AS_OF)
    assert report == Quality(0, 0, tuple(KindQuality(kind, NONE, NONE) for kind in KINDS), (), ())
