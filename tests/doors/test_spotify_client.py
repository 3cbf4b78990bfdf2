"""The cron program's door: its lines, its exit status, and what stops it."""

import json
from datetime import UTC, datetime

import pytest

from advice import command
from db.engine.cipher import Cipher
from db.engine.connection import connected, rows
from db.people.accounts import ensure_accounts
from spotify_client import SpotifyClient
from tests.doors.programs import SECRET_KEY, run
from tests.notify.webhooks.receiver import receiving
from tests.web import seed
from tests.webhook import webhook

pytestmark = pytest.mark.programs

WITHOUT_AN_APP = "to connect it, set CLIENT_ID to a Spotify app; without one, `{}` imports an export"


def importing(username: str) -> str:
    return command("cli.py", "import FILE --user", username)


def lines(out: str) -> list[str]:
    """The lines without the time that each begins with."""
    for line in out.splitlines():
        assert datetime.strptime(line[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    return [line[20:] for line in out.splitlines()]


def test_accounts_exist_from_the_start_and_a_first_run_needs_no_person(database_url: str) -> None:
    status, out, err = run("spotify_client.py", "collect", env={"DATABASE_URL": database_url, "USERNAMES": "bob,alice"})
    assert (status, err) == (0, "")
    assert lines(out) == [
        f"alice: not connected to Spotify; {WITHOUT_AN_APP.format(importing('alice'))}",
        f"bob: not connected to Spotify; {WITHOUT_AN_APP.format(importing('bob'))}",
        "Nothing to collect: no account is connected.",
    ]
    with connected():
        assert rows("SELECT username FROM account ORDER BY 1") == [("alice",), ("bob",)]


def test_where_there_is_an_app_the_command_that_connects_is_advised(database_url: str) -> None:
    env = {"DATABASE_URL": database_url, "USERNAMES": "alice", "CLIENT_ID": "x"}
    _, out, _ = run("spotify_client.py", "collect", env=env)
    connecting = command("cli.py", "connect alice")
    assert lines(out)[0] == f"alice: not connected to Spotify; `{connecting}` connects it"


def test_recommending_alone_makes_no_call_to_spotify(database_url: str) -> None:
    status, out, _ = run("spotify_client.py", "recommend", env={"DATABASE_URL": database_url, "USERNAMES": "alice"})
    assert status == 0
    assert {line.partition(" for ")[0] for line in lines(out)} == {"alice: 0 recommendations"}


def test_the_hourly_run_counts_open_gaps_for_metrics(database_url: str) -> None:
    seed.plays(seed.account(), seed.track(), ["2026-06-01 12:00Z", "2026-06-20 12:00Z"])
    assert run("spotify_client.py", "recommend", env={"DATABASE_URL": database_url})[0] == 0
    with connected():
        assert rows("SELECT open_gaps FROM account") == [(1,)]  # from the first play on, nothing covers anything


@pytest.mark.parametrize(
    ("environment", "status", "start"),
    [
        ({"USERNAMES": "a b"}, 78, "USERNAMES contains 'a b'"),
        ({"DATABASE_URL": "postgresql://u:hidden@127.0.0.1:1/x"}, 1, "The database cannot be reached now"),
        ({}, 78, "CLIENT_ID is not set: accounts are connected, but collecting needs a Spotify app."),
        ({"CLIENT_ID": "x"}, 78, "SECRET_KEY is not set"),
    ],
)
def test_errors_are_reported_in_one_sentence(
    database_url: str, environment: dict[str, str], status: int, start: str
) -> None:
    with connected():
        ensure_accounts(["alice"], "UTC")
        rows("UPDATE account SET refresh_token = 'sealed' RETURNING id")
    code, out, err = run("spotify_client.py", env={"DATABASE_URL": database_url, **environment})
    assert (code, out, err[: len(start)], err.count("\n")) == (status, "", start, 1)


def test_tokens_encrypted_with_another_key_need_a_person(database_url: str) -> None:
    with connected():
        ensure_accounts(["alice"], "UTC")
        rows("UPDATE account SET refresh_token = 'sealed', access_token = 'sealed', "
             "access_token_expires_at = now() + interval '1 hour' RETURNING id")  # fmt: skip
    env = {"DATABASE_URL": database_url, "CLIENT_ID": "x", "SECRET_KEY": SECRET_KEY}
    status, out, err = run("spotify_client.py", "collect", env=env)
    assert (status, err) == (1, "")
    assert lines(out) == ["alice: SECRET_KEY is not the key that encrypted the tokens: restore it, or connect again."]


@pytest.fixture
def ended_consent(database_url: str) -> str:
    """The database of an account whose consent is over."""
    with connected():
        ensure_accounts(["alice"], "UTC")
        rows("UPDATE account SET refresh_token = 'sealed', reconnect_reason = 'Consent is over.', "
             "authorised_at = now() - interval '6 months' RETURNING id")  # fmt: skip
    return database_url


def test_the_end_of_a_consent_is_announced_once_per_address(ended_consent: str) -> None:
    with webhook() as hook:
        env = {
            "DATABASE_URL": ended_consent, "CLIENT_ID": "x", "SECRET_KEY": SECRET_KEY, "NOTIFY_URLS": hook.address,
            "REDIRECT_URI": "https://music.example/insight/connect/callback",
        }  # fmt: skip
        first, again = (run("spotify_client.py", "collect", env=env) for _ in range(2))
    title = "alice: collecting has stopped"
    assert (first[0], lines(first[1])) == (
        1, ["alice: Consent is over.", f"{title}; sent to address 1 in NOTIFY_URLS"],
    )  # fmt: skip
    assert lines(again[1]) == ["alice: Consent is over."]
    assert hook.taken == [
        (
            title,
            "Consent is over. Connect again soon, because Spotify shows only the newest 50 plays: "
            "https://music.example/insight/sign-in/spotify?username=alice&next=%2Fconnect%3Fusername%3Dalice",
        )
    ]


def test_the_end_of_a_consent_reaches_a_webhook_once(ended_consent: str) -> None:
    secret = Cipher(SECRET_KEY).seal_text("whsec_" + "A" * 43 + "=")
    with receiving() as receiver:
        seed.insert("webhook", account_id=1, address=receiver.address, events=["consent"], secret=secret)
        env = {
            "DATABASE_URL": ended_consent, "CLIENT_ID": "x", "SECRET_KEY": SECRET_KEY,
            "WEBHOOK_PRIVATE_HOSTS": "127.0.0.1",
        }  # fmt: skip
        first, again = (run("spotify_client.py", "collect", env=env) for _ in range(2))
    assert "Webhooks: 1 delivered, 0 failed" in lines(first[1])
    assert "Webhooks" not in again[1]
    assert [request.event["data"]["state"] for request in receiver.requests] == ["ended"]


def test_without_addresses_the_end_of_a_consent_is_logged(ended_consent: str) -> None:
    env = {"DATABASE_URL": ended_consent, "CLIENT_ID": "x", "SECRET_KEY": SECRET_KEY}
    _, out, _ = run("spotify_client.py", "collect", env=env)
    assert lines(out) == ["alice: Consent is over.", "alice: collecting has stopped"]


def test_an_invalid_address_is_reported_last_and_without_its_text(database_url: str) -> None:
    env = {"DATABASE_URL": database_url, "USERNAMES": "alice", "NOTIFY_URLS": "nonsense-s3cr3t"}
    status, out, err = run("spotify_client.py", env=env)
    assert (status, lines(out)[1]) == (78, "Nothing to collect: no account is connected.")
    assert lines(out)[2].startswith("alice: 0 recommendations for ")
    assert err == (
        "Address number 1 in NOTIFY_URLS is neither a webhook (https://…) nor an Apprise URL such as "
        "ntfy://ntfy.sh/TOPIC. Separate several with commas.\n"
    )


def test_nothing_is_done_for_a_disabled_account(database_url: str) -> None:
    with connected():
        ensure_accounts(["alice"], "UTC")
        rows("UPDATE account SET refresh_token = 'sealed', disabled_at = now() RETURNING id")
    status, out, err = run("spotify_client.py", env={"DATABASE_URL": database_url})
    assert (status, err) == (0, "")
    assert lines(out) == [
        f"alice: disabled; `{command('cli.py', 'users enable alice')}` enables it",
        "Nothing to collect: no account is connected.",
    ]


def test_the_client_can_be_imported_from_spotify_client() -> None:
    assert SpotifyClient.__module__ == "spotify.client"


def test_with_json_every_log_line_is_an_object(database_url: str) -> None:
    env = {"DATABASE_URL": database_url, "USERNAMES": "alice", "LOG_FORMAT": "json"}
    status, out, err = run("spotify_client.py", "collect", env=env)
    lines = [json.loads(line) for line in out.splitlines()]
    assert (status, err, len(lines)) == (0, "", 2)
    assert lines[1].keys() == {"time", "level", "logger", "message"}
    assert lines[1]["message"] == "Nothing to collect: no account is connected."
    status, out, err = run("spotify_client.py", env={**env, "USERNAMES": "a b"})
    assert (status, out, json.loads(err)["level"]) == (78, "", "ERROR")
    assert json.loads(err)["message"].startswith("USERNAMES contains 'a b'")
