"""The first start after an upgrade says so, once, whichever program it is."""

from collections.abc import Iterator

import pytest
from playhouse.migrations import Runner

from changelog import changes_for_operators, this_version
from db.engine.connection import close_database, connected, database, open_database, rows
from db.startup.migrate import DIRECTORY, migrate
from db.startup.versions import news_of_the_upgrade
from tests.doors.programs import run


@pytest.fixture
def used_by_0_5_0(empty_database: str) -> Iterator[str]:
    open_database(empty_database)
    with connected():
        Runner(database.obj, str(DIRECTORY)).up("0006_recommendations")
        rows("INSERT INTO account (username) VALUES ('alice') RETURNING id")
        rows("INSERT INTO account_time_zone (account_id, time_zone) VALUES (1, 'UTC') RETURNING 1")
    yield empty_database
    close_database()


@pytest.mark.usefixtures("used_by_0_5_0")
def test_an_upgrade_is_reported_once() -> None:
    migrate()
    with connected():
        news = news_of_the_upgrade()
        assert news[0] == f"Upgraded 0.5.0 → {this_version()}"
        assert [line.strip() for line in news[1:]] == changes_for_operators("0.5.0")
        assert news_of_the_upgrade() == []


def test_a_new_database_reports_no_upgrade(empty_database: str) -> None:
    open_database(empty_database)
    migrate()
    with connected():
        assert news_of_the_upgrade() == []
        assert rows("SELECT version FROM last_version") == [(this_version(),)]
    close_database()


@pytest.mark.usefixtures("used_by_0_5_0")
def test_a_downgrade_is_reported_too() -> None:
    migrate()
    with connected():
        rows("UPDATE last_version SET version = '99.0.0' RETURNING 1")
        assert news_of_the_upgrade() == [f"Went back from 99.0.0 to {this_version()}."]


def test_the_collector_reports_the_upgrade(used_by_0_5_0: str) -> None:
    env = {"DATABASE_URL": used_by_0_5_0, "SERVICES": "none"}
    outputs = [run("spotify_client.py", "collect", env=env)[1] for _ in range(2)]
    assert [f"Upgraded 0.5.0 → {this_version()}" in text for text in outputs] == [True, False]
