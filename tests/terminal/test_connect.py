"""`connect` prints a link, takes the pasted address, and collects plays at once."""

from db.engine.connection import connected, rows
from demo.fake_spotify import FakeSpotify
from demo.household import now_in_utc
from demo.server import serving
from tests.doors.programs import SECRET_KEY, run, start
from tests.fake import CATALOGUE, REDIRECT_URI, play


def alice(database_url: str) -> dict[str, str]:
    return {"DATABASE_URL": database_url, "USERNAMES": "alice"}


def test_connecting_needs_a_key_to_seal_tokens_with(database_url: str) -> None:
    status, _, err = run("cli.py", "connect", "alice", env={**alice(database_url), "CLIENT_ID": "x"})
    assert status == 78
    assert err.startswith("SECRET_KEY is not set: it encrypts Spotify's tokens before they are stored.")


def test_an_account_is_connected_and_collected_from_the_terminal(database_url: str) -> None:
    spotify = _spotify()
    with serving(spotify) as address:
        env = {
            "DATABASE_URL": database_url, "USERNAMES": "alice", "SECRET_KEY": SECRET_KEY, "CLIENT_ID": "fake-client",
            "CLIENT_SECRET": "fake-secret", "SPOTIFY_ACCOUNTS_URL": address, "SPOTIFY_API_URL": address,
        }  # fmt: skip
        child = start("cli.py", "connect", "alice", env=env)
        assert child.stdout is not None
        link = next(line.strip() for line in child.stdout if line.startswith("http"))
        out, err = child.communicate(spotify.consent(link, "alice") + "\n", timeout=120)
    assert child.returncode == 0
    assert out.endswith("alice is connected to Spotify as Alice.\nalice: 2 new plays, 0 known\n")
    steps = ["Fetching plays from Spotify …", "Storing 2 plays …", "Recommending …"]
    assert [line for line in err.splitlines() if "insight.audit" not in line] == steps
    assert '"event": "connected", "username": "alice"' in err
    with connected():
        assert rows("SELECT count(*), (SELECT count(*) FROM recommendation_run) FROM play") == [(2, 4)]
        ((access, refresh),) = rows("SELECT access_token, refresh_token FROM account")
    assert access.startswith("gAAAA")
    assert not set(spotify.accounts.access) & {access, refresh}


def test_a_foreign_answer_connects_nobody(database_url: str) -> None:
    with serving(_spotify()) as address:
        env = {
            "DATABASE_URL": database_url, "USERNAMES": "alice", "SECRET_KEY": SECRET_KEY, "CLIENT_ID": "fake-client",
            "SPOTIFY_ACCOUNTS_URL": address, "SPOTIFY_API_URL": address,
        }  # fmt: skip
        status, _, err = run("cli.py", "connect", "alice", text=f"{REDIRECT_URI}?code=x&state=y\n", env=env)
    assert status == 1
    assert err.startswith("This is not the answer to the link just given")


def test_pasting_nothing_connects_nobody(database_url: str) -> None:
    env = {**alice(database_url), "SECRET_KEY": SECRET_KEY, "CLIENT_ID": "fake-client"}
    for text in ("", "\n"):
        assert run("cli.py", "connect", "alice", text=text, env=env)[::2] == (
            1, "Nothing was pasted: run this again, and paste the address that the browser is sent to.\n",
        )  # fmt: skip


def _spotify() -> FakeSpotify:
    fake = FakeSpotify(CATALOGUE, now_in_utc, redirect_uris=(REDIRECT_URI,))
    fake.add_listener("alice", [play(2, 1, now=now_in_utc()), play(1, 2, now=now_in_utc())])
    return fake
