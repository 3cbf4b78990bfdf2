"""`links` creates, lists and revokes links."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from advice import command
from db.engine.connection import connected
from db.people.secrets import LINK, read_secret
from people.visitors import KnownLink, known_link
from tests.doors.programs import run
from tests.web import seed

CREATED = re.compile(
    r"Link 1 of alice, shown only once; it works for 7 days:\n\n"
    r"https://music\.example/insight/recap/alice\?share=(link_\d+_[A-Za-z0-9_-]{43})\n"
)
TODAY = datetime.now(UTC).date()
ADDRESS = {"REDIRECT_URI": "https://music.example/insight/connect/callback", "BASE_PATH": "/insight"}


def ask(database_url: str, *command: str) -> tuple[int, str, str]:
    return run("cli.py", "links", *command, env={"DATABASE_URL": database_url, "USERNAMES": "alice", **ADDRESS})


@pytest.fixture
def alice(database_url: str) -> int:
    return seed.account()


def link_of(text: str) -> KnownLink | None:
    secret = read_secret(LINK, text)
    assert secret is not None
    with connected():
        return known_link(secret)


def test_a_link_is_made_shown_once_listed_and_revoked(database_url: str, alice: int) -> None:
    nothing = f"alice has no links: `{command('cli.py', 'links create alice')}` creates one.\n"
    assert ask(database_url, "list", "alice") == (0, nothing, "")

    made = ("--period", "2025", "--question", "recap", "--sums-only", "--expires", "7")
    status, out, err = ask(database_url, "create", "alice", *made)

    printed = CREATED.fullmatch(out)
    assert (status, printed is not None) == (0, True), out
    text = printed[1] if printed else ""
    assert link_of(text) == KnownLink(alice, ["recap"], "2025", redacted=True, stale=True)
    assert text not in err
    listed = f"   1  recap, 2025, totals only; created {TODAY}, expires {TODAY + timedelta(days=7)}, never used\n"
    assert ask(database_url, "list", "alice") == (0, listed, "")
    assert ask(database_url, "revoke", "alice", "1")[:2] == (0, "Link 1 no longer works.\n")
    assert link_of(text) is None
    assert "revoked" in ask(database_url, "list", "alice")[1]


def test_a_link_shows_several_statistics_and_leads_to_the_first(database_url: str, alice: int) -> None:
    several = ("--question", "totals", "--question", "recap", "--question", "totals", "--period", "2025")
    out = ask(database_url, "create", "alice", *several)[1]
    assert "/insight/totals/alice?share=link_" in out
    assert link_of(out.split("share=")[1].strip()) == KnownLink(alice, ["totals", "recap"], "2025", False, True)
    assert "   1  totals + recap, 2025; created" in ask(database_url, "list", "alice")[1]


def test_a_link_to_everything_lasts_30_days(database_url: str, alice: int) -> None:
    assert "/insight/history/alice?share=link_" in ask(database_url, "create", "alice", "--period", "all")[1]
    listed = f"   1  every statistic, any period; created {TODAY}, expires {TODAY + timedelta(days=30)}, never used\n"
    assert ask(database_url, "list", "alice")[1] == listed


@pytest.mark.parametrize(
    ("command", "status", "sentence"),
    [
        (("list", "dora"), 1, "There is no account 'dora'"),
        (("revoke", "alice", "7"), 1, "There is no link 7 that could be revoked"),
        (("create", "alice", "--question", "weather"), 2, "invalid choice: 'weather'"),
        (("create", "alice", "--period", "2025-13"), 2, "--period: must be today, week, month"),
        (("create", "alice", "--expires", "367"), 2, "--expires: must be 1 to 366 days"),
        (("create", "alice", "--question", "history", "--period", "2025"), 1, "history does not depend on a period"),
        (("create", "alice", "--question", "devices", "--sums-only"), 1, "devices shows single plays, places"),
        (
            ("create", "alice", "--question", "recap", "--question", "history", "--period", "2025"),
            1,
            "history does not depend on a period",
        ),
        (
            ("create", "alice", "--period", "today", "--sums-only"),
            1,
            "shows whole days that are over, and today is not",
        ),
    ],
)
def test_a_refusal_says_what_would_be_right(
    database_url: str, alice: int, command: tuple[str, ...], status: int, sentence: str
) -> None:
    result, out, err = ask(database_url, *command)
    assert (result, out, sentence in err) == (status, "", True), err


def test_another_accounts_link_is_not_revoked(database_url: str, alice: int) -> None:
    ask(database_url, "create", "alice")
    seed.account("bob")
    assert ask(database_url, "revoke", "bob", "1")[0] == 1
    assert "expires" in ask(database_url, "list", "alice")[1]
