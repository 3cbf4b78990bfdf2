"""The terminal's door: connecting and importing, and every refusal as one sentence."""

import json
from pathlib import Path

import pytest

from db.connection import connected, rows
from demo.fake_spotify import FakeSpotify
from demo.household import now_in_utc
from demo.server import serving
from tests.doors.programs import SECRET_KEY, run, start
from tests.fake import CATALOGUE, REDIRECT_URI, play

TRACK = {
    "ts": "2023-05-01T12:00:00Z",
    "ms_played": 40_000,
    "master_metadata_track_name": "Glass Harbour",
    "master_metadata_album_artist_name": "The Lanterns",
    "spotify_track_uri": "spotify:track:0123456789abcdefghijAB",
}
NONE = {"better": 0, "superseded": 0, "not_music": 0, "too_little": 0, "malformed": 0}


def alice(database_url: str) -> dict[str, str]:
    return {"DATABASE_URL": database_url, "USERNAMES": "alice"}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "Streaming_History_Audio_2023_0.json"
    path.write_text(json.dumps([TRACK, TRACK, {**TRACK, "ts": "2023-05-01T13:00:00Z"}]))
    return path


def test_an_import_ends_with_what_became_of_every_row(database_url: str, export: Path) -> None:
    command = ("cli.py", "import", str(export), "--user", "alice", "--json")
    status, out, err = run(*command, given=alice(database_url))
    assert (status, err) == (0, "Storing 3 plays …\n")
    fates = {"new": 2, "identical": 1, **NONE}
    assert json.loads(out.splitlines()[-1]) == {
        "import": 1,
        "rows": 3,
        "fates": fates,
        "files": [{"name": "Streaming_History_Audio_2023_0.json", "rows": 3, "fates": fates}],
    }
    assert [" ".join(line.split()) for line in out.splitlines()[:2]] == [
        "Streaming_History_Audio_2023_0.json 3 rows: 2 new, 1 identical",
        "In all 3 rows: 2 new, 1 identical",
    ]
    again = json.loads(run(*command, given=alice(database_url))[1].splitlines()[-1])
    assert again["fates"] == {"new": 0, "identical": 3, **NONE}


def test_an_import_makes_todays_recommendations(database_url: str, export: Path) -> None:
    _, out, _ = run("cli.py", "import", str(export), "--user", "alice", given=alice(database_url))
    assert "alice: 1 recommendations for " in out
    with connected():
        assert rows("SELECT count(*) FROM recommendation") == [(1,)]


@pytest.mark.parametrize(
    ("command", "environment", "status", "sentence"),
    [
        (("import", "EXPORT", "--user", "dora"), {}, 1, "There is no account 'dora': add it to USERNAMES.\n"),
        (("import", "/no/such", "--user", "alice"), {}, 1,
         "/no/such does not exist: name a zip, a folder or a file of streaming history.\n"),
        (("import", "EXPORT", "--user", "alice"), {"PORT": "x"}, 78,
         "PORT is 'x': it takes a port number from 1 to 65535.\n"),
        (("import", "EXPORT", "--user", "alice"), {"DATABASE_URL": "postgresql://u:hidden@127.0.0.1:1/x"}, 1,
         "The database cannot be reached now; try again.\n"),
        (("connect", "alice"), {}, 78,
         "CLIENT_ID is not set: make an app at developer.spotify.com and name it in .env.\n"),
    ],
)  # fmt: skip
def test_a_refusal_is_one_sentence(
    database_url: str, export: Path, command: tuple[str, ...], environment: dict[str, str], status: int, sentence: str
) -> None:
    arguments = [str(export) if word == "EXPORT" else word for word in command]
    given = {**alice(database_url), **environment}
    assert run("cli.py", *arguments, given=given) == (status, "", sentence)


def test_connecting_needs_a_key_to_seal_tokens_with(database_url: str) -> None:
    status, _, err = run("cli.py", "connect", "alice", given={**alice(database_url), "CLIENT_ID": "x"})
    assert status == 78
    assert err.startswith("SECRET_KEY is not set: Spotify's tokens are sealed with it before they are stored.")


def test_an_account_is_connected_and_collected_from_the_terminal(database_url: str) -> None:
    spotify = _spotify()
    with serving(spotify) as address:
        given = {
            "DATABASE_URL": database_url, "USERNAMES": "alice", "SECRET_KEY": SECRET_KEY, "CLIENT_ID": "fake-client",
            "CLIENT_SECRET": "fake-secret", "SPOTIFY_ACCOUNTS_URL": address, "SPOTIFY_API_URL": address,
        }  # fmt: skip
        child = start("cli.py", "connect", "alice", given=given)
        assert child.stdout is not None
        link = next(line.strip() for line in child.stdout if line.startswith("http"))
        out, err = child.communicate(spotify.consent(link, "alice") + "\n", timeout=60)
        assert (child.returncode, err) == (0, "")
        assert out.endswith("alice is connected to Spotify as Alice.\n")
        status, out, err = run("spotify_client.py", given=given)
    assert (status, err) == (0, "")
    assert out.splitlines()[0].split(" ", 2)[2] == "alice: 2 new plays, 0 known"
    with connected():
        assert rows("SELECT count(*) FROM play") == [(2,)]
        ((access, refresh),) = rows("SELECT access_token, refresh_token FROM account")
    assert access.startswith("gAAAA")
    assert not set(spotify.accounts.access) & {access, refresh}


def test_a_foreign_answer_connects_nobody(database_url: str) -> None:
    with serving(_spotify()) as address:
        given = {
            "DATABASE_URL": database_url, "USERNAMES": "alice", "SECRET_KEY": SECRET_KEY, "CLIENT_ID": "fake-client",
            "SPOTIFY_ACCOUNTS_URL": address, "SPOTIFY_API_URL": address,
        }  # fmt: skip
        status, _, err = run("cli.py", "connect", "alice", text=f"{REDIRECT_URI}?code=x&state=y\n", given=given)
    assert status == 1
    assert err.startswith("This is not the answer to the link just given")


def _spotify() -> FakeSpotify:
    fake = FakeSpotify(CATALOGUE, now_in_utc, redirect_uris=(REDIRECT_URI,))
    fake.add_listener("alice", [play(2, 1, now=now_in_utc()), play(1, 2, now=now_in_utc())])
    return fake
