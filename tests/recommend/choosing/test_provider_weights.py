"""The weights of providers: lower where a simple list did better for three months."""

from collections.abc import Iterable, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected, rows
from recommend.choosing.provider_weights import weights
from tests import library
from tests.recommend.listed import A_DAY, AS_OF, DAY, NUMBERS, Shown, Simple, night, nights, track
from tests.suite.random_cases import costly
from tests.web import seed

pytestmark = pytest.mark.usefixtures("database_url")
TONIGHT = AS_OF + 96 * A_DAY  # DAY is the first of the 90 dates whose lists count


@pytest.fixture
def alice(database_url: str) -> int:
    return seed.account(zone="UTC")


@pytest.fixture
def loved(alice: int) -> list[int]:
    """Four tracks that are heard every day."""
    tracks = [track(f"Loved {number}") for number in range(4)]
    heard_daily(alice, tracks)
    return tracks


@pytest.fixture
def ignored(database_url: str) -> list[int]:
    """Four tracks that are never heard."""
    return [track(f"Ignored {number}") for number in range(4)]


def heard_daily(account_id: int, tracks: Sequence[int], days: Iterable[int] = range(-120, 96)) -> None:
    """At 16:00 of each of these days after DAY."""
    with connected():
        rows(
            "INSERT INTO play (account_id, track_id, played_at, ms_played, source, digest) SELECT %s, track_id, "
            "%s + day * interval '1 day', 200000, 'extended', track_id FROM unnest(%s::bigint[]) track_id, "
            "unnest(%s) day "
            "RETURNING 1",
            account_id, AS_OF + A_DAY / 2, tracks, list(days),
        )  # fmt: skip
    library.refresh(account_id)


def dates(count: int, first: int = 0) -> list[date]:
    return [DAY + number * A_DAY for number in range(first, first + count)]


def shown_by(kind: str, tracks: Sequence[int], *providers: str) -> list[Shown]:
    return [(kind, track_id, providers) for track_id in tracks]


def simple(kind: str, tracks: Sequence[int]) -> list[Simple]:
    return [(kind, track_id) for track_id in tracks]


def tonight(account_id: int) -> dict[str, float]:
    with connected():
        return weights(account_id, TONIGHT)


def test_a_worse_provider_loses_in_proportion_and_a_better_one_gains_nothing(
    alice: int, loved: list[int], ignored: list[int]
) -> None:
    nights(
        alice,
        dates(90),
        [
            *shown_by("deeper", loved[:2], "house"),
            *shown_by("deeper", ignored[:2], "house"),
            *shown_by("deeper", loved[2:], "lb_cf"),
        ],
        simple("deeper", [*loved[:3], ignored[0]]),
    )
    assert tonight(alice) == {"house": 0.67, "lb_cf": 1.0}


def test_a_provider_is_compared_within_its_own_kinds(alice: int, loved: list[int], ignored: list[int]) -> None:
    nights(
        alice,
        dates(90),
        [
            *shown_by("new_artist", [loved[0], *ignored[:2]], "similar_artist"),
            *shown_by("rotation", [loved[1]], "rotation"),
        ],
        [*simple("new_artist", [loved[2], *ignored]), *simple("rotation", loved[:2])],
    )
    assert tonight(alice) == {"similar_artist": 1.0, "rotation": 1.0}


def test_no_provider_loses_more_than_half(alice: int, loved: list[int], ignored: list[int]) -> None:
    nights(alice, dates(90), shown_by("deeper", ignored, "house"), simple("deeper", loved))
    assert tonight(alice) == {"house": 0.5}


@pytest.mark.parametrize(
    ("count", "first", "weight"),
    [(60, 0, 1.0), (61, 0, 0.5), (61, 29, 0.5), (61, 30, 1.0), (61, -1, 1.0), (90, 0, 0.5), (180, -90, 0.5)],
    ids=[
        "two months less a day", "two months", "the last two months", "the last list is pending",
        "the first is too old", "three months", "half a year",
    ],
)  # fmt: skip
def test_a_weight_needs_two_months_of_lists_in_three(
    alice: int, loved: list[int], ignored: list[int], count: int, first: int, weight: float
) -> None:
    nights(alice, dates(count, first), shown_by("deeper", ignored, "house"), simple("deeper", loved))
    assert tonight(alice) == {"house": weight}


@pytest.mark.parametrize(("shown", "weight"), [(49, 1.0), (50, 0.5)])
def test_a_weight_needs_50_songs(alice: int, loved: list[int], ignored: list[int], shown: int, weight: float) -> None:
    days = dates(90)
    for day in [*days[: shown - 1], days[-1]]:
        night(alice, shown_by("deeper", ignored[:1], "house"), simple("deeper", loved[:1]), day)
    assert tonight(alice) == {"house": weight}


def test_songs_without_a_baseline_are_not_enough(alice: int, loved: list[int], ignored: list[int]) -> None:
    for day in (DAY, DAY + 89 * A_DAY):
        night(alice, [("deeper", ignored[0], ["house"])], simple("deeper", loved), day)
    nights(alice, dates(80, 1), shown_by("new_release", ignored, "house"), [])
    assert tonight(alice) == {"house": 1.0}


def test_without_baseline_hits_no_provider_loses(alice: int, ignored: list[int]) -> None:
    nights(alice, dates(90), shown_by("deeper", ignored[:2], "house"), simple("deeper", ignored[2:]))
    assert tonight(alice) == {"house": 1.0}


def test_a_weight_recovers_with_better_lists(alice: int, loved: list[int], ignored: list[int]) -> None:
    nights(alice, dates(90, -90), shown_by("deeper", ignored, "house"), simple("deeper", loved))
    with connected():
        assert weights(alice, AS_OF + 6 * A_DAY) == {"house": 0.5}
    nights(alice, dates(90), shown_by("deeper", loved, "house"), simple("deeper", loved))
    assert tonight(alice) == {"house": 1.0}


def test_without_lists_there_are_no_factors(alice: int) -> None:
    assert tonight(alice) == {}


share = st.lists(st.integers(0, 7), min_size=1, max_size=6, unique=True)


@costly()
@given(
    heard=st.lists(st.integers(0, 7), max_size=5, unique=True),
    shown=st.fixed_dictionaries({"house": share, "lb_cf": share}),
    shown_simply=share,
    later=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 9)), max_size=8),
)
def test_factors_stay_within_bounds_and_ignore_later_plays(
    heard: list[int], shown: dict[str, list[int]], shown_simply: list[int], later: list[tuple[int, int]]
) -> None:
    account_id = seed.account(f"listener{next(NUMBERS)}", zone="UTC")
    tracks = [track(f"Song {number}", f"Artist {account_id}") for number in range(8)]
    proposed = [
        ("deeper", track_id, [name for name, places in shown.items() if place in places])
        for place, track_id in enumerate(tracks)
    ]
    nights(account_id, dates(90), proposed, simple("deeper", [tracks[place] for place in shown_simply]))
    heard_daily(account_id, [tracks[place] for place in heard], range(0, 96, 7))
    result = tonight(account_id)

    def rate(places: list[int]) -> float:
        return len(set(places) & set(heard)) / len(places)

    assert result == {
        name: min(max(round(rate(places) / rate(shown_simply), 2), 0.5), 1.0) if rate(shown_simply) else 1.0
        for name, places in shown.items()
    }
    for place, days in later:
        seed.play(account_id, tracks[place], TONIGHT + days * A_DAY)
    library.refresh(account_id)
    assert tonight(account_id) == result
