"""Names from an export belong to the account that imported it, and go when the import is undone."""

import json
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collect.exports.streaming_history import ImportReport, _store, import_history, undo_import
from collect.recent import store_recent
from db.account_changes.deletion import delete_account
from db.engine.connection import connected, row, rows
from db.library.catalogue import save_tracks
from db.library.exclusions import add_exclusion
from db.library.recording_choices import RecordingError, join_recordings, split_recording
from db.people.accounts import ensure_accounts
from insights.answers.periods import BEGINNING, Period
from insights.history.pages import history
from insights.plays.scope import Scope
from insights.questions.discoveries import discoveries
from insights.questions.forgotten import forgotten_by
from insights.questions.top_albums import top_albums
from insights.questions.top_artists import top_artists
from insights.questions.top_tracks import top_tracks
from insights.questions.totals import totals
from music import Artist, Play, Track
from people.accounts import account_named
from people.days import Zones
from tests.collect.histories import NOON, Silent
from tests.suite.random_cases import costly

URI = f"spotify:track:{7:022}"


@pytest.fixture
def accounts(database_url: str) -> dict[str, int]:
    with connected():
        ensure_accounts(["alice", "carol"], "UTC")
        return {name: account_named(name).id for name in ("alice", "carol")}


def extended(
    name: str | None, artist: str | None = "The Lanterns", uri: str | None = URI, at: str = "2024-05-01T10:00:00Z"
) -> dict[str, Any]:
    return {
        "ts": at, "ms_played": 200_000, "spotify_track_uri": uri, "master_metadata_track_name": name,
        "master_metadata_album_artist_name": artist, "master_metadata_album_album_name": "Tidewater",
    }  # fmt: skip


def take_in(account_id: int, folder: Path, *history_rows: dict[str, Any]) -> int:
    path = folder / "Streaming_History_Audio_2024_0.json"
    path.write_text(json.dumps(history_rows))
    return import_history(account_id, [path], Silent()).import_id


def shown_names(account_id: int) -> list[tuple[str | None, list[str], str | None]]:
    """Names, artists and album of what was played, the newest first."""
    with connected():
        tracks = [play.known_track() for play in history(account_id, 100).plays]
    return [(track.name, [artist.name for artist in track.artists], track.album_name) for track in tracks]


def test_an_import_renames_nobody_elses_music(accounts: dict[str, int], tmp_path: Path) -> None:
    alice, carol = accounts["alice"], accounts["carol"]
    take_in(carol, tmp_path, extended("Right Name"))
    before = shown_names(carol)
    wrong = take_in(alice, tmp_path, extended(" ", "Alice's Artist", at="2025-05-01T10:00:00Z"))
    assert shown_names(carol) == before == [("Right Name", ["The Lanterns"], "Tidewater")]
    undo_import(wrong)
    assert shown_names(carol) == before


def test_undoing_takes_names_back_as_it_takes_plays(accounts: dict[str, int], tmp_path: Path) -> None:
    carol = accounts["carol"]
    take_in(carol, tmp_path, extended("Old Name"))
    newer = take_in(carol, tmp_path, extended("New Name", "The Lanterns (UK)", at="2025-05-01T10:00:00Z"))
    assert [name for name, *_ in shown_names(carol)] == ["New Name"] * 2
    undo_import(newer)
    assert shown_names(carol) == [("Old Name", ["The Lanterns"], "Tidewater")]
    assert "New Name" not in str(rows_of(carol))


def rows_of(account_id: int) -> list[Any]:
    with connected():
        return rows("SELECT name, artist_name FROM account_track WHERE account_id = %s", account_id)


def test_a_row_dated_in_the_future_does_not_set_a_name_for_ever(accounts: dict[str, int], tmp_path: Path) -> None:
    carol = accounts["carol"]
    take_in(carol, tmp_path, extended("Wrong For Ever", at="2099-01-01T00:00:00Z"))
    take_in(carol, tmp_path, extended("Right Name"))
    assert {name for name, *_ in shown_names(carol)} == {"Right Name"}


