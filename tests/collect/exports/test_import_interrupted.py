"""An import that is killed at any moment, stopped by hand, or runs beside collectors."""

import json
import random
import threading
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from collect.exports.streaming_history import import_history
from collect.recent import store_recent
from db.engine.connection import close_database, connected, open_database, row, rows
from db.people.accounts import ensure_accounts
from people.accounts import account_named
from tests.collect.histories import NOON, Heard, Silent, account_row, extended_row, recent_play, state
from tests.suite.killed import is_killed

pytestmark = pytest.mark.programs

KILLS, KILLS_AT_NIGHT = 8, 100
STATEMENTS = 60  # more than an import takes, so that some end before their kill comes


def history(count: int = 40) -> list[Heard]:
    rng = random.Random(3)
    now, plays = NOON, []
    for number in range(count):
        now += timedelta(seconds=rng.choice([1, 31, 200]))
        plays.append(Heard(now, rng.randrange(3), 30_000 + number))
    return plays


def somebody(name: str) -> int:
    with connected():
        ensure_accounts([name], "UTC")
        return account_named(name).id


@pytest.fixture
def exports(tmp_path: Path) -> list[Path]:
    """An extended export and account data, which know the same plays."""
    plays = history()
    extended, account = tmp_path / "endsong_0.json", tmp_path / "StreamingHistory_music_0.json"
    extended.write_text(json.dumps([extended_row(heard, old=False) for heard in plays]))
    account.write_text(json.dumps([account_row(heard) for heard in plays]))
    return [account, extended]


def test_an_import_that_is_killed_leaves_no_play_and_can_be_run_again(
    database_url: str, exports: list[Path], request: pytest.FixtureRequest
) -> None:
    untouched, whole, killed = somebody("untouched"), [], 0
    kills = KILLS_AT_NIGHT if request.config.getoption("nightly") else KILLS
    for path in exports:
        import_history(untouched, [path], Silent())
        whole.append(state(untouched))
    for seed in range(kills):
        account_id, rng = somebody(f"listener{seed}"), random.Random(seed)
        for path, after in zip(exports, whole, strict=True):
            before = state(account_id)
            close_database()
            killed += is_killed(
                partial(import_history, account_id, [path], Silent()), database_url, rng.randrange(STATEMENTS)
            )
            open_database(database_url)
            assert state(account_id) in (before, after), f"seed {seed}: half an import"
            import_history(account_id, [path], Silent())
            assert state(account_id) == after, f"seed {seed}"
    assert killed > kills / 2, "hardly any import was killed in its middle: the test has lost its teeth"


class Interrupted(Silent):
    """Ctrl-C while plays are being stored."""

    def stored(self, share: float) -> None:  # noqa: ARG002 - the share does not matter here
        raise KeyboardInterrupt


def test_an_import_that_is_stopped_by_hand_leaves_nothing(database_url: str, exports: list[Path]) -> None:
    account_id = somebody("alice")
    with pytest.raises(KeyboardInterrupt):
        import_history(account_id, exports, Interrupted())
    with connected():
        assert row("SELECT (SELECT count(*) FROM play), (SELECT count(*) FROM import)") == (0, 0)
    assert import_history(account_id, exports, Silent()).fates["new"] == 40


class Collecting(Silent):
    """A collector that stores a page, from a connection of its own, at every step of an import."""

    def __init__(self, account_id: int, pages: list[list[Heard]]) -> None:
        super().__init__()
        self.account_id, self.pages, self.new = account_id, pages, list[int]()

    def stored(self, share: float) -> None:  # noqa: ARG002 - the share does not matter here
        if self.pages:
            collector = threading.Thread(target=self._collect, args=(self.pages.pop(),))
            collector.start()
            collector.join(timeout=120)

    def _collect(self, page: list[Heard]) -> None:
        with connected():
            rows("SET lock_timeout = '5s'; SELECT 1")  # it does not wait for the import, which waits for it here
            plays = [recent_play(heard) for heard in page]
            self.new.append(store_recent(self.account_id, plays, page_is_full=False).new)
            rows("SET lock_timeout = 0; SELECT 1")


def test_a_collector_stores_while_an_import_runs_and_each_play_counts_once(
    database_url: str, exports: list[Path]
) -> None:
    plays = history()
    during, after = somebody("during"), somebody("after")
    collecting = Collecting(during, [plays[5:20], plays[30:]])
    report = import_history(during, exports, collecting)
    assert collecting.new == [10, 15], "every play was new when it was collected"
    import_history(after, exports, Silent())
    with connected():
        store_recent(after, [recent_play(heard) for heard in plays[5:20] + plays[30:]], page_is_full=False)
    assert state(during) == state(after)
    assert (report.fates["new"], report.fates["better"], report.fates["superseded"]) == (15, 25, 40)
