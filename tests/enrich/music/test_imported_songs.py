"""Imported songs that Spotify describes: which, with whose connection, how many, and what follows from it."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from db.engine.connection import connected, database
from db.people.account_status import disable_account, enable_account
from db.people.apps import add_app, use_app
from demo.fake_wire import json_answer
from enrich.music.imported_songs import MOST_A_RUN
from enrich.music.run import Enriched
from music import Track
from people.accounts import account_named
from tests.enrich.music.looking_up import GENRES, enriched, stored
from tests.enrich.music.test_killed import Killed, killed_after
from tests.enrich.music.test_private_names import imports, row
from tests.enrich.refreshes import Night, night, tracks_of
from tests.fake import CATALOGUE

LANTERNS, COAST = tracks_of(*CATALOGUE.artists[:1], each=3), tracks_of(*CATALOGUE.artists[1:2], each=1)
DESCRIBED = "SELECT uri, name, isrc FROM track WHERE fetched_at IS NOT NULL ORDER BY uri"
PER_DAY = 200  # a fifth of API_CALLS_A_DAY
QUOTA = json_answer(429, {"error": {"status": 429, "reason": "QUOTA_EXCEEDED"}}, retry_after="50000")


def exported(tracks: Sequence[Track], times: Sequence[int] = (), first: int = 1) -> list[dict[str, object]]:
    """Each track so many times, under names that are not Spotify's."""
    played = [track for track, often in zip(tracks, times or [1] * len(tracks), strict=True) for _ in range(often)]
    return [
        row(number, f"xq{track.artists[0].name}", f"xq{track.title}", track.uri)
        for number, track in enumerate(played, first)
    ]


def listens(around: Night, username: str, folder: Path, *plays: dict[str, object]) -> None:
    """Has imported these, and is connected."""
    imports(username, folder, *plays)
    around.world.fake.add_listener(username)
    around.world.connect(username)


def described_by(around: Night) -> tuple[Enriched, list[str]]:
    """One run, and the ids that it asked Spotify for, in order."""
    around.world.fake.requests.clear()
    done = enriched(around, spotify=around.world.spotify)
    paths = [request.path for request in around.world.fake.requests]
    return done, [path.removeprefix("/v1/tracks/") for path in paths if path.startswith("/v1/tracks/")]


def asked_for(around: Night) -> list[str]:
    return described_by(around)[1]


def ids(*tracks: Track) -> list[str]:
    return [str(track.uri).removeprefix("spotify:track:") for track in tracks]


def unknown(count: int, first: int = 0) -> list[dict[str, object]]:
    """Plays of songs that Spotify does not know, by one artist."""
    return [row(number, "Nobody", f"Song {number}") for number in range(first + 1, first + count + 1)]


@pytest.fixture
def around(database_url: str) -> Night:
    return night("listenbrainz", "musicbrainz")


def test_a_song_of_an_export_gets_its_genres_without_its_listeners_names_being_sent(
    around: Night, tmp_path: Path
) -> None:
    listens(around, "alice", tmp_path, *exported(COAST))
    done, asked = described_by(around)
    assert asked == ids(*COAST)
    assert stored(DESCRIBED) == [(COAST[0].uri, COAST[0].title, COAST[0].isrc)]
    assert {uri for uri, *_ in stored(GENRES)} == {COAST[0].uri}
    assert "xq" not in "".join(request.url + request.body.decode() for request in around.fake.requests)
    assert done.lines[-1] == "Spotify: 1 call for genres; 0 imported songs left to describe"
    assert asked_for(around) == []


def test_one_song_of_an_artist_gives_genres_to_its_others(around: Night, tmp_path: Path) -> None:
    artist = COAST[0].artists[0].name
    gone = [row(number, artist, f"Song {number}") for number in (2, 3)]
    listens(around, "alice", tmp_path, row(1, artist, COAST[0].title, COAST[0].uri), *gone)
    enriched(around, spotify=around.world.spotify)
    assert {uri for uri, *_ in stored(GENRES)} == {COAST[0].uri, *(str(each["spotify_track_uri"]) for each in gone)}


def test_the_first_song_of_each_artist_comes_before_all_further_songs(around: Night, tmp_path: Path) -> None:
    listens(around, "alice", tmp_path, *exported([*LANTERNS, *COAST], [2, 5, 3, 1]))
    assert asked_for(around) == ids(LANTERNS[1], COAST[0], LANTERNS[2], LANTERNS[0])


