"""`users` lists, adds, renames, moves, publishes, invites, disables and enables accounts."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from advice import command
from db.engine.connection import connected, rows
from db.people.invitations import invited_account
from people.consent import consent_ends
from tests.doors.programs import SECRET_KEY, run
from tests.terminal.unaudited import without_audit
from tests.web import seed

typed = partial(command, "cli.py")


def made(name: str, zone: str) -> str:
    signing_in = typed("sign-in", name)
    return f"Added {name}, private, in {zone}. `{signing_in}` prints a link that signs in one browser.\n"


LINK = re.compile(
    r"Give bob this link. It works once, within 7 days, and is shown only once:\n\n"
    r"https://insight\.example/base/connect\?username=bob&invitation=(invitation_\d+_[A-Za-z0-9_-]{43})\n"
)


def ask(database_url: str, *command: str, **env: str) -> tuple[int, str, str]:
    """The result of a command, without the audit log's lines."""
    environment = {"DATABASE_URL": database_url, "TIME_ZONE": "Europe/Berlin"}
    return without_audit(run("cli.py", "users", *command, env=environment | env))


def test_accounts_are_added_changed_and_listed(database_url: str) -> None:
    nobody = f"There are no accounts: `{typed('users add USERNAME')}` adds one.\n"
    assert ask(database_url, "list") == (0, nobody, "")
    added = made("alice", "Europe/Berlin")
    assert ask(database_url, "add", "alice") == (0, added, "")
    added = made("bob", "Asia/Tokyo")
    assert ask(database_url, "add", "bob", "--time-zone", "Asia/Tokyo") == (0, added, "")
    consented = datetime.now(UTC).replace(hour=8, minute=0) - timedelta(days=30)
    ends = f"{consent_ends(consented):%Y-%m-%d}"
    seed.account("dora", refresh_token="sealed", authorised_at=consented)
    seed.account("emil", refresh_token="sealed", reconnect_reason="Withdrawn.")

    renamed = "Renamed alice to alicia. Old addresses redirect for 90 days.\n"
    assert ask(database_url, "rename", "alice", "alicia") == (0, renamed, "")
    public = "alicia is public: everybody can read it.\n"
    assert ask(database_url, "visibility", "alicia", "public") == (0, public, "")
    moved = "alicia lives in America/New_York, since 2026-03-01 00:00 local time.\n"
    assert ask(database_url, "time-zone", "alicia", "America/New_York", "--since", "2026-03-01") == (0, moved, "")
    disabled = (
        f"Disabled bob: nothing is collected and nobody can sign in, until you run `{typed('users enable bob')}`.\n"
    )
    assert ask(database_url, "disable", "bob") == (0, disabled, "")

    assert ask(database_url, "list", USERNAMES="alice,bob") == (
        0,
        "USERNAME  VISIBILITY  TIME ZONE         CONNECTION\n"
        "alicia    public      America/New_York  not connected\n"
        "bob       private     Asia/Tokyo        disabled\n"
        f"dora      public      Europe/Berlin     connected until {ends}\n"
        "emil      public      Europe/Berlin     consent has ended\n",
        "",
    )
    enabled = "Enabled bob. Browsers have to sign in again.\n"
    assert ask(database_url, "enable", "bob") == (0, enabled, "")
    corrected = "bob lives in Asia/Seoul, always.\n"
    assert ask(database_url, "time-zone", "bob", "Asia/Seoul", "--always") == (0, corrected, "")
    assert "bob       private     Asia/Seoul        not connected\n" in ask(database_url, "list")[1]


def test_with_a_spotify_app_a_new_account_can_be_invited(database_url: str) -> None:
    inviting = typed("users invite", "carol")
    added = f"Added carol, private, in Europe/Berlin. `{inviting}` prints a link that connects it to Spotify.\n"
    assert ask(database_url, "add", "carol", CLIENT_ID="x", SECRET_KEY=SECRET_KEY) == (0, added, "")


