"""Plays that players submit: each once, and one with what Spotify and exports report of it."""

import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collect.exports.rows.row_fields import Malformed, TooLittle
from collect.exports.streaming_history import import_history, undo_import
from collect.recent import store_recent
from collect.submissions.listens import read_announced, read_submitted
from collect.submissions.scrobbles import Ignored, read_playing, read_scrobble
from collect.submissions.submitting import announce, submit_listens
from db.account_changes.api_data import forget_api_data
from db.engine.connection import connected, database, rows
from db.people.accounts import AccountError, ensure_accounts
from db.submissions.announced import announced_track
from db.submissions.plays import StoredListens
from music import Album, Artist, Play, Track
from people.accounts import account_named
from tests.collect.export_files import as_json
from tests.collect.histories import Silent
from tests.suite.random_cases import costly
from tests.web import seed

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATEST = NOON + timedelta(days=1)
BOATS = Track("Paper Boats", (Artist("The Lanterns"), Artist("A Guest")), None, seed.HARBOUR, 213_000)
LINK = "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC"


@pytest.fixture
def alice(database_url: str) -> Iterator[int]:
    with connected():
        ensure_accounts(["alice"], "Europe/Berlin")
        yield account_named("alice").id


def listen(began: datetime = NOON, /, **info: object) -> dict[str, Any]:
    """As multi-scrobbler submits a play of Spotify."""
    metadata = {"artist_name": "The Lanterns", "track_name": "Paper Boats", "release_name": "Harbour"}
    more = {"duration": 213, "submission_client": "multi-scrobbler"} | info
    return {"listened_at": int(began.timestamp()), "track_metadata": {**metadata, "additional_info": more}}


def submit(account_id: int, *listens: dict[str, Any]) -> tuple[int, int]:
    """How many are new, and how many were known."""
    stored = submit_listens(account_id, [read_submitted(each, LATEST) for each in listens])
    return stored.new, stored.known


def scrobble(account_id: int, began: datetime, **fields: str) -> StoredListens:
    named = {"artist": "The Lanterns", "track": "Paper Boats", "timestamp": str(int(began.timestamp())), **fields}
    return submit_listens(account_id, [read_scrobble(named, LATEST)])


def counted(account_id: int) -> list[tuple[str, datetime, str, str]]:
    """(source, end, title, artist) of the plays that count, the oldest first."""
    return rows(
        "SELECT source, played_at, own.name, own.artist_name FROM counted_play "
        "JOIN account_track own USING (account_id, track_id) WHERE account_id = %s ORDER BY played_at",
        account_id,
    )


def reports(account_id: int) -> list[str]:
    return [source for (source,) in rows("SELECT source FROM play WHERE account_id = %s ORDER BY source", account_id)]


def spotify_shows(account_id: int, *ended: datetime, track: Track = BOATS) -> None:
    store_recent(account_id, [Play(each, track) for each in ended], page_is_full=False)


def test_a_listen_counts_when_it_ended_with_its_names(alice: int) -> None:
    assert submit(alice, listen()) == (1, 0)
    assert counted(alice) == [("listenbrainz", NOON + timedelta(seconds=213), "Paper Boats", "The Lanterns")]


def test_sent_again_it_is_known(alice: int) -> None:
    assert submit(alice, listen(), listen(), listen(NOON + timedelta(minutes=5))) == (2, 1)
    assert submit(alice, listen(), listen(NOON + timedelta(minutes=5))) == (0, 2)
    assert len(counted(alice)) == 2


def test_sent_again_with_more_that_is_known_of_it_it_is_the_same_play(alice: int) -> None:
    submit(alice, listen(duration=None))
    assert submit(alice, listen(duration_played=100)) == (0, 1)
    assert submit(alice, listen(duration_ms=213_400)) == (0, 1)


def test_several_titles_of_one_second_are_several_plays(alice: int) -> None:
    other = listen()
    other["track_metadata"]["track_name"] = "Low Tide"
    assert submit(alice, listen(), other) == (2, 0)


@pytest.mark.parametrize("first", ["player", "spotify"])
@pytest.mark.parametrize("seconds", [-60, 0, 3, 60])
def test_one_play_that_spotify_reports_too_counts_once(alice: int, first: str, seconds: int) -> None:
    ended = NOON + timedelta(seconds=213 + seconds)
    if first == "spotify":
        spotify_shows(alice, ended)
    submit(alice, listen())
    if first == "player":
        spotify_shows(alice, ended)
    assert [(source, at) for source, at, *_ in counted(alice)] == [("recent", ended)]
    assert reports(alice) == ["listenbrainz", "recent"]