def test_only_connected_accounts_that_may_listen_are_asked_for(around: Night, tmp_path: Path) -> None:
    listens(around, "alice", tmp_path, *exported(LANTERNS[:1]))
    listens(around, "bob", tmp_path, *exported(LANTERNS[1:2]))
    imports("carol", tmp_path, *exported(COAST))
    with connected():
        disable_account(account_named("alice").id)
        database.execute_sql("UPDATE account SET reconnect_reason = 'ended' WHERE username = 'bob'")
    assert asked_for(around) == []
    with connected():
        enable_account(account_named("alice").id)
    assert asked_for(around) == ids(LANTERNS[0])


def test_a_song_that_spotify_does_not_know_is_asked_for_again_after_90_days(around: Night, tmp_path: Path) -> None:
    listens(around, "alice", tmp_path, *unknown(1))
    assert asked_for(around) == [f"{1:022}"]
    around.world.clock.forward(days=89)
    assert asked_for(around) == []
    around.world.clock.forward(days=2)
    assert asked_for(around) == [f"{1:022}"]


def test_an_id_that_is_none_is_not_sent(around: Night, tmp_path: Path) -> None:
    listens(around, "alice", tmp_path, row(1, "Nobody", "Odd", "spotify:track:odd"))
    assert asked_for(around) == []


def test_a_run_and_a_day_have_a_budget(around: Night, tmp_path: Path) -> None:
    listens(around, "alice", tmp_path, *unknown(PER_DAY + MOST_A_RUN))
    by_run = [len(asked_for(around)) for _ in range(5)]
    assert by_run == [MOST_A_RUN] * 4 + [0]
    with connected():
        around.world.spotify.client_for(account_named("alice")).recently_played()
    around.world.clock.forward(hours=26)
    assert len(asked_for(around)) == MOST_A_RUN


def test_a_quota_ends_it_for_everybody_of_the_app_until_then(around: Night, tmp_path: Path) -> None:
    listens(around, "alice", tmp_path, *exported(LANTERNS[:2]))
    listens(around, "bob", tmp_path, *exported(COAST))
    around.world.fake.refuse(QUOTA, "/v1/tracks/")
    assert len(asked_for(around)) == 1
    around.world.clock.forward(hours=13)
    assert asked_for(around) == []
    assert stored(DESCRIBED) == []
    around.world.clock.forward(hours=1)
    assert sorted(asked_for(around)) == sorted(ids(*LANTERNS[:2], *COAST))


def test_an_account_of_another_app_goes_on(around: Night, tmp_path: Path) -> None:
    imports("alice", tmp_path, *exported(LANTERNS[:1], [2]))
    use_own_app(around, "alice")
    listens(around, "alice", tmp_path, *exported(LANTERNS[:1], [2]))
    listens(around, "bob", tmp_path, *exported(COAST), *exported(LANTERNS[:1], first=9))
    around.world.fake.refuse(QUOTA, "/v1/tracks/")
    assert asked_for(around) == ids(LANTERNS[0], COAST[0], LANTERNS[0])


def use_own_app(around: Night, username: str) -> None:
    fake, cipher = around.world.fake, around.world.spotify.cipher
    with connected():
        add_app(fake.client_id, cipher.seal_text(fake.client_secret), "another developer")
        use_app(fake.client_id, [username])


def test_an_account_that_spotify_refuses_keeps_no_other_waiting(around: Night, tmp_path: Path) -> None:
    listens(around, "alice", tmp_path, *exported(LANTERNS))
    listens(around, "bob", tmp_path, *exported(COAST))
    around.world.fake.listeners["alice"].allowlisted = False
    done, asked = described_by(around)
    assert (len(asked), asked[-1:]) == (2, ids(*COAST))
    assert [uri for uri, *_ in stored(DESCRIBED)] == [COAST[0].uri]
    assert "not on the app's list" in done.lines[-1]


def test_a_kill_anywhere_loses_at_most_one_answer(
    around: Night, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listens(around, "alice", tmp_path, *exported([*LANTERNS, *COAST]))
    around.world.fake.requests.clear()
    kills = 0
    for statements in range(3, 200, 6):
        try:
            with killed_after(statements, monkeypatch):
                enriched(around, spotify=around.world.spotify)
        except Killed:
            kills += 1
    asked = [request.path for request in around.world.fake.requests if request.path.startswith("/v1/tracks/")]
    assert len(stored(DESCRIBED)) == len(set(asked)) == 4
    assert len(asked) <= 4 + kills
    assert stored("SELECT count(*) FROM music_lookup WHERE question = 'description' AND found") == [(4,)]
