"""Songs that at least five other listeners here play near a listener's favourites are proposed, without saying who."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from math import log1p, sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected, row, rows
from db.people.accounts import ensure_accounts
from db.people.preferences import change_preference
from people.accounts import account_named
from recommend.listening import stored_other_listeners
from recommend.listening.candidates import Candidate
from recommend.listening.context import AfterTheCut, Context
from recommend.listening.names import song_key
from recommend.listening.other_listeners import EMPTY, FAR, LATEST, LEAST_OTHERS, MEETINGS, House, HousePlay, HouseTrack
from recommend.listening.songs import Song
from recommend.listening.stored_other_listeners import house_before
from recommend.nightly import recommend
from recommend.providers import house as provider
from recommend.providers import unheard_by_artist
from tests import library
from tests.recommend.contexts import AS_OF, context, song
from tests.recommend.made_up import MANY

ME = 1  # the account of contexts
OTHERS = range(2, 7)
END = AS_OF.timestamp()
TRACKS = {
    number: HouseTrack(number, name, artist, "X")
    for number, (name, artist) in enumerate(
        [("Loved", "A"), ("Loved - Remastered 2011", "A"), ("Deep", "A"), ("Deeper", "A"), ("New", "B"), ("Newer", "C"),
         ("Two", "B"), ("Three", "C")], 1
    )
}  # fmt: skip
LOVED = song("Loved", "A", plays=3, track_id=77)
History = Mapping[int, Sequence[HousePlay]]


def heard(*tracks: int, days: float = 1, apart: float = 200) -> list[HousePlay]:
    """Plays of the tracks, `apart` seconds from each other, beginning `days` days before the cut-off."""
    return [HousePlay(END - days * 86_400 + place * apart, track) for place, track in enumerate(tracks)]


def house(plays: History) -> House:
    return House.of(plays, TRACKS, AS_OF)


def five(*tracks: int) -> dict[int, list[HousePlay]]:
    """Five others who each heard these tracks one after the other."""
    return {account_id: heard(*tracks) for account_id in OTHERS}


def summaries(candidates: Sequence[Candidate]) -> list[tuple[str, str, str]]:
    return [(candidate.kind, candidate.name, candidate.reason) for candidate in candidates]


def test_songs_that_others_play_near_a_loved_one_are_proposed_nearest_first() -> None:
    here = context(LOVED, house=house(five(1, 5, 3)))
    close = [round(5 * log1p(log1p(LOVED.decay(30)) / sqrt(5) / distance), 9) for distance in (1, 2)]
    message = "house", "Played with Loved by others here", {"songs": [LOVED.key], "track_ids": [77]}
    assert provider.candidates(here, 9) == [
        Candidate("new_artist", "New", "B", close[0], *message, track_id=5, album="X"),
        Candidate("deeper", "Deep", "A", close[1], *message, track_id=3, album="X"),
    ]  # fmt: skip
    assert summaries(provider.candidates(here, 1)) == [("new_artist", "New", "Played with Loved by others here")]
    assert provider.candidates(here, 0) == []


def test_the_reason_names_the_loved_song_that_is_played_nearest() -> None:
    other = song("Two", "B", plays=3)
    here = context(LOVED, other, house=house(five(1, 4, 6, 7)))
    assert summaries(provider.candidates(here, 9)) == [
        ("deeper", "Deeper", "Played with Loved by others here"),
        ("new_artist", "Newer", "Played with Two by others here"),
    ]


def test_an_artist_is_known_after_three_plays() -> None:
    for plays, kind in [(2, "new_artist"), (3, "deeper")]:
        here = context(LOVED, song("Two", "B", plays=plays, ago=300), house=house(five(1, 5)))
        assert [candidate.kind for candidate in provider.candidates(here, 9)] == [kind]


def test_versions_of_a_recording_are_one_song_with_the_lowest_track_id() -> None:
    plays = {account_id: heard(1 + account_id % 2, 5) for account_id in OTHERS}
    assert provider.candidates(context(LOVED, house=house(plays)), 9) == provider.candidates(
        context(LOVED, house=house(five(1, 5))), 9
    )
    assert [track.name for track in house(plays).songs] == [
        "",
        *(TRACKS[number].name for number in (1, 3, 4, 5, 6, 7, 8)),
    ]


@pytest.mark.parametrize(
    ("plays", "why"),
    [
        (dict(list(five(1, 5).items())[1:]), "four others"),
        (dict(list(five(1, 5).items())[1:]) | {ME: heard(1, 5)}, "four others and the listener"),
        (five(1, 5) | {3: []}, "four others, and one without plays"),
        (five(1) | {2: heard(1, 5)}, "a song that one other plays"),
        ({account_id: heard(1, 5, apart=1801) for account_id in OTHERS}, "songs with a pause between"),
        (five(1, *[7] * FAR, 5), "songs too far apart"),
        (five(3, 5), "others who do not play what is loved"),
        ({account_id: heard(1, days=3) + heard(5, days=1) for account_id in OTHERS}, "songs of other days"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_nothing_is_proposed_from_too_little(plays: History, why: str) -> None:
    begun = [song_key("B", "Two")] if "far" in why else []
    assert provider.candidates(context(LOVED, house=house(plays), begun=begun), 9) == []


def test_a_song_that_was_only_begun_is_not_new() -> None:
    here = context(LOVED, house=house(five(1, 5, 3)), begun=[song_key("B", "New")])
    assert summaries(provider.candidates(here, 9)) == [("deeper", "Deep", "Played with Loved by others here")]


def test_repeating_a_song_gives_a_listener_little_more_influence() -> None:
    calm = five(1, 5)
    mad = calm | {2: heard(*[1, 5] * 100)}
    near = [house(plays).beside(ME, {LOVED.key: 1.0}).closeness for plays in (calm, mad)]
    number = house(calm).numbers[song_key("B", "New")]
    assert near[0][number] < near[1][number] < 2 * near[0][number]


def test_only_some_of_the_plays_of_a_popular_song_are_used() -> None:
    many = {account_id: heard(*[1, 5] * 3) for account_id in range(2, 200)}
    beside = house(many).beside(ME, {LOVED.key: 1.0})
    assert MEETINGS / 2 < len(beside.meetings) <= MEETINGS


def test_only_each_listeners_latest_plays_count() -> None:
    plays = five(1, 5)
    plays[2] = heard(3, 4, days=30) + heard(*[7] * (LATEST - 1), 8, apart=1)
    made = house(plays)
    assert [made.listeners[made.numbers[song_key("A", name)]] for name in ("Deep", "Deeper", "Loved")] == [0, 0, 4]
    assert len(made.row) == 1 + 4 * 3 + LATEST + 1


def test_a_house_refuses_later_plays() -> None:
    with pytest.raises(ValueError, match=r"only plays before 2026-11-20 03:00 UTC, but one is later") as refused:
        house(five(1, 5) | {4: [HousePlay(END, 3)]})
    assert "4" not in str(refused.value).replace("2026-11-20", "")
    with pytest.raises(AfterTheCut):
        context(LOVED, house=House.of({}, {}, AS_OF + timedelta(seconds=1)))


def test_an_empty_house_proposes_nothing() -> None:
    assert not EMPTY.has_enough_besides(ME)
    assert EMPTY.beside(ME, {LOVED.key: 1.0}).closeness == {}
    assert provider.candidates(context(LOVED), 9) == []
    assert house({}).beside(ME, {LOVED.key: 1.0}).closeness == {}


# Many plays of few songs, some of them next to each other.
PLAYS = st.lists(
    st.builds(HousePlay, st.integers(1, 40).map(lambda minutes: END - 600 * minutes), st.sampled_from(sorted(TRACKS))),
    max_size=20,
)
HOUSES = st.dictionaries(st.integers(2, 12), PLAYS, max_size=9)
LIBRARIES = st.lists(
    st.sampled_from(sorted(TRACKS)).map(lambda number: song(TRACKS[number].name, TRACKS[number].artist, plays=3)),
    max_size=4,
    unique_by=lambda heard: heard.key,
)


def night(songs: Sequence[Song], plays: History) -> Context:
    return context(*songs, house=house(plays), begun=[song_key("C", "Three")])


def both(here: Context, limit: int = 9) -> list[list[Candidate]]:
    return [provider.candidates(here, limit), unheard_by_artist.candidates(here, limit)]


@given(LIBRARIES, HOUSES, st.integers(0, 5), st.randoms(use_true_random=False))
@MANY
def test_any_house_proposes_new_songs_best_first_whatever_its_order(
    songs: list[Song], plays: dict[int, list[HousePlay]], limit: int, chance: Random
) -> None:
    here = night(songs, plays)
    result = both(here, limit)
    for proposed in result:
        assert len(proposed) <= limit
        assert here.library.isdisjoint(candidate.key for candidate in proposed)
        assert proposed == sorted(proposed, key=lambda candidate: (-candidate.score, candidate.key))
    accounts = list(plays)
    chance.shuffle(accounts)
    shuffled = {account_id: chance.sample(plays[account_id], len(plays[account_id])) for account_id in accounts}
    chance.shuffle(songs)
    assert both(night(songs, shuffled), limit) == result


@given(LIBRARIES, HOUSES, PLAYS)
@MANY
def test_a_listeners_own_plays_do_not_count_as_those_of_others(
    songs: list[Song], plays: dict[int, list[HousePlay]], mine: list[HousePlay]
) -> None:
    own = {song.key for song in songs} | {song_key("C", "Three")}
    mine = [play for play in mine if TRACKS[play.track].key in own]
    assert both(night(songs, {**plays, ME: mine})) == both(night(songs, plays))


@given(LIBRARIES, HOUSES)
@MANY
def test_fewer_than_five_others_reveal_nothing(songs: list[Song], plays: dict[int, list[HousePlay]]) -> None:
    few = dict(list(plays.items())[: LEAST_OTHERS - 1])
    assert both(night(songs, few)) == [[], []]


@given(LIBRARIES, HOUSES, st.randoms(use_true_random=False))
@MANY
def test_the_result_does_not_reveal_any_listener(
    songs: list[Song], plays: dict[int, list[HousePlay]], chance: Random
) -> None:
    """The same histories under other account ids give the same result, and no account's id appears in it."""
    here = both(night(songs, plays))
    numbers = chance.sample(range(900_000_000, 900_001_000), len(plays))
    renumbered = both(night(songs, dict(zip(numbers, plays.values(), strict=True))))
    assert [[(item.key, item.reason, item.evidence) for item in each] for each in renumbered] == [
        [(item.key, item.reason, item.evidence) for item in each] for each in here
    ]
    evidence = [json.dumps([item.evidence for item in each]) for each in renumbered]
    assert not any(str(number) in text for number in numbers for text in evidence)
    for proposed in here[0]:
        assert set(proposed.evidence) == {"songs", "track_ids"}
        assert set(proposed.evidence["songs"]) <= {song.key for song in songs}  # type: ignore[call-overload]