def test_the_same_export_again_keeps_its_names_when_the_first_is_undone(
    accounts: dict[str, int], tmp_path: Path
) -> None:
    carol = accounts["carol"]
    first = take_in(carol, tmp_path, extended("Right Name"))
    take_in(carol, tmp_path, extended("Right Name"))
    undo_import(first)
    assert shown_names(carol) == [("Right Name", ["The Lanterns"], "Tidewater")]


def test_a_shows_name_is_the_accounts_own_too(accounts: dict[str, int], tmp_path: Path) -> None:
    alice, carol = accounts["alice"], accounts["carol"]
    episode = {
        "spotify_track_uri": None,
        "master_metadata_track_name": None,
        "spotify_episode_uri": f"spotify:episode:{1:022}",
    }
    for account_id, show in ((carol, "Right Show"), (alice, "Wrong Show")):
        take_in(account_id, tmp_path, extended(None) | episode | {"episode_name": "One", "episode_show_name": show})
    with connected():
        assert rows("SELECT show_name FROM account_episode ORDER BY account_id") == [("Wrong Show",), ("Right Show",)]


def test_a_name_from_spotify_itself_holds_for_every_account(accounts: dict[str, int], tmp_path: Path) -> None:
    for account_id in accounts.values():
        take_in(account_id, tmp_path, extended("As Exported"))
    with connected():
        save_tracks([Track("As Spotify Says", (Artist("Lanterns", "L" * 22),), uri=URI)], described_now=True)
    assert [shown_names(account_id)[0][:2] for account_id in accounts.values()] == [
        ("As Spotify Says", ["Lanterns"])
    ] * 2


def test_an_older_name_that_a_deleted_account_had_too_still_has_its_artist_and_album(
    accounts: dict[str, int], tmp_path: Path
) -> None:
    alice, carol = accounts["alice"], accounts["carol"]
    take_in(carol, tmp_path, extended("Old Name", "Old Artist"))
    newer = take_in(carol, tmp_path, extended("New Name", at="2025-05-01T10:00:00Z"))
    take_in(alice, tmp_path, extended("Old Name", "Old Artist"))
    with connected():
        delete_account(alice)
    undo_import(newer)
    with connected():
        assert rows("SELECT num_nulls(artist_id, album_id) FROM account_track") == [(0,)]


@pytest.mark.parametrize("uri", [None, URI, "spotify:local:The+Lanterns:Tidewater:Right+Name:200"])
def test_deleting_an_account_during_anothers_import_takes_nothing_from_that_import(
    accounts: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uri: str | None
) -> None:
    alice, carol = accounts["alice"], accounts["carol"]
    take_in(alice, tmp_path, extended("Right Name", uri=uri))
    deleting = Thread(target=delete, args=(alice,))

    def store(*args: Any) -> ImportReport:
        deleting.start()
        deleting.join(0.5)
        return _store(*args)

    monkeypatch.setattr("collect.exports.streaming_history._store", store)
    take_in(carol, tmp_path, extended("Right Name", uri=uri))
    deleting.join()
    assert shown_names(carol) == [("Right Name", ["The Lanterns"], "Tidewater")]
    with connected():
        assert rows("SELECT account_id, num_nulls(artist_id, album_id) FROM account_track") == [(carol, 0)]


def delete(account_id: int) -> None:
    with connected():
        delete_account(account_id)


TITLES, ARTISTS = ("One", "ONE", "Two", " "), ("A", "B", "Various Artists")
ROW = st.builds(
    extended,
    st.sampled_from(TITLES),
    st.sampled_from(ARTISTS),
    st.sampled_from([None, *(f"spotify:track:{n:022}" for n in range(3))]),
    st.sampled_from([f"2024-05-0{day}T10:00:00Z" for day in range(1, 6)]),
)
NAMES = st.tuples(st.sampled_from(TITLES), st.sampled_from(ARTISTS))
RULES = [("artist", "A"), ("track", "A \u2013 One"), ("album", "A \u2013 Tidewater")]
STEP = st.one_of(
    st.tuples(st.just("import"), st.lists(ROW, min_size=1, max_size=4)),
    st.tuples(st.just("account data"), st.lists(NAMES, min_size=1)),
    st.tuples(st.just("undo"), st.none()),
    st.tuples(st.just("exclude"), st.sampled_from(RULES)),
    st.tuples(st.just("join"), st.tuples(st.integers(0, 9), st.integers(0, 9))),
    st.tuples(st.just("split"), st.integers(0, 9)),
)  # fmt: skip


