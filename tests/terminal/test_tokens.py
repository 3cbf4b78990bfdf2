"""`tokens` creates, lists and revokes programs' tokens."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from advice import command
from db.engine.connection import connected, rows
from db.people.secrets import TOKEN, read_secret
from people.visitors import KnownToken, known_token
from tests.doors.programs import run
from tests.web import seed

CREATED = re.compile(
    r"Token 1 of alice, shown only once \(Authorization: Bearer …\):\n\n(insight_\d+_[A-Za-z0-9_-]{43})\n\n"
)
TODAY = datetime.now(UTC).date()


def ask(database_url: str, *command: str) -> tuple[int, str, str]:
    return run("cli.py", "tokens", *command, env={"DATABASE_URL": database_url, "USERNAMES": "alice"})


@pytest.fixture
def alice(database_url: str) -> int:
    return seed.account()


def token_of(text: str) -> KnownToken | None:
    secret = read_secret(TOKEN, text)
    assert secret is not None
    with connected():
        return known_token(secret)


def test_a_token_is_made_shown_once_listed_and_revoked(database_url: str, alice: int) -> None:
    nothing = f"alice has no tokens: `{command('cli.py', 'tokens create alice --name NAME')}` creates one.\n"
    assert ask(database_url, "list", "alice") == (0, nothing, "")

    status, out, err = ask(database_url, "create", "alice", "--name", "phone", "--question", "clock")

    printed = CREATED.fullmatch(out)
    assert (status, printed is not None) == (0, True)
    text = printed[1] if printed else ""
    assert token_of(text) == KnownToken(alice, 1, "alice", frozenset({"read"}), frozenset({"clock"}), stale=True)
    assert text not in err
    ends = TODAY + timedelta(days=365)
    listed = f"   1  phone: read, only clock; created {TODAY}, expires {ends}, never used\n"
    assert ask(database_url, "list", "alice") == (0, listed, "")
    assert ask(database_url, "revoke", "alice", "1")[:2] == (
        0,
        "Revoked token 1 (phone), and every token it was exchanged for.\n",
    )
    assert token_of(text) is None
    revoked = f"   1  phone: read, only clock; created {TODAY}, revoked, never used\n"
    assert ask(database_url, "list", "alice") == (0, revoked, "")


def test_a_token_may_have_several_scopes_and_never_expire(database_url: str, alice: int) -> None:
    made = ("--name", "scrobbler", "--scope", "submit", "--scope", "read", "--expires", "never")
    assert ask(database_url, "create", "alice", *made)[0] == 0
    listed = f"   1  scrobbler: read, submit; created {TODAY}, never expires, never used\n"
    assert ask(database_url, "list", "alice")[1] == listed


def test_a_token_for_widgets_is_listed_with_its_scope(database_url: str, alice: int) -> None:
    assert ask(database_url, "create", "alice", "--name", "homepage", "--scope", "widget", "--expires", "never")[0] == 0
    with connected():
        assert rows("SELECT scopes, questions FROM api_token") == [(["widget"], None)]
    listed = f"   1  homepage: widget; created {TODAY}, never expires, never used\n"
    assert ask(database_url, "list", "alice")[1] == listed
    seed.change("UPDATE api_token SET scopes = '{read}', questions = '{widget}'")  # as it was stored at first
    assert ask(database_url, "list", "alice")[1] == listed


@pytest.mark.parametrize(
    ("command", "status", "sentence"),
    [
        (("list", "dora"), 1, "There is no account 'dora'"),
        (
            ("revoke", "alice", "7"),
            1,
            "There is no token 7 that could be revoked; the list of tokens shows their numbers.",
        ),
        (("create", "alice", "--name", " "), 1, "A token's name has 1 to 60 readable characters, for example phone."),
        (
            ("create", "alice", "--name", "x", "--scope", "submit", "--question", "clock"),
            1,
            "Only a token with the scope read can read statistics: add that scope, or name no statistic.",
        ),
        (("create", "alice", "--name", "x", "--question", "weather"), 2, "invalid choice: 'weather'"),
        (
            ("create", "alice", "--name", "x", "--scope", "widget", "--scope", "read"),
            1,
            "A token with the scope widget can have no other and no statistics: it is in addresses, and so in logs.",
        ),
        (("create", "alice", "--name", "x", "--scope", "write"), 2, "invalid choice: 'write'"),
        (("create", "alice", "--name", "x", "--expires", "0"), 2, "--expires: must be 1 to 3660 days, or never"),
        (("create", "alice"), 2, "the following arguments are required: --name"),
    ],
)
def test_a_refusal_says_what_would_be_right(
    database_url: str, alice: int, command: tuple[str, ...], status: int, sentence: str
) -> None:
    result, out, err = ask(database_url, *command)
    assert (result, out, sentence in err) == (status, "", True), err


def test_another_accounts_token_is_not_revoked(database_url: str, alice: int) -> None:
    ask(database_url, "create", "alice", "--name", "phone")
    seed.account("bob")
    assert ask(database_url, "revoke", "bob", "1")[0] == 1
    assert "expires" in ask(database_url, "list", "alice")[1]