PLAY = """
    INSERT INTO play (account_id, played_at, track_id, ms_played, source, digest)
    SELECT account.id, %s, track.id, %s, 'extended', track.id FROM account, track
    WHERE username = %s AND track.uri = %s RETURNING account_id
"""
NAMES = ["alice", "bob", "carol", "dave", "erin", "frank"]


@pytest.fixture
def accounts(database_url: str) -> Iterator[dict[str, int]]:
    """Six listeners who agreed to share, and heard Loved and New."""
    with connected():
        ensure_accounts(NAMES, "Europe/Berlin")
        for name, artist in [("Loved", "A"), ("New", "B"), ("Deep", "A")]:
            row("INSERT INTO track (uri, name, artist_name) VALUES (%s, %s, %s) RETURNING id", name, name, artist)
        result = dict(rows("SELECT username, id FROM account"))
        for name in NAMES:
            change_preference(result[name], house=True)
            for uri, minutes_ago in (("Loved", 10), ("New", 5)):
                row(PLAY, AS_OF - timedelta(minutes=minutes_ago), 200_000, name, uri)
        library.refresh()
        yield result


def played(username: str, uri: str, minutes_ago: float, ms: int | None = 200_000) -> None:
    (account_id,) = row(PLAY, AS_OF - timedelta(minutes=minutes_ago), ms, username, uri) or (0,)
    library.refresh(account_id)


