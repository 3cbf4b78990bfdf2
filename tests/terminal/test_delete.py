"""`delete` asks for the username before it deletes anything."""

import json

import pytest

from db.engine.connection import connected, rows
from tests.doors.programs import no_account, run
from tests.web import seed


@pytest.fixture
def env(database_url: str) -> dict[str, str]:
    seed.account("alice")
    return {"DATABASE_URL": database_url}


def test_an_account_is_deleted_once_its_name_is_typed_again(env: dict[str, str]) -> None:
    status, out, err = run("cli.py", "delete", "alice", text="bob\n", env=env)
    assert (status, err) == (1, "Nothing was deleted: you did not type 'alice'.\n")
    assert out.startswith("This deletes alice and all data about that listener, permanently.\n")
    status, out, err = run("cli.py", "delete", "alice", text="alice\n", env=env)
    assert (status, out.count("Deleted alice: plays, imports, lists, tokens, links and sessions.\n")) == (0, 1)
    entries = json.loads(err.partition("insight.audit: ")[2])
    assert (entries["event"], entries["username"]) == ("deleted", "alice")
    with connected():
        assert rows("SELECT count(*) FROM account") == [(0,)]


def test_with_yes_nothing_is_asked_and_nobody_else_is_deleted(env: dict[str, str]) -> None:
    assert run("cli.py", "delete", "bob", "--yes", env=env)[::2] == (
        1, no_account("bob")
    )  # fmt: skip
    assert run("cli.py", "delete", "alice", "--yes", env=env)[0] == 0
    with connected():
        assert rows("SELECT count(*) FROM account") == [(0,)]
