"""Through a transaction pooler and from a replica, answers are the same and always up to date."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from starlette.testclient import TestClient

from db.engine.connection import OPTIONS, connected, open_database, row
from db.engine.servers import Servers
from db.people.accounts import bump_data_version
from db.startup.suitability import refuse_unsuitable_servers
from insights.answers.replica import computed
from people.accounts import account_named
from recommend.questions import all_questions
from tests.db.pgbouncer import SETTINGS, needs_pgbouncer, pgbouncer, web_role
from tests.db.replica import go_on_replaying, stop_replaying, streaming_replica
from tests.doors.programs import SECRET_KEY, run
from tests.suite.memory import folder_in_memory
from tests.suite.waiting import until
from tests.web import seed
from tests.web.reading import BROWSER, content

pytestmark = pytest.mark.programs

# All questions except those about a playlist and a genre, which nobody here has.
NAMES = sorted(
    name for name, question in all_questions().items() if name != "playlist" and "{name}" not in question.path
)
IS_REPLICA = "SELECT pg_is_in_recovery()"
END_ALL = "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE application_name = 'insight'"


@pytest.fixture
def alice(database_url: str) -> int:
    seed.account("bob", visibility="public")
    alice = seed.account("alice", visibility="public", library_shown=True)
    boats = seed.known_track()
    for month in range(1, 11):
        seed.plays(alice, boats, [f"2026-{month:02}-0{day} 12:{day}0Z" for day in range(1, 6)])
    return alice


@pytest.fixture
def pooled(server_url: str, database_url: str, tmp_path: Path) -> Iterator[Servers]:
    needs_pgbouncer()
    with web_role(server_url, *SETTINGS) as role, pgbouncer(database_url, tmp_path, role) as url:
        yield Servers(pooler=url)
        open_database(database_url)


@pytest.fixture
def replica(database_url: str, alice: int, tmp_path: Path) -> Iterator[str]:
    with folder_in_memory(tmp_path) as folder, streaming_replica(database_url, folder) as url:
        open_database(database_url, 8, Servers(replica=url))
        yield url
        go_on_replaying(url)
        open_database(database_url)


def answers(client: TestClient, name: str) -> tuple[object, str]:
    """The answer as JSON, and the content of its page."""
    address = all_questions()[name].path.format(username="alice", id=1, other="bob")
    data, html = client.get(address), client.get(address, headers=BROWSER)
    assert (data.status_code, html.status_code) == (200, 200), (name, data.text[:200])
    return json.loads(data.text), content(html.text)


def replica_answers() -> bool:
    """Whether the replica answers a question about Alice now."""
    with connected():
        return bool(computed([account_named("alice")], lambda: row(IS_REPLICA)) == (True,))


def test_every_answer_through_a_pooler_is_the_same(
    client: TestClient, alice: int, pooled: Servers, database_url: str
) -> None:
    direct = {name: answers(client, name) for name in NAMES}
    open_database(database_url, 8, pooled)
    for name in NAMES:
        assert answers(client, name) == direct[name]


def test_web_processes_need_fewer_connections_beside_a_pooler(pooled: Servers, database_url: str) -> None:
    """Each process needs 7 instead of 15, and other programs need 18."""
    env = {"DATABASE_URL": database_url, "SECRET_KEY": SECRET_KEY, "PORT": "8999", "WEB_PROCESSES": "64"}
    needed = [
        re.findall(r"they need (\d+) connections", run("application.py", env=env | more)[2])
        for more in ({}, {"DATABASE_POOLER_URL": str(pooled.pooler)})
    ]
    assert needed == [[str(64 * 15 + 18)], [str(64 * 7 + 18)]]


def test_many_visitors_share_few_connections(
    client: TestClient, alice: int, pooled: Servers, database_url: str
) -> None:
    """There are eight threads, but only two connections from PgBouncer to PostgreSQL."""
    expected = client.get("/history/alice").json()
    open_database(database_url, 8, pooled)
    with ThreadPoolExecutor(8) as visitors:
        pages = list(visitors.map(lambda _: client.get("/history/alice").json(), range(200)))
    assert pages == [expected] * 200


def test_the_replica_answers_once_it_has_caught_up(alice: int, replica: str) -> None:
    refuse_unsuitable_servers(Servers(replica=replica), OPTIONS)
    until(replica_answers)
    stop_replaying(replica)
    with connected():
        bump_data_version(alice)
    assert not replica_answers()
    go_on_replaying(replica)
    until(replica_answers)


def test_every_answer_of_a_replica_is_the_same(client: TestClient, alice: int, replica: str, database_url: str) -> None:
    until(replica_answers)
    of_the_replica = {name: answers(client, name) for name in NAMES}
    open_database(database_url)
    assert {name: answers(client, name) for name in NAMES} == of_the_replica


def test_an_answer_includes_new_plays_while_the_replica_lags(client: TestClient, alice: int, replica: str) -> None:
    until(replica_answers)
    stop_replaying(replica)
    seed.plays(alice, seed.track(uri="spotify:track:" + "2" * 22, name="Low Tide"), ["2026-11-01 12:00Z"])
    with connected():
        bump_data_version(alice)
    assert client.get("/history/alice").json()["plays"][0]["track"]["name"] == "Low Tide"
    assert client.get("/totals/alice").json()["totals"]["plays"] == 51


def test_if_the_replica_is_down_the_primary_answers(client: TestClient, alice: int, database_url: str) -> None:
    nowhere = Servers(replica="postgresql://nobody@127.0.0.1:1/none")
    refuse_unsuitable_servers(nowhere, OPTIONS)
    open_database(database_url, 8, nowhere)
    assert client.get("/totals/alice").json()["totals"]["plays"] == 50
    assert not replica_answers()
    open_database(database_url)


def test_if_connections_to_the_replica_are_lost_the_primary_answers(
    client: TestClient, alice: int, replica: str
) -> None:
    until(replica_answers)
    with closing(psycopg2.connect(replica)) as outside, outside.cursor() as asking:
        asking.execute(
            "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE application_name = 'insight'"
        )
    assert client.get("/totals/alice").json()["totals"]["plays"] == 50