def test_it_is_recognised_by_its_link_where_names_differ(alice: int) -> None:
    spotify_shows(alice, NOON + timedelta(seconds=213))
    named = listen(spotify_id=LINK)
    named["track_metadata"] |= {"track_name": "Paper Boats (2011 Remaster)", "artist_name": "Lanterns, The"}
    submit(alice, named)
    assert [source for source, *_ in counted(alice)] == ["recent"]


def test_it_is_recognised_by_one_of_its_artists(alice: int) -> None:
    spotify_shows(alice, NOON + timedelta(seconds=213))
    both = listen(artist_names=["The Lanterns", "A Guest"])
    both["track_metadata"]["artist_name"] = "The Lanterns, A Guest"
    submit(alice, both)
    assert [source for source, *_ in counted(alice)] == ["recent"]


def test_a_play_by_several_artists_counts_for_the_first(alice: int) -> None:
    both = listen(artist_names=["The Lanterns", "A Guest"])
    both["track_metadata"]["artist_name"] = "The Lanterns, A Guest"
    submit(alice, both)
    assert [(title, artist) for *_, title, artist in counted(alice)] == [("Paper Boats", "The Lanterns")]


def test_a_listen_a_scrobble_and_spotifys_report_of_a_play_are_one(alice: int) -> None:
    submit(alice, listen())
    scrobble(alice, NOON + timedelta(seconds=2), duration="213")
    spotify_shows(alice, NOON + timedelta(seconds=214))
    assert [source for source, *_ in counted(alice)] == ["recent"]
    assert reports(alice) == ["listenbrainz", "recent", "scrobble"]


def test_a_song_on_repeat_counts_every_time(alice: int) -> None:
    begins = [NOON + timedelta(seconds=213) * number for number in range(10)]
    spotify_shows(alice, *(began + timedelta(seconds=214) for began in begins))
    submit(alice, *map(listen, begins))
    assert [source for source, *_ in counted(alice)] == ["recent"] * 10


def test_the_same_song_an_hour_later_is_another_play(alice: int) -> None:
    spotify_shows(alice, NOON + timedelta(seconds=213))
    submit(alice, listen(NOON + timedelta(hours=1)))
    assert [source for source, *_ in counted(alice)] == ["recent", "listenbrainz"]


def test_a_batch_over_years_is_matched_everywhere(alice: int) -> None:
    begins = [NOON - timedelta(days=400) * number for number in range(5)]
    for began in begins:
        spotify_shows(alice, began + timedelta(seconds=213))
    submit(alice, *map(listen, begins))
    assert [source for source, *_ in counted(alice)] == ["recent"] * 5


def test_the_length_and_the_recording_that_a_player_knows_are_kept(alice: int) -> None:
    submit(alice, listen(isrc="GB-AYE-06-01498"))
    assert rows("SELECT duration_ms, isrc FROM account_track WHERE account_id = %s", alice) == [
        (213_000, "GBAYE0601498")
    ]


def test_names_that_a_player_sends_stay_with_the_account(alice: int) -> None:
    ensure_accounts(["bob"], "Europe/Berlin")
    bob = account_named("bob").id
    named = listen(spotify_id=LINK)
    named["track_metadata"]["track_name"] = "A private joke"
    submit(alice, named)
    submit(bob, listen(spotify_id=LINK))
    assert [title for *_, title, _ in counted(bob)] == ["Paper Boats"]


def test_what_an_import_has_too_stays_when_it_is_undone(alice: int, tmp_path: Path) -> None:
    submit(alice, listen())
    path = tmp_path / "listens.jsonl"
    path.write_bytes(as_json(listen())[1:-1])
    report = import_history(alice, [path], Silent())
    assert report.fates["identical"] == 1
    undo_import(report.import_id)
    assert [source for source, *_ in counted(alice)] == ["listenbrainz"]


def test_a_known_import_belongs_to_the_player_from_then_on(alice: int, tmp_path: Path) -> None:
    path = tmp_path / "listens.jsonl"
    path.write_bytes(as_json(listen())[1:-1])
    report = import_history(alice, [path], Silent())
    assert submit(alice, listen()) == (0, 1)
    undo_import(report.import_id)
    assert [source for source, *_ in counted(alice)] == ["listenbrainz"]


def test_it_stays_when_the_consent_to_spotify_ends(alice: int) -> None:
    spotify_shows(alice, NOON + timedelta(seconds=213))
    submit(alice, listen())
    with database.atomic():
        forget_api_data(alice)
    assert reports(alice) == ["listenbrainz"]