def listeners(made: House) -> dict[str, int]:
    return {song.name: made.listeners[number] for number, song in enumerate(made.songs) if number}


def test_the_house_consists_of_listeners_who_agreed(accounts: dict[str, int]) -> None:
    made = house_before(AS_OF)
    assert (made.until, set(made.spans)) == (AS_OF, set(accounts.values()))
    assert listeners(made) == {"Loved": 6, "New": 6}
    assert made.has_enough_besides(accounts["alice"])
    assert made.beside(accounts["alice"], {LOVED.key: 1.0}).closeness == {
        made.numbers[song_key("B", "New")]: round(5 * log1p(1 / sqrt(5)), 9)
    }
    assert set(house_before(AS_OF, [accounts["bob"], 0]).spans) == {accounts["bob"]}


def test_disabled_accounts_and_those_who_did_not_agree_are_not_in_the_house(accounts: dict[str, int]) -> None:
    change_preference(accounts["bob"], house=False)
    row("UPDATE account SET disabled_at = now() WHERE username = 'carol' RETURNING id")
    row("DELETE FROM recommendation_preference WHERE account_id = %s RETURNING account_id", accounts["dave"])
    made = house_before(AS_OF, accounts.values())
    assert set(made.spans) == {accounts[name] for name in ("alice", "erin", "frank")}
    assert made.beside(accounts["alice"], {LOVED.key: 1.0}).closeness == {}