def answers(account_id: int) -> str:
    """What the account sees: names, ranks and numbers."""
    period = Period(None, BEGINNING, NOON.replace(year=2100))
    scope = Scope(account_id, Zones(((BEGINNING, "UTC"),)), period, min_seconds=0)
    with connected():
        return repr([
            shown_names(account_id), totals(scope), top_tracks(scope, "plays", 50), top_artists(scope, "plays", 50),
            top_albums(scope, "plays", 50), discoveries(scope, "year", 50), forgotten_by(scope, NOON, 1, 1, 50),
            rows("SELECT * FROM account_track WHERE account_id = %s ORDER BY track_id", account_id),
            rows("SELECT * FROM account_version WHERE account_id = %s", account_id),
        ])  # fmt: skip


@pytest.mark.programs
@costly()
@given(own=st.lists(ROW, min_size=1, max_size=5), steps=st.lists(STEP, min_size=1, max_size=5))
def test_nothing_that_one_account_does_changes_an_answer_about_another(
    database_url: str, tmp_path: Path, own: list[dict[str, Any]], steps: list[tuple[str, Any]]
) -> None:
    with connected():
        rows("TRUNCATE account, track, artist, episode RESTART IDENTITY CASCADE; SELECT 1")
        ensure_accounts(["alice", "carol"], "UTC")
        alice, carol = account_named("alice").id, account_named("carol").id
    take_in(carol, tmp_path, *own)
    with connected():
        play = Play(NOON, Track("One", (Artist("A", "A" * 22),), uri=f"spotify:track:{1:022}", duration_ms=200_000))
        store_recent(carol, [play], page_is_full=False)
    before = answers(carol)
    imports: list[int] = []
    for what, value in steps:
        act(alice, tmp_path, what, value, imports)
        assert answers(carol) == before, what
    with connected():
        delete_account(alice)
    assert answers(carol) == before


def act(account_id: int, folder: Path, what: str, value: Any, imports: list[int]) -> None:
    with connected():
        tracks = [
            key for (key,) in rows("SELECT track_id FROM account_track WHERE account_id = %s ORDER BY 1", account_id)
        ]
    if what == "import":
        imports.append(take_in(account_id, folder, *value))
    elif what == "account data":
        path = folder / "StreamingHistory_music_0.json"
        row = {"endTime": "2024-05-01 10:00"}
        named = enumerate(value, start=40_000)
        result = [row | {"artistName": artist, "trackName": title, "msPlayed": ms} for ms, (title, artist) in named]
        path.write_text(json.dumps(result))
        imports.append(import_history(account_id, [path], Silent()).import_id)
    elif what == "undo" and imports:
        undo_import(imports.pop())
    elif what == "exclude":
        with connected():
            add_exclusion(account_id, *value)
    elif tracks and what in {"join", "split"}:
        choose(account_id, tracks, what, value)


def choose(account_id: int, tracks: list[int], what: str, value: Any) -> None:
    with connected():
        if what == "split":
            split_recording(account_id, tracks[value % len(tracks)])
            return
        try:
            join_recordings(account_id, tracks[value[0] % len(tracks)], tracks[value[1] % len(tracks)])
        except RecordingError:  # these are one song already
            return


@pytest.mark.programs
@costly()
@given(own=st.lists(ROW, min_size=1, max_size=5), other=st.lists(ROW, min_size=1, max_size=5))
def test_undoing_an_import_leaves_everything_as_it_was_names_included(
    accounts: dict[str, int], tmp_path: Path, own: list[dict[str, Any]], other: list[dict[str, Any]]
) -> None:
    carol = accounts["carol"]
    first = take_in(carol, tmp_path, *own)
    before = without_version(carol)
    undo_import(take_in(carol, tmp_path, *other))
    assert without_version(carol) == before
    undo_import(first)
    with connected():
        assert row("SELECT FROM account_track WHERE account_id = %s", carol) is None


def without_version(account_id: int) -> str:
    return answers(account_id).rpartition("[(")[0]