def test_a_disabled_account_takes_no_plays(alice: int) -> None:
    rows("UPDATE account SET disabled_at = now() WHERE id = %s RETURNING 1", alice)
    with pytest.raises(AccountError):
        submit(alice, listen())
    assert reports(alice) == []


def test_a_podcast_is_kept_as_one(alice: int) -> None:
    assert submit(alice, listen(origin_url=LINK.replace("track", "episode"))) == (1, 0)
    assert counted(alice) == []
    assert rows("SELECT name, show_name FROM account_episode WHERE account_id = %s", alice) == [
        ("Paper Boats", "The Lanterns")
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"listened_at": None}, "`listened_at` is not a number of seconds since 1970"),
        ({"listened_at": "1795176000"}, "`listened_at` is not a number of seconds since 1970"),
        ({"listened_at": 12}, "`listened_at` is before October 2002: the player's clock was not set"),
        ({"listened_at": int(LATEST.timestamp()) + 1}, "ended in the future"),
        ({"track_metadata": None}, "`track_metadata` is not a JSON object"),
        ({"track_metadata": {"track_name": "Paper Boats"}}, "no `track_name` or no `artist_name`"),
        ({"track_metadata": {"track_name": " ", "artist_name": "x"}}, "no `track_name` or no `artist_name`"),
        ({"track_metadata": {"track_name": 4, "artist_name": "x"}}, "`track_name` is not text"),
        ({"more": "x" * 10_240}, "longer than 10,240 bytes"),
    ],
)
def test_what_is_no_play_is_refused_with_the_reason(change: dict[str, Any], reason: str) -> None:
    with pytest.raises((Malformed, TooLittle)) as refusal:
        read_submitted({**listen(), **change}, LATEST)
    assert str(refusal.value) == reason


@pytest.mark.parametrize(
    "odd",
    [
        {"duration_ms": "213000"}, {"duration_ms": 213_000.4}, {"duration_ms": -1}, {"duration": True},
        {"duration": 0}, {"duration_played": None}, {"artist_mbids": [""]}, {"recording_mbid": "x"},
        {"spotify_id": 5}, {"origin_url": "x" * 2000}, {"isrc": ["a", "b"]}, {"artist_names": "x"},
        {"artist_names": [None, 4]}, {"artist_names": []}, {"tags": {"a": 1}}, {"tracknumber": "1/12"},
        {"spotify_history": {"ts": "2020-01-01T00:00:00Z", "ms_played": 1}},
    ],
)  # fmt: skip
def test_odd_further_fields_do_not_lose_a_listen(odd: dict[str, object]) -> None:
    submitted = read_submitted(listen(**odd), LATEST)
    assert (submitted.row.source, submitted.row.name, submitted.row.artist_or_show) == (
        "listenbrainz", "Paper Boats", "The Lanterns"
    )  # fmt: skip
    assert submitted.row.loaded_ms == NOON.timestamp() * 1000


def json_values() -> st.SearchStrategy[Any]:
    texts = st.text() | st.sampled_from(["spotify:local:a:b:c:3", LINK, "\u0000", "\ud800", "x" * 1001, "1795176000"])
    numbers = (
        st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([1795176000, 2**31, 1e300])
    )
    plain = st.none() | st.booleans() | numbers | texts
    return st.recursive(plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))


FIELDS = (
    "artist_name", "track_name", "release_name", "spotify_id", "origin_url", "duration_ms", "duration",
    "duration_played", "artist_names", "isrc",
)  # fmt: skip


@given(st.data())
def test_whatever_is_sent_is_a_play_or_refused(data: st.DataObject) -> None:
    info = data.draw(st.dictionaries(st.sampled_from(FIELDS), json_values()))
    metadata = {"artist_name": "The Lanterns", "track_name": "Paper Boats", "additional_info": info}
    metadata |= data.draw(st.dictionaries(st.sampled_from(FIELDS[:3]), json_values()))
    began = data.draw(st.sampled_from([1795176000, None]) | json_values())
    with suppress(Malformed, TooLittle):
        submitted = read_submitted({"listened_at": began, "track_metadata": metadata}, LATEST)
        assert submitted.row.name
        assert submitted.row.artist_or_show
        assert datetime.fromisoformat(submitted.row.played_at) <= LATEST


