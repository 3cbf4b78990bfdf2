"""The database full, gone, lost or crowded: one sentence and exit status 1 at every door, and nothing half done."""

import json
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from db.engine.connection import connected, rows
from db.engine.failures import CROWDED, FULL, GONE, NOT_THERE
from tests.collect.export_files import extended_row
from tests.doors.programs import SECRET_KEY, run
from tests.web import seed
from tests.web.test_application import free_port

pytestmark = pytest.mark.programs

DOORS = [
    ("application.py",),
    ("spotify_client.py",),
    ("spotify_client.py", "collect"),
    ("spotify_client.py", "refresh"),
    ("spotify_client.py", "recommend"),
    ("cli.py", "check"),
    ("cli.py", "gaps", "--user", "alice"),
    ("cli.py", "export", "--user", "alice"),
    ("run.py",),
]
# What PostgreSQL raises when there is no room left, or when a connection is ended, in the middle of a statement.
NO_ROOM = (
    "RAISE EXCEPTION 'could not extend file \"base/5/16396\": No space left on device' USING ERRCODE = 'disk_full'"
)
END = "PERFORM pg_terminate_backend(pg_backend_pid())"
FAILING = """
    CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {what}; RETURN NULL; END $$;
    CREATE TRIGGER fails AFTER INSERT ON {table} EXECUTE FUNCTION fail();
    SELECT 1
"""
STORED = """
    SELECT (SELECT count(*) FROM account), (SELECT count(*) FROM import), (SELECT count(*) FROM play),
           (SELECT count(*) FROM account_track)
"""
MENDED = "DROP TRIGGER fails ON {table}; SELECT 1"


def failing(table: str, what: str) -> None:
    with connected():
        rows(FAILING.format(what=what, table=table))


def mended(table: str) -> None:
    with connected():
        rows(MENDED.format(table=table))


def stored() -> tuple[int, ...]:
    """How many accounts, imports, plays and names of an account there are."""
    with connected():
        return rows(STORED)[0]


def at(url: str, **more: str) -> dict[str, str]:
    return {"DATABASE_URL": url, "SECRET_KEY": SECRET_KEY, "PORT": free_port(), **more}


@pytest.mark.parametrize("command", DOORS)
def test_a_missing_database_is_reported(database_url: str, command: tuple[str, ...]) -> None:
    url = urlunsplit(urlsplit(database_url)._replace(path="/no_such_database"))
    assert run(*command, env=at(url)) == (1, "", f"{NOT_THERE}\n")


@pytest.mark.parametrize("command", DOORS)
def test_too_many_connections_are_reported(database_url: str, command: tuple[str, ...]) -> None:
    with connected():
        rows("CREATE ROLE crowded LOGIN PASSWORD 'crowded' CONNECTION LIMIT 0; SELECT 1")
    try:
        url = database_url.replace(database_url[13 : database_url.index("@")], "crowded:crowded")
        assert run(*command, env=at(url)) == (1, "", f"{CROWDED}\n")
    finally:
        with connected():
            rows("DROP ROLE crowded; SELECT 1")


@pytest.mark.parametrize(("what", "sentence"), [(NO_ROOM, FULL), (END, GONE)])
@pytest.mark.parametrize("command", [command for command in DOORS if command != ("run.py",)])
def test_a_failure_while_creating_accounts_is_reported(
    database_url: str, command: tuple[str, ...], what: str, sentence: str
) -> None:
    failing("account", what)
    try:
        assert run(*command, env=at(database_url, USERNAMES="alice,bob")) == (1, "", f"{sentence}\n")
        assert stored()[0] == 0
    finally:
        mended("account")


@pytest.mark.parametrize(("what", "sentence"), [(NO_ROOM, FULL), (END, GONE)])
@pytest.mark.parametrize("table", ["track", "import", "play", "account_track"])
def test_an_import_without_room_stores_nothing_and_works_when_there_is_some(
    database_url: str, tmp_path: Path, table: str, what: str, sentence: str
) -> None:
    seed.account()
    path = tmp_path / "endsong_0.json"
    path.write_text(json.dumps([extended_row(number) for number in range(20)]))
    command = ("cli.py", "import", str(path), "--user", "alice")
    failing(table, what)
    try:
        status, out, err = run(*command, env=at(database_url))
    finally:
        mended(table)
    assert (status, out, err.splitlines()[-1], "Traceback" in err) == (1, "", sentence, False)
    assert stored() == (1, 0, 0, 0)
    status, out, err = run(*command, env=at(database_url))
    assert (status, stored()[:3]) == (0, (1, 1, 20)), err


@pytest.mark.parametrize(("what", "sentence"), [(NO_ROOM, FULL), (END, GONE)])
@pytest.mark.parametrize(
    ("work", "table"),
    [("collect", "collection_run"), ("recommend", "recommendation_run"), ("refresh", "account_cache")],
)
def test_a_database_failure_within_an_accounts_turn_ends_the_collector(
    database_url: str, work: str, table: str, what: str, sentence: str
) -> None:
    """One account's trouble never stops the others, but trouble with the database concerns them all."""
    seed.account(refresh_token="sealed")
    failing(table, what)
    try:
        env = at(database_url, CLIENT_ID="x", SERVICES="reccobeats", RECCOBEATS_URL="http://127.0.0.1:1")
        status, _, err = run("spotify_client.py", work, env=env)
    finally:
        mended(table)
    assert (status, err) == (1, f"{sentence}\n")
    status, _, err = run("spotify_client.py", "recommend", env=at(database_url))
    assert (status, err) == (0, "")
