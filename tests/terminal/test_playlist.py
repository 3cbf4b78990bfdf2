"""`playlist` turns the playlist on and off, and the hourly run writes it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from advice import command
from db.engine.connection import connected, rows
from db.people.accounts import ensure_accounts
from demo.fake_spotify import FakeSpotify
from demo.household import now_in_utc
from demo.server import serving
from recommend.nightly import listening_day
from tests.collect.playlists import LEAST, PRIVATE, URIS, recommend
from tests.doors.programs import SECRET_KEY, no_account, run, start
from tests.fake import CATALOGUE, REDIRECT_URI

pytestmark = pytest.mark.programs

HINT = "cli.py playlist --help explains every option.\n"

TURNED_ON = "alice: today's list will be written to a private playlist of yours on Spotify from now on.\n"
WRITTEN = "alice: the playlist Today now has the 3 tracks of {}"


@pytest.fixture
def spotify(database_url: str) -> FakeSpotify:
    with connected():
        ensure_accounts(["alice"], "UTC")
    fake = FakeSpotify(CATALOGUE, now_in_utc, redirect_uris=(REDIRECT_URI,))
    fake.add_listener("alice")
    return fake


@pytest.fixture
def env(database_url: str, spotify: FakeSpotify) -> Iterator[Mapping[str, str]]:
    """The environment of the programs, which points to the simulated Spotify."""
    with serving(spotify) as address:
        yield {
            "DATABASE_URL": database_url, "USERNAMES": "alice", "TIME_ZONE": "UTC", "SECRET_KEY": SECRET_KEY,
            "CLIENT_ID": "fake-client", "CLIENT_SECRET": "fake-secret", "SPOTIFY_ACCOUNTS_URL": address,
            "SPOTIFY_API_URL": address,
        }  # fmt: skip


def agree(
    spotify: FakeSpotify, env: Mapping[str, str], *command: str, scopes: str | None = None
) -> tuple[int, str, str]:
    """(exit status, standard output after the link was pasted, standard error) of a command that leads to Spotify."""
    child = start("cli.py", *command, env=env)
    assert child.stdout is not None
    link = next(line.strip() for line in child.stdout if line.startswith("http"))
    out, err = child.communicate(spotify.consent(link, "alice", scopes) + "\n", timeout=120)
    return child.returncode, out.rpartition("Paste that whole address here: ")[2], err  # may be read with the link


def today() -> str:
    return listening_day(datetime.now(UTC), "UTC").isoformat()


def is_wanted() -> bool:
    with connected():
        return rows("SELECT FROM recommendation_preference WHERE playlist") != []


def in_playlists(spotify: FakeSpotify) -> list[list[str]]:
    return [playlist.uris for playlist in spotify.playlists.of("alice")]


def hourly(env: Mapping[str, str]) -> tuple[int, list[str]]:
    """The exit status of a run, and its lines about playlists."""
    status, out, err = run("spotify_client.py", "recommend", env=env)
    assert err == ""
    return status, [line[20:] for line in out.splitlines() if "playlist" in line]


def test_a_playlist_is_turned_on_with_spotifys_consent_and_written_at_once(
    spotify: FakeSpotify, env: Mapping[str, str]
) -> None:
    recommend(URIS[:3], listening_day(datetime.now(UTC), "UTC"))
    status, out, err = agree(spotify, env, "playlist", "alice", "on")
    assert (status, out) == (0, TURNED_ON + WRITTEN.format(today()) + " (new playlist)\n")
    assert '"event": "playlist-on", "username": "alice"' in err
    assert in_playlists(spotify) == [URIS[:3]]
    assert run("cli.py", "playlist", "alice", "off", env=env)[:2] == (
        0, "alice: today's list is no longer written to Spotify. The playlist there stays as it is.\n",
    )  # fmt: skip
    assert (is_wanted(), in_playlists(spotify)) == (False, [URIS[:3]])
    again = "alice: today's list goes into a private playlist on Spotify from now on.\n"
    assert run("cli.py", "playlist", "alice", "on", env=env)[:2] == (
        0, again + WRITTEN.format(today()) + " (new playlist)\n",
    )  # fmt: skip
    assert in_playlists(spotify) == [URIS[:3], URIS[:3]]


def test_the_hourly_run_writes_what_changed_and_nothing_else(spotify: FakeSpotify, env: Mapping[str, str]) -> None:
    agree(spotify, env, "playlist", "alice", "on")
    assert hourly(env) == (0, [])  # no list yet
    day = listening_day(datetime.now(UTC), "UTC")
    recommend(URIS[:3], day)
    assert hourly(env) == (0, [WRITTEN.format(day) + " (new playlist)"])
    requests_before = len(spotify.requests)
    assert (hourly(env), len(spotify.requests)) == ((0, []), requests_before)
    recommend(URIS[3:], day - timedelta(days=1))  # of no concern today
    assert (hourly(env), len(spotify.requests)) == ((0, []), requests_before)
    recommend(URIS[3:], day)
    assert hourly(env) == (0, [WRITTEN.format(day)])
    assert in_playlists(spotify) == [URIS[3:]]


def test_a_refused_playlist_does_not_fail_the_hourly_run(spotify: FakeSpotify, env: Mapping[str, str]) -> None:
    agree(spotify, env, "playlist", "alice", "on")
    agree(spotify, env, "connect", "alice", scopes=LEAST)
    recommend(URIS[:3], listening_day(datetime.now(UTC), "UTC"))
    line = (
        "alice: the playlist Today was not written, because the consent on Spotify does not cover it; allow it at "
        f"/account, or with `{command('cli.py', 'playlist alice on')}`"
    )
    assert hourly(env) == (0, [line])
    assert (is_wanted(), in_playlists(spotify)) == (True, [])
    status, out, _ = agree(spotify, env, "playlist", "alice", "on")
    assert (status, out, in_playlists(spotify)) == (
        0,
        TURNED_ON + WRITTEN.format(today()) + " (new playlist)\n",
        [URIS[:3]],
    )


def test_a_listener_who_agrees_to_less_has_no_playlist(spotify: FakeSpotify, env: Mapping[str, str]) -> None:
    status, out, err = agree(spotify, env, "playlist", "alice", "on", scopes=f"{LEAST} {PRIVATE}")
    assert (status, out) == (1, "")
    assert err == (
        "You did not agree to everything that this needs (missing: playlist-read-private): start connecting again and "
        "leave everything ticked on Spotify's page. Until then, no playlist is written; everything else stays as it "
        "was.\n"
    )
    assert not is_wanted()


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (("bob", "on"), 1, no_account("bob")),
        (("bob", "off"), 1, no_account("bob")),
        (
            ("alice", "on"),
            1,
            "Nothing was pasted: run this again, and paste the address that the browser is sent to.\n",
        ),
        (("alice", "maybe"), 2, "argument on|off: invalid choice: 'maybe' (choose from 'on', 'off')\n"),
        (("alice",), 2, "the following arguments are required: on|off\n"),
    ],
)
def test_impossible_requests_are_refused(
    env: Mapping[str, str], words: tuple[str, ...], status: int, message: str
) -> None:
    code, _, err = run("cli.py", "playlist", *words, env=env)
    assert (code, err.removesuffix(HINT).endswith(message), is_wanted()) == (status, True, False)


def test_a_disabled_account_gets_no_playlist(env: Mapping[str, str]) -> None:
    with connected():
        rows("UPDATE account SET disabled_at = now() RETURNING 1")
    enabling = command("cli.py", "users enable alice")
    refusal = f"alice is disabled. Enable the account first, with `{enabling}`.\n"
    assert run("cli.py", "playlist", "alice", "on", env=env) == (1, "", refusal)
    assert not is_wanted()
