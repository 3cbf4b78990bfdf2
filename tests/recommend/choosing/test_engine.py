"""A list from what providers propose: what may never be in it, whatever they do."""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.failures import DatabaseUnreachable
from recommend.choosing.engine import Made, Wishes, make_list
from recommend.choosing.picking import OF_AN_ARTIST, PLAYED_OF_AN_ARTIST
from recommend.choosing.repeats import AGAIN_AFTER
from recommend.choosing.slots import SIZE, limits, slots
from recommend.listening.candidates import DISCOVERY, KINDS, Candidate
from recommend.listening.context import AfterTheCut, Context
from recommend.listening.credits import credited
from recommend.listening.names import album_key, artist_key, song_key
from recommend.listening.verdicts import Verdicts
from tests.recommend.contexts import AS_OF, TODAY, answered, context, song
from tests.recommend.providers.proposing import ARTISTS, CANDIDATES, TITLES, candidate, provider

LIBRARY = st.lists(st.builds(song, TITLES, ARTISTS, plays=st.integers(1, 9)), max_size=8, unique_by=lambda s: s.key)
KEYS = st.builds(song_key, ARTISTS, TITLES)
SHOWN = st.dictionaries(KEYS, st.lists(st.integers(1, 40).map(lambda ago: TODAY - timedelta(days=ago)), min_size=1))
VERBS = st.sampled_from(["like", "dislike", "block", "not_now"])
VERDICTS = st.builds(
    Verdicts,
    st.dictionaries(KEYS, VERBS, max_size=3),
    st.dictionaries(ARTISTS.map(artist_key), VERBS, max_size=2),
    st.dictionaries(st.builds(album_key, ARTISTS, st.sampled_from(["X", "Y"])), VERBS, max_size=2),
)


@given(
    st.lists(CANDIDATES, min_size=1, max_size=4), LIBRARY, SHOWN, VERDICTS, st.none() | st.floats(0, 1),
    st.dictionaries(st.sampled_from(["p0", "p1"]), st.floats(0.5, 1)),
)  # fmt: skip
def test_a_list_keeps_every_rule(
    proposed: Sequence[Sequence[Candidate]],
    library: Sequence[Any],
    shown: Mapping[str, Sequence[date]],
    verdicts: Verdicts,
    dial: float | None,
    factors: Mapping[str, float],
) -> None:
    providers = [provider(f"p{number}", items) for number, items in enumerate(proposed)]
    listener, wishes = context(*library, shown=shown), Wishes(dial, verdicts)
    made = make_list(listener, wishes, factors, providers)
    items = made.items
    assert len(items) <= SIZE
    assert [each.kind for each in items] == sorted((each.kind for each in items), key=KINDS.index)
    for is_played, most in ((True, PLAYED_OF_AN_ARTIST), (False, OF_AN_ARTIST)):
        by_artist = Counter(artist_key(each.artist) for each in items if (each.kind == "rotation") == is_played)
        assert max(by_artist.values(), default=0) <= most
    assert len({song_key(each.artist, each.name) for each in items}) == len(items)
    uris = [each.uri for each in items if each.uri]
    assert len(set(uris)) == len(uris)
    albums = Counter((artist_key(each.artist), each.album) for each in items if each.album and each.kind in DISCOVERY)
    assert max(albums.values(), default=0) <= 1
    known_keys, known_uris = {each.key for each in library}, {each.uri for each in library}
    again_after = dict[str, int](AGAIN_AFTER.items())
    for each in items:
        assert each.reason
        assert each.evidence
        assert not (each.kind in DISCOVERY and (each.key in known_keys or each.uri in known_uris))
        since = TODAY - timedelta(days=again_after.get(each.kind, 0))
        assert not [day for day in shown.get(each.key, ()) if since <= day < TODAY]
        verbs = {verdicts.artists.get(artist) for artist in credited(each.artist, each.name)}
        assert not verbs & {"block", "not_now"}
        assert verdicts.songs.get(each.key) in {None, "like"}
        if each.album:
            assert verdicts.albums.get(album_key(each.artist, each.album)) in {None, "like"}
    assert made == make_list(listener, wishes, factors, providers[::-1])


def chosen(made: Made) -> list[tuple[str, str]]:
    return [(each.kind, each.name) for each in made.items]


