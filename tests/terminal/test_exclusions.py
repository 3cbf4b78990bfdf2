"""`exclusions` hides plays."""

import pytest

from db.engine.connection import connected, rows
from tests.doors.programs import NO_DORA, run
from tests.terminal.unaudited import without_audit
from tests.web import seed


def ask(database_url: str, *command: str) -> tuple[int, str, str]:
    return without_audit(
        run("cli.py", "exclusions", *command, env={"DATABASE_URL": database_url, "USERNAMES": "alice"})
    )


@pytest.fixture
def alice(database_url: str) -> int:
    account_id = seed.account()
    track = seed.known_track()
    for hour in range(3):
        seed.play(account_id, track, f"2026-06-01 1{hour}:00Z")
    return account_id


def test_a_rule_is_added_listed_and_removed(database_url: str, alice: int) -> None:
    assert ask(database_url, "list", "--user", "alice") == (0, "No exclusions: every play counts.\n", "")
    line = "   1  artist the lanterns: hides 3 plays\n"
    assert ask(database_url, "add", "--user", "alice", "artist", "the lanterns") == (0, line, "")
    later = "The rule hides no further plays now. It will hide future plays that match it."
    added = f"   2  incognito: hides 0 plays\n{later}\n"
    assert ask(database_url, "add", "--user", "alice", "incognito") == (0, added, "")
    listed = line + "   2  incognito: hides 0 plays\n"
    assert ask(database_url, "list", "--user", "alice") == (0, listed, "")
    gone = "Removed exclusion 1, which hid 3 reports of plays.\n"
    assert ask(database_url, "remove", "--user", "alice", "1") == (0, gone, "")
    with connected():
        assert rows("SELECT count(*), count(excluded_by) FROM play") == [(3, 0)]


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("list", "--user", "dora"), NO_DORA),
        (("remove", "--user", "alice", "7"), "There is no exclusion 7: `exclusions list` shows them.\n"),
        (("add", "--user", "alice", "artist"), "Give the artist's name, or a Spotify URI or link.\n"),
    ],
)
def test_a_refusal_is_one_sentence(database_url: str, alice: int, command: tuple[str, ...], sentence: str) -> None:
    assert ask(database_url, *command) == (1, "", sentence)


def test_an_unknown_kind_is_answered_with_all_kinds(database_url: str, alice: int) -> None:
    status, out, err = ask(database_url, "add", "--user", "alice", "genre", "rock")
    assert (status, out) == (2, "")
    assert "invalid choice: 'genre' (choose from 'track', 'artist', 'album', 'hours', 'device', 'incognito')" in err