def test_an_invitation_is_a_link_to_the_public_address(database_url: str) -> None:
    seed.account("bob")
    env = {
        "SECRET_KEY": SECRET_KEY, "CLIENT_ID": "x", "BASE_PATH": "/base",
        "REDIRECT_URI": "https://insight.example/base/connect/callback",
    }  # fmt: skip
    status, out, err = ask(database_url, "invite", "bob", **env)
    link = LINK.fullmatch(out)
    assert (status, link is not None, err) == (0, True, "")
    with connected():
        assert invited_account(link[1] if link else "") == "bob"
    seed.change("UPDATE account SET refresh_token = 'sealed'")
    refusal = "bob is already connected. Its listener can sign in and renew the consent.\n"
    assert ask(database_url, "invite", "bob", **env) == (1, "", refusal)


def test_without_a_spotify_app_nobody_is_invited(database_url: str) -> None:
    seed.account("bob")
    status, out, err = ask(database_url, "invite", "bob", SECRET_KEY=SECRET_KEY)
    assert (status, out) == (1, "")
    assert err.startswith("This account has no Spotify app: set CLIENT_ID, or give it an app of its own")


def test_renaming_an_administrator_says_what_changes(database_url: str) -> None:
    seed.account("root")
    out = ask(database_url, "rename", "root", "chief", ADMINISTRATORS="root,later")[1]
    assert out.endswith("ADMINISTRATORS still names root, so chief is no longer an administrator.\n")
    out = ask(database_url, "rename", "chief", "later", ADMINISTRATORS="root,later")[1]
    assert out.endswith("ADMINISTRATORS names later, so this account is an administrator now.\n")


@pytest.mark.parametrize(
    ("command", "status", "sentence"),
    [
        (("rename", "dora", "x"), 1, "There is no account 'dora'"),
        (("add", "alice"), 1, "'alice' is the name of another account, or was until recently: choose another.\n"),
        (("add", "a b"), 1, "A username has 1 to 64 letters, digits, '.', '_' and '-', beginning with a letter or"),
        (("add", "carol", "--time-zone", "Mars"), 1, "There is no time zone 'Mars': examples are Europe/Berlin"),
        (("time-zone", "alice", "Mars"), 1, "There is no time zone 'Mars'"),
        (("time-zone", "alice", "UTC", "--since", "soon"), 2, "--since: must be a date, or a date and time, such as "),
        (("time-zone", "alice", "UTC", "--always", "--since", "2026-01-01"), 2, "not allowed with argument --always"),
        (("visibility", "alice", "link"), 2, "invalid choice: 'link' (choose from 'private', 'public')"),
        (("invite", "alice"), 78, "SECRET_KEY is not set"),
    ],
)
def test_a_refusal_says_what_would_be_right(
    database_url: str, command: tuple[str, ...], status: int, sentence: str
) -> None:
    seed.account("alice")
    result, out, err = ask(database_url, *command)
    assert (result, out, sentence in err) == (status, "", True), err


def test_the_scan_mode_is_chosen_and_collecting_is_paused(database_url: str) -> None:
    alice = seed.account("alice", refresh_token="sealed", scopes="user-read-recently-played")
    connecting = typed("connect", "alice")
    assert ask(database_url, "scan", "alice", "hybrid")[1].splitlines() == [
        "alice is collected in the mode hybrid: also what it never remembers, such as local files.",
        f"Spotify has not allowed Insight to see what plays now: `{connecting}` asks for it.",
    ]
    assert ask(database_url, "scan", "alice", "recent")[1] == (
        "alice is collected in the mode recent: what Spotify remembers.\n"
    )
    resuming = typed("users resume", "alice")
    assert ask(database_url, "pause", "alice")[1] == f"Nothing is collected for alice until you run `{resuming}`.\n"
    assert ask(database_url, "resume", "alice")[1] == "The plays of alice are collected again.\n"
    ask(database_url, "add", "bob", SCAN_MODE="live")
    with connected():
        assert rows("SELECT username, scan_mode FROM account ORDER BY id") == [("alice", "recent"), ("bob", "live")]
        assert rows("SELECT until IS NOT NULL FROM collecting_pause WHERE account_id = %s", alice) == [(True,)]