def test_a_run_uses_a_part_of_a_large_house_and_another_part_on_another_day(
    accounts: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_other_listeners, "MOST_LISTENERS", 3)
    days = [frozenset(house_before(AS_OF + timedelta(days=number)).spans) for number in range(20)]
    assert {len(chosen) for chosen in days} == {3}
    assert set().union(*days) == set(accounts.values())
    assert days[0] == frozenset(house_before(AS_OF).spans)


def test_a_run_uses_the_latest_plays_of_each_listener_of_a_large_house(
    accounts: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    played("bob", "Deep", 0.5)
    monkeypatch.setattr(stored_other_listeners, "MOST_PLAYS", 6)  # one of each
    made = house_before(AS_OF)
    assert sum(number > 0 for number in made.row) == 6
    assert listeners(made)["Deep"] == 1


@pytest.mark.parametrize(("minutes_ago", "ms", "counts"), [
    (1, 29_999, False), (1, 30_000, True), (1, None, True), (0, 200_000, False), (-1, 200_000, False),
])  # fmt: skip
def test_plays_of_thirty_seconds_before_the_cut_off_count(
    accounts: dict[str, int], minutes_ago: float, ms: int | None, counts: bool
) -> None:
    played("bob", "Deep", minutes_ago, ms)
    assert listeners(house_before(AS_OF)).get("Deep", 0) == counts


def test_a_track_with_an_invisible_name_is_not_recommended(accounts: dict[str, int]) -> None:
    played("bob", "Deep", 7)
    row("UPDATE track SET name = chr(8203) || ' ' WHERE uri = 'Loved' RETURNING id")
    row("UPDATE track SET artist_name = chr(12288), uri = NULL WHERE uri = 'Deep' RETURNING id")
    assert listeners(house_before(AS_OF)) == {"New": 6}


def test_plays_that_a_listener_hides_are_not_in_the_house(accounts: dict[str, int]) -> None:
    hidden = rows("INSERT INTO exclusion (account_id, kind) VALUES (%s, 'incognito') RETURNING id", accounts["bob"])
    where = "WHERE account_id = %s AND track_id = (SELECT id FROM track WHERE name = 'New') RETURNING id"
    row(f"UPDATE play SET excluded_by = %s {where}", *hidden[0], accounts["bob"])  # noqa: S608
    assert listeners(house_before(AS_OF)) == {"Loved": 6, "New": 5}


def exported(username: str, uri: str, name: str, artist: str) -> None:
    """Store that an export of this account names the track and that the account has played it."""
    row("INSERT INTO track (uri) VALUES (%s) ON CONFLICT DO NOTHING RETURNING id", uri)
    row(
        "INSERT INTO reported_track (account_id, track_id, name, artist_name, last_played_at) "
        "SELECT account.id, track.id, %s, %s, now() FROM account, track WHERE username = %s AND uri = %s RETURNING 1",
        name, artist, username, uri,
    )  # fmt: skip
    played(username, uri, 3)


def names(made: House) -> set[tuple[str, str]]:
    return {(song.name, song.artist) for song in made.songs if song.id}


def test_a_name_from_one_listeners_export_is_not_shown_to_others(accounts: dict[str, int]) -> None:
    exported("bob", "spotify:track:private", "Private", "Bob himself")
    assert names(house_before(AS_OF)) == {("Loved", "A"), ("New", "B")}


def test_a_name_in_two_listeners_exports_is_shown_and_another_in_a_thirds_is_not(accounts: dict[str, int]) -> None:
    exported("bob", "spotify:track:known", "Known", "C")
    exported("carol", "spotify:track:known", "known", "c")
    exported("dave", "spotify:track:known", "Wrong", "Somebody Else")
    made = house_before(AS_OF)
    assert names(made) == {("Loved", "A"), ("New", "B"), ("Known", "C")}
    assert made.listeners[made.numbers[song_key("C", "Known")]] == 3


def test_a_wrong_name_does_not_turn_a_track_into_another_song(accounts: dict[str, int]) -> None:
    """Bob's track called "Loved" was stored first, but it is not the song that the others mean."""
    row("UPDATE track SET uri = 'spotify:track:0', name = NULL, artist_name = NULL WHERE uri = 'Loved' RETURNING id")
    row("INSERT INTO track (uri, name, artist_name) VALUES ('Loved', 'Loved', 'A') RETURNING id")
    exported("bob", "spotify:track:0", "Loved", "A")
    for name in NAMES:
        played(name, "Loved", 7)
    (track_id,) = row("SELECT id FROM track WHERE uri = 'Loved'") or (0,)
    made = house_before(AS_OF)
    assert made.songs[made.numbers[song_key("A", "Loved")]].id == track_id


def test_songs_by_various_artists_are_not_in_the_house(accounts: dict[str, int]) -> None:
    for name in ("bob", "carol"):
        exported(name, "spotify:track:compiled", "Compiled", "Various Artists")
    assert names(house_before(AS_OF)) == {("Loved", "A"), ("New", "B")}


def test_a_song_that_several_know_may_appear_in_anothers_list(accounts: dict[str, int]) -> None:
    for name in ("bob", "carol", "dave"):
        exported(name, "spotify:track:known", "Known", "C")
    for day in range(1, 8):
        played("alice", "Loved", day * 1440)
        played("alice", "New", day * 1440 + 5)
    recommend(account_named("alice"), AS_OF.date())
    assert rows(
        "SELECT name, artist_name FROM recommendation JOIN track ON track.id = track_id WHERE kind = 'new_artist'"
    ) == [("Known", "C")]
    assert rows("SELECT artist.name FROM track_artist JOIN artist ON artist.id = artist_id") == [("C",)]