@costly()
@given(st.lists(st.tuples(st.text(min_size=1, max_size=9), st.text(max_size=9), st.integers(0, 3)), max_size=9))
def test_whatever_is_named_is_stored_once(database_url: str, named: list[tuple[str, str, int]]) -> None:
    listens = []
    for title, artist, minute in named:
        sent = listen(NOON + timedelta(minutes=minute), artist_names=[artist, title])
        sent["track_metadata"] |= {"track_name": title, "artist_name": artist}
        with suppress(Malformed, TooLittle):
            listens.append(read_submitted(sent, LATEST))
    with connected():
        ensure_accounts([name := f"u{secrets.token_hex(6)}"], "Europe/Berlin")
        account_id = account_named(name).id
        different = {(each.row.loaded_ms, each.music.name, each.music.artist) for each in listens}
        assert submit_listens(account_id, listens).new == len(different)
        assert submit_listens(account_id, listens).new == 0


def test_what_is_nested_too_deeply_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(500):
        deep = {"a": deep}
    with pytest.raises(Malformed, match="nested too deeply"):
        read_submitted({**listen(), "more": deep}, LATEST)


def test_further_information_can_be_missing_or_no_object() -> None:
    nothing: tuple[object, ...] = (None, [], "x")
    for info in nothing:
        bare = listen()
        bare["track_metadata"]["additional_info"] = info
        assert read_submitted(bare, LATEST).row.played_at == "2026-11-20T12:00:00.000+00:00"


@pytest.mark.parametrize(
    ("fields", "code", "reason"),
    [
        ({"artist": ""}, 1, "no `artist`"),
        ({"track": "\u200b"}, 2, "no `track`"),
        ({"artist": "x" * 1001}, 1, "`artist` is longer than 1000 characters or 1300 bytes"),
        ({"timestamp": ""}, 3, "`timestamp` is not a number of seconds since 1970"),
        ({"timestamp": "-5"}, 3, "`timestamp` is not a number of seconds since 1970"),
        ({"timestamp": "100"}, 3, "`timestamp` is before October 2002: the player's clock was not set"),
        ({"timestamp": "4795176000"}, 4, "ended in the future"),
        ({"timestamp": "9" * 15}, 4, "`time` is beyond the year 9999"),
    ],
)
def test_a_scrobble_that_is_no_play_is_ignored_with_lastfms_code(
    fields: dict[str, str], code: int, reason: str
) -> None:
    whole = {"artist": "The Lanterns", "track": "Paper Boats", "timestamp": "1795176000", **fields}
    with pytest.raises(Ignored) as ignored:
        read_scrobble(whole, LATEST)
    assert (ignored.value.code, str(ignored.value)) == (code, reason)


def test_a_scrobble_with_odd_further_fields_is_a_play(alice: int) -> None:
    odd = {"duration": "3:33", "album": "x" * 1001, "trackNumber": "1/12", "mbid": "x", "chosenByUser": "maybe"}
    assert scrobble(alice, NOON, **odd) == StoredListens(1, 0)
    assert [(source, at) for source, at, *_ in counted(alice)] == [("scrobble", NOON)]


def test_a_track_that_is_playing_is_announced_until_it_ends(alice: int) -> None:
    playing = listen()
    del playing["listened_at"]
    announce(alice, read_announced(playing), NOON)
    track = announced_track(alice, NOON + timedelta(seconds=212))
    assert track is not None
    assert (track.name, track.artist_name, track.album_name) == ("Paper Boats", "The Lanterns", "Harbour")
    assert announced_track(alice, NOON + timedelta(seconds=213)) is None
    announce(alice, read_playing({"artist": "Marble Choir", "track": "Tidewater"}), NOON)
    track = announced_track(alice, NOON + timedelta(minutes=9))
    assert track is not None
    assert (track.name, track.source, track.duration_ms) == ("Tidewater", "scrobble", None)
    assert announced_track(alice, NOON + timedelta(minutes=10)) is None


def test_a_track_that_is_playing_has_no_time_yet() -> None:
    assert read_announced({**listen(), "listened_at": None}).row.name == "Paper Boats"
    with pytest.raises(Malformed, match="has no `listened_at` yet"):
        read_announced(listen())


def test_an_album_is_counted_under_its_name(alice: int) -> None:
    submit(alice, listen())
    named = rows(
        "SELECT album.name, artist.name FROM account_track own JOIN album ON album.id = own.album_id "
        "JOIN artist ON artist.id = album.artist_id WHERE account_id = %s", alice,
    )  # fmt: skip
    assert named == [(Album("Harbour").name, "The Lanterns")]