def raising(_context: Context, _limit: int) -> list[Candidate]:
    raise RuntimeError("nobody at home")


def hanging(_context: Context, _limit: int) -> list[Candidate]:
    threading.Event().wait(60)
    return [candidate("Late")]


def leaving(_context: Context, _limit: int) -> list[Candidate]:
    raise SystemExit(3)


ODD: Sequence[tuple[str, Any, str]] = [
    ("raises", raising, "failed"),
    ("hangs", hanging, "late"),
    ("ends the program", leaving, "failed"),
    ("gives nothing at all", lambda _context, _limit: None, "failed"),
    ("gives no candidates", lambda _context, _limit: ["song"], "failed"),
    ("gives a number", lambda _context, _limit: 5, "failed"),
    ("scores with none", [candidate(score=float("nan"))], "failed"),
    ("scores without end", [candidate(score=float("inf"))], "failed"),
    ("scores in words", [candidate(score="best")], "failed"),  # type: ignore[arg-type]
    ("names no artist", [candidate(artist=" ")], "failed"),
    ("gives no reason", [candidate(reason="")], "failed"),
    ("knows another kind", [candidate(kind="advertisement")], "failed"),
    ("has a list for a URI", [candidate(uri=["spotify:track:1"])], "failed"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("value", "state"), [odd[1:] for odd in ODD], ids=[odd[0] for odd in ODD])
def test_a_failing_provider_degrades_the_run_without_failing_it(value: Any, state: str) -> None:
    well = provider("well", [candidate("Two", "B", "rotation")])
    listener = context(song("Two", "B", plays=600, ago=1))
    made = make_list(listener, Wishes(), {}, [provider("odd", value), well], seconds=0.2)
    assert (made.status, chosen(made)) == ("degraded", [("rotation", "Two")])
    assert {name: answer.state for name, answer in made.answers.items()} == {"odd": state, "well": "ok"}


@pytest.mark.parametrize("blank", ["", " ", "\u00a0", "\u3000", "\u200b", "\ufeff", "\x1f", "\u3164"])
def test_an_unusable_candidate_does_not_affect_the_others(blank: str) -> None:
    result = [candidate(blank), candidate("Two", blank), candidate("Three", "C"), candidate("Four", "D", reason=blank)]
    made = make_list(context(song("One", plays=600)), Wishes(), {}, [provider("some", result)])
    assert (made.status, chosen(made)) == ("ok", [("deeper", "Three")])
    assert made.answers["some"].state == "ok"


def test_a_run_fails_if_all_providers_fail() -> None:
    made = make_list(context(song("One", plays=600)), Wishes(), {}, [provider("odd", raising)])
    assert (made.status, made.items) == ("failed", [])


def test_expired_answers_are_used_and_reported() -> None:
    def reading(listener: Context, _limit: int) -> list[Candidate]:
        return [candidate(each.payload, "B") for each in listener.cached("artist_tracks", ["a"])["a"]]

    old = answered("artist_tracks", "a", "New", stale=True)
    listener = context(song("One", plays=600), cached=[old])
    made = make_list(listener, Wishes(), {}, [provider("reads", reading)])
    assert (made.status, chosen(made)) == ("degraded", [("deeper", "New")])
    assert (made.answers["reads"].state, made.answers["reads"].oldest) == ("stale", AS_OF - timedelta(days=1))


def test_a_play_at_the_cut_off_is_an_error() -> None:
    with pytest.raises(AfterTheCut):
        context(song("One", ago=0))

    def peeking(_context: Context, _limit: int) -> list[Candidate]:
        context(song("Two", ago=-1))
        return []

    with pytest.raises(AfterTheCut):
        make_list(context(song("One", ago=1)), Wishes(), {}, [provider("peeks", peeking)])


def test_agreement_of_providers_outranks_a_single_one() -> None:
    lone = provider("a", [candidate("Lone", "B"), candidate("Both", "C")])
    other = provider("b", [candidate("Both", "C"), candidate("Third", "D")])
    made = make_list(context(song("One")), Wishes(), {}, [lone, other])
    assert chosen(made) == [("deeper", "Both"), ("deeper", "Lone"), ("deeper", "Third")]
    assert made.items[0].providers == {"a": 2, "b": 1}


def test_a_provider_that_performed_badly_has_less_weight() -> None:
    first, second = provider("a", [candidate("First", "B")]), provider("b", [candidate("Second", "C")])
    assert chosen(make_list(context(song("One")), Wishes(), {"a": 0.5}, [first, second]))[0] == ("deeper", "Second")
    assert make_list(context(song("One")), Wishes(), {"a": 0.5}, [first, second]).weights == {"a": 0.5, "b": 1.0}


def test_the_last_place_of_a_kind_is_for_exploring() -> None:
    many = [candidate(f"Song {number}", f"Artist {number}") for number in range(100)]
    made = make_list(context(song("One")), Wishes(0.18), {}, [provider("a", many)])
    deeper = made.items
    assert [each.exploring for each in deeper[:7]] == [False] * 7
    drawn = [each for each in deeper if each.exploring]
    assert len(drawn) == 1
    assert drawn[0].providers["a"] > 20
    assert len(deeper) == SIZE  # places that no other kind can fill


def test_an_artist_has_four_places_for_songs_that_you_play_and_two_others() -> None:
    plays = provider("rotation", [candidate(f"Old {number}", "A", "rotation") for number in range(9)])
    new = provider("new", [candidate(f"New {number}", "A", album=f"Album {number}") for number in range(9)])
    made = make_list(context(song("One", "Z")), Wishes(0.0), {}, [plays, new])
    old = [("rotation", f"Old {number}") for number in range(4)]
    assert chosen(made) == [*old, ("deeper", "New 0"), ("deeper", "New 1")]


@given(st.floats(0, 1))
def test_the_dial_moves_places_from_known_to_new_songs(dial: float) -> None:
    places, more = slots(dial), slots(min(1.0, dial + 0.3))
    assert sum(places.values()) == SIZE
    assert sum(places[kind] for kind in DISCOVERY) <= sum(more[kind] for kind in DISCOVERY)


def test_for_a_median_listener_the_list_is_half_new() -> None:
    assert slots(0.18) == {
        "rotation": 7, "forgotten": 4, "rediscover": 4, "deeper": 7, "new_artist": 5, "new_release": 3,
    }  # fmt: skip
    assert slots(0.0)["new_artist"] == 0
    assert slots(1.0)["rotation"] == 2


@given(st.floats(0, 1), CANDIDATES)
def test_no_kind_has_more_places_than_fit_the_dial(dial: float, proposed: Sequence[Candidate]) -> None:
    made = make_list(context(song("One", "Z")), Wishes(dial), {}, [provider("a", proposed)])
    assert {kind for kind in KINDS if made.sizes[kind] > limits(dial)[kind]} == set()


@pytest.mark.parametrize(("dial", "rotation"), [(0.0, 21), (0.18, 20), (1.0, 4)])
def test_a_list_without_new_music_is_short_rather_than_full_of_the_rotation(dial: float, rotation: int) -> None:
    plays = [candidate(f"Song {number}", f"Artist {number}", "rotation") for number in range(60)]
    made = make_list(context(song("One", plays=600)), Wishes(dial), {}, [provider("rotation", plays)])
    assert len(made.items) == rotation


def test_kinds_share_the_places_that_others_cannot_fill() -> None:
    plays = [
        candidate(f"{kind} {number}", f"{kind} of {number}", kind)
        for kind in ("rotation", "forgotten", "rediscover")
        for number in range(60)
    ]
    made = make_list(context(song("One", plays=600)), Wishes(0.18), {}, [provider("rotation", plays)])
    counts = {kind: count for kind, count in made.sizes.items() if count}
    assert counts == {"rotation": 19, "forgotten": 5, "rediscover": 6}


@pytest.mark.parametrize("is_cold", [True, False])
def test_a_beginners_list_is_not_adventurous_only_because_everything_is_new(is_cold: bool) -> None:
    made = make_list(context(song("One"), is_cold=is_cold), Wishes(), {}, [])
    assert made.adventurousness == (0.18 if is_cold else 1.0)


def test_a_lost_database_is_not_blamed_on_a_provider() -> None:
    def asking(_context: Context, _limit: int) -> list[Candidate]:
        raise DatabaseUnreachable("The connection to the database was lost; try again.")

    with pytest.raises(DatabaseUnreachable):
        make_list(context(song("One", plays=600)), Wishes(), {}, [provider("reads", asking)])
