"""`library` turns the reading of playlists and libraries on and off."""

from collections.abc import Mapping

from db.engine.connection import connected, rows
from demo.fake_shelf import item_of
from demo.fake_spotify import FakeSpotify
from tests.doors.programs import run
from tests.fake import TRACKS
from tests.terminal.test_playlist import agree, env, spotify

__all__ = ["env", "spotify"]
ON = "alice: your playlists and library on Spotify are read once a day from now on.\n"
READ = "alice: library read; 1 playlist has been read\n"


def test_a_library_is_turned_on_with_spotifys_consent_and_read_at_once(
    spotify: FakeSpotify, env: Mapping[str, str]
) -> None:
    spotify.playlists.add("alice", "Evenings").fill([item_of(TRACKS[0])])
    status, out, err = agree(spotify, env, "library", "alice", "on")
    assert (status, out) == (0, ON + READ)
    assert '"event": "library-on", "username": "alice"' in err
    assert run("cli.py", "library", "alice", "off", env=env)[:2] == (
        0, "alice: playlists and library are no longer read, and what was read is deleted.\n",
    )  # fmt: skip
    with connected():
        assert rows("SELECT FROM listener_playlist") == []
    again = "alice: playlists and library on Spotify are read once a day from now on.\n"
    assert run("cli.py", "library", "alice", "on", env=env)[:2] == (0, again + READ)


def test_the_hourly_run_reads_what_is_due(spotify: FakeSpotify, env: Mapping[str, str]) -> None:
    agree(spotify, env, "library", "alice", "on")
    with connected():
        rows("UPDATE library_reading SET due_at = NULL RETURNING 1")
    status, out, _ = run("spotify_client.py", "refresh", env={**env, "SERVICES": "none"})
    assert (status, "alice: library read; 0 playlists have been read" in out) == (0, True)
