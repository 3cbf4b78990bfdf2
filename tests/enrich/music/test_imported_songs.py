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


def listens(here: Night, username: str, folder: Path, *plays: dict[str, object]) -> None:
    """Import these plays for an account, and connect it."""
    imports(username, folder, *plays)
    here.world.fake.add_listener(username)
    here.world.connect(username)


def described_by(here: Night) -> tuple[Enriched, list[str]]:
    """One run, and the ids that it asked Spotify for, in order."""
    here.world.fake.requests.clear()
    result = enriched(here, spotify=here.world.spotify)
    paths = [request.path for request in here.world.fake.requests]
    return result, [path.removeprefix("/v1/tracks/") for path in paths if path.startswith("/v1/tracks/")]


def asked_for(here: Night) -> list[str]:
    return described_by(here)[1]


def ids(*tracks: Track) -> list[str]:
    return [str(track.uri).removeprefix("spotify:track:") for track in tracks]


def unknown(count: int, first: int = 0) -> list[dict[str, object]]:
    """Plays of songs that Spotify does not know, by one artist."""
    return [row(number, "Nobody", f"Song {number}") for number in range(first + 1, first + count + 1)]


@pytest.fixture
def here(database_url: str) -> Night:
    return night("listenbrainz", "musicbrainz")


def test_a_song_of_an_export_gets_its_genres_without_its_listeners_names_being_sent(
    here: Night, tmp_path: Path
) -> None:
    listens(here, "alice", tmp_path, *exported(COAST))
    result, asked = described_by(here)
    assert asked == ids(*COAST)
    assert stored(DESCRIBED) == [(COAST[0].uri, COAST[0].title, COAST[0].isrc)]
    assert {uri for uri, *_ in stored(GENRES)} == {COAST[0].uri}
    assert "xq" not in "".join(request.url + request.body.decode() for request in here.fake.requests)
    assert result.lines[-1] == "Spotify: 1 call for genres; 0 imported songs left to describe"
    assert asked_for(here) == []


def test_one_song_of_an_artist_gives_genres_to_its_others(here: Night, tmp_path: Path) -> None:
    artist = COAST[0].artists[0].name
    gone = [row(number, artist, f"Song {number}") for number in (2, 3)]
    listens(here, "alice", tmp_path, row(1, artist, COAST[0].title, COAST[0].uri), *gone)
    enriched(here, spotify=here.world.spotify)
    assert {uri for uri, *_ in stored(GENRES)} == {COAST[0].uri, *(str(each["spotify_track_uri"]) for each in gone)}


def test_the_first_song_of_each_artist_comes_before_all_further_songs(here: Night, tmp_path: Path) -> None:
    listens(here, "alice", tmp_path, *exported([*LANTERNS, *COAST], [2, 5, 3, 1]))
    assert asked_for(here) == ids(LANTERNS[1], COAST[0], LANTERNS[2], LANTERNS[0])


def test_songs_are_looked_up_only_for_connected_and_enabled_accounts(here: Night, tmp_path: Path) -> None:
    listens(here, "alice", tmp_path, *exported(LANTERNS[:1]))
    listens(here, "bob", tmp_path, *exported(LANTERNS[1:2]))
    imports("carol", tmp_path, *exported(COAST))
    with connected():
        disable_account(account_named("alice").id)
        database.execute_sql("UPDATE account SET reconnect_reason = 'ended' WHERE username = 'bob'")
    assert asked_for(here) == []
    with connected():
        enable_account(account_named("alice").id)
    assert asked_for(here) == ids(LANTERNS[0])


def test_a_song_that_spotify_does_not_know_is_looked_up_again_after_90_days(here: Night, tmp_path: Path) -> None:
    listens(here, "alice", tmp_path, *unknown(1))
    assert asked_for(here) == [f"{1:022}"]
    here.world.clock.forward(days=89)
    assert asked_for(here) == []
    here.world.clock.forward(days=2)
    assert asked_for(here) == [f"{1:022}"]


def test_an_invalid_track_id_is_not_sent(here: Night, tmp_path: Path) -> None:
    listens(here, "alice", tmp_path, row(1, "Nobody", "Odd", "spotify:track:odd"))
    assert asked_for(here) == []


def test_a_run_and_a_day_have_a_budget(here: Night, tmp_path: Path) -> None:
    listens(here, "alice", tmp_path, *unknown(PER_DAY + MOST_A_RUN))
    by_run = [len(asked_for(here)) for _ in range(5)]
    assert by_run == [MOST_A_RUN] * 4 + [0]
    with connected():
        here.world.spotify.client_for(account_named("alice")).recently_played()
    here.world.clock.forward(hours=26)
    assert len(asked_for(here)) == MOST_A_RUN


def test_a_used_up_quota_stops_lookups_for_all_accounts_of_the_app_until_it_ends(here: Night, tmp_path: Path) -> None:
    listens(here, "alice", tmp_path, *exported(LANTERNS[:2]))
    listens(here, "bob", tmp_path, *exported(COAST))
    here.world.fake.refuse(QUOTA, "/v1/tracks/")
    assert len(asked_for(here)) == 1
    here.world.clock.forward(hours=13)
    assert asked_for(here) == []
    assert stored(DESCRIBED) == []
    here.world.clock.forward(hours=1)
    assert sorted(asked_for(here)) == sorted(ids(*LANTERNS[:2], *COAST))


def test_an_account_of_another_app_goes_on(here: Night, tmp_path: Path) -> None:
    imports("alice", tmp_path, *exported(LANTERNS[:1], [2]))
    use_own_app(here, "alice")
    listens(here, "alice", tmp_path, *exported(LANTERNS[:1], [2]))
    listens(here, "bob", tmp_path, *exported(COAST), *exported(LANTERNS[:1], first=9))
    here.world.fake.refuse(QUOTA, "/v1/tracks/")
    assert asked_for(here) == ids(LANTERNS[0], COAST[0], LANTERNS[0])


def use_own_app(here: Night, username: str) -> None:
    fake, cipher = here.world.fake, here.world.spotify.cipher
    with connected():
        add_app(fake.client_id, cipher.seal_text(fake.client_secret), "another developer")
        use_app(fake.client_id, [username])


def test_an_account_that_spotify_refuses_does_not_hold_up_others(here: Night, tmp_path: Path) -> None:
    listens(here, "alice", tmp_path, *exported(LANTERNS))
    listens(here, "bob", tmp_path, *exported(COAST))
    here.world.fake.listeners["alice"].allowlisted = False
    result, asked = described_by(here)
    assert (len(asked), asked[-1:]) == (2, ids(*COAST))
    assert [uri for uri, *_ in stored(DESCRIBED)] == [COAST[0].uri]
    assert "not on the app's list" in result.lines[-1]


def test_a_kill_anywhere_loses_at_most_one_answer(here: Night, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listens(here, "alice", tmp_path, *exported([*LANTERNS, *COAST]))
    here.world.fake.requests.clear()
    kills = 0
    for statements in range(3, 200, 6):
        try:
            with killed_after(statements, monkeypatch):
                enriched(here, spotify=here.world.spotify)
        except Killed:
            kills += 1
    asked = [request.path for request in here.world.fake.requests if request.path.startswith("/v1/tracks/")]
    assert len(stored(DESCRIBED)) == len(set(asked)) == 4
    assert len(asked) <= 4 + kills
    assert stored("SELECT count(*) FROM music_lookup WHERE question = 'description' AND found") == [(4,)]
