"""Compare every answer of a Citus cluster with those of one server, and count the nodes that questions ask.

    python -m benchmarks.citus postgresql://…/insight postgresql://…/insight

The first is an empty database of the coordinator, which has Citus and its workers; the second an empty database of one
PostgreSQL. Both get the demo's listeners with their exports. Prints the answers that differ, and what it counted.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from starlette.testclient import TestClient

from collect.exports.streaming_history import import_history
from collect.progress import ImportProgress
from db.distributed.nodes import refuse_unsuitable_cluster
from db.engine.connection import OPTIONS, close_database, connected, database, open_database, row
from db.people.account_status import set_visibility
from db.people.accounts import ensure_accounts
from db.startup.migrate import migrate
from demo.household import Member, household
from insights.plays.counts import has_plays
from people.accounts import account_named
from recommend.questions import all_questions
from web.http.services import Services
from web.service import web_service

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CONNECTIONS = 20
SHOWN = 2_000  # characters of answers that differ
PERIODS = ("all", "2024", "2024-06")
Exports = list[tuple[Member, Path]]
COUNTERS = """
    SELECT query_execution_single_shard AS one, query_execution_multi_shard AS several
    FROM citus_stat_counters WHERE name = current_database()
"""


@dataclass
class Answers:
    """What was answered, by address, and how long that took."""

    by_address: dict[str, object] = field(default_factory=dict)
    seconds: float = 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("cluster")
    parser.add_argument("single")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        exports = [(member, Path(folder) / f"{member.username}.zip") for member in household() if member.export]
        for member, path in exports:
            member.write_export(path, NOW)
        single = answers_of(options.single, exports, is_cluster=False)
        cluster = answers_of(options.cluster, exports, is_cluster=True)
    return report(single, cluster)


def answers_of(url: str, exports: Exports, *, is_cluster: bool) -> Answers:
    with _opened(url, is_cluster=is_cluster):
        for member, path in exports:
            _import(member, path)
        before = _counted() if is_cluster else (0, 0)
        answers = _asked([member.username for member, _ in exports])
        if is_cluster:
            single, several = (now - then for now, then in zip(_counted(), before, strict=True))
            print(f"questions: {single} queries asked one node, {several} asked several")
        return answers


def report(single: Answers, cluster: Answers) -> int:
    different = [address for address, answer in single.by_address.items() if cluster.by_address[address] != answer]
    for address in different:
        print(f"different: {address}: {single.by_address[address]} and {cluster.by_address[address]}"[:SHOWN])
    print(f"{len(single.by_address) - len(different)} of {len(single.by_address)} answers are equal")
    print(f"{single.seconds:.1f} s on one server, {cluster.seconds:.1f} s on the cluster")
    return 1 if different else 0


@contextmanager
def _opened(url: str, *, is_cluster: bool) -> Iterator[None]:
    refuse_unsuitable_cluster(url, OPTIONS, wanted=is_cluster)
    open_database(url, CONNECTIONS)
    try:
        migrate(distributed=is_cluster)
        if is_cluster:
            with connected():
                database.execute_sql(f'ALTER DATABASE "{url.rpartition("/")[2]}" SET citus.enable_stat_counters = on')
            open_database(url, CONNECTIONS)  # with connections that count
        yield
    finally:
        close_database()


def _import(member: Member, path: Path) -> None:
    with connected():
        ensure_accounts([member.username], member.habits.time_zone)
        account = account_named(member.username)
        set_visibility(account.id, "public")
        if not has_plays(account.id):  # from an earlier run
            import_history(account.id, [path], ImportProgress(lambda *_: None))


def _asked(usernames: list[str]) -> Answers:
    answers = Answers()
    with TestClient(
        web_service(Services("0", lambda: NOW), ()), base_url="http://127.0.0.1", raise_server_exceptions=False
    ) as client:
        began = time.monotonic()
        for address in _addresses(usernames):
            answer = client.get(address, headers={"Accept": "application/json"})
            answers.by_address[address] = (answer.status_code, _shown(answer.content))
        answers.seconds = time.monotonic() - began
    return answers


def _addresses(usernames: list[str]) -> Iterator[str]:
    yield from ("/users", "/")
    for place, username in enumerate(usernames):
        other = usernames[place - 1]
        for question in all_questions().values():
            for period in PERIODS:
                path = question.path.format(username=username, other=other, id=place + 1, name="dream pop")
                yield f"{path}?period={period}"


def _shown(content: bytes) -> object:
    """The answer without the address of its next page, which contains the id of a play: ids depend on earlier runs."""
    try:
        answer = json.loads(content)
        return {name: value for name, value in answer.items() if name != "next"} if isinstance(answer, dict) else answer
    except ValueError:
        return content.decode(errors="replace")


def _counted() -> tuple[int, int]:
    with connected():
        single, several = row(COUNTERS) or (0, 0)
        return int(single or 0), int(several or 0)


if __name__ == "__main__":
    sys.exit(main())
