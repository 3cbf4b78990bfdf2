"""Processes beside the import read a large export, with the same result; if one is killed, nothing is left behind."""

import multiprocessing
from collections.abc import Callable
from pathlib import Path

import pytest

from collect.exports import readers
from collect.exports.archives import UnreadableExport
from collect.exports.streaming_history import import_history
from db.engine.connection import connected
from db.people.accounts import ensure_accounts
from people.accounts import account_named
from tests.collect.export_files import EXTENDED, as_json, extended_row, spotify_zip
from tests.collect.histories import Silent, state

pytestmark = [pytest.mark.programs, pytest.mark.usefixtures("database_url")]
FILES = 5


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "BESIDE_FROM", 0)


@pytest.fixture
def account() -> int:
    with connected():
        ensure_accounts(["alice"], "UTC")
        return account_named("alice").id


def export(path: Path, *, damaged: int | None = None) -> Path:
    """Five files of a thousand rows, a few of which are no plays."""
    members = {}
    for number in range(FILES):
        rows = [extended_row(1000 * number + place) for place in range(1000)]
        content = as_json(*rows, "not a row", extended_row(ts="soon"))
        members[f"{EXTENDED}/Streaming_History_Audio_{number}.json"] = (
            content.replace(b'"platform"', b"platform", 1) if number == damaged else content
        )
    return spotify_zip(path, members)


def test_reading_in_other_processes_gives_the_same_result(
    account: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = export(tmp_path / "my_spotify_data.zip")
    alone = import_history(account, [path], Silent())
    with connected():
        ensure_accounts(["bob"], "UTC")
        bob = account_named("bob").id
    monkeypatch.setattr(readers, "BESIDE_FROM", 0)
    together = import_history(bob, [path], Silent())
    assert together.files == alone.files
    assert together.problems == alone.problems
    assert state(bob) == state(account)


@pytest.mark.usefixtures("beside")
def test_a_damaged_file_is_refused_by_name_and_nothing_is_stored(account: int, tmp_path: Path) -> None:
    path = export(tmp_path / "my_spotify_data.zip", damaged=3)
    with pytest.raises(UnreadableExport, match=r"Streaming_History_Audio_3\.json is damaged or not JSON, after row 0"):
        import_history(account, [path], Silent())
    assert state(account) == []
    assert multiprocessing.active_children() == []


class Watched(Silent):
    """Progress during which something happens."""

    def __init__(self, happens: Callable[[], None]) -> None:
        super().__init__()
        self.happens = happens

    def advance(self, read_bytes: int, rows: int, plays: int) -> None:
        super().advance(read_bytes, rows, plays)
        self.happens()


def kill_the_readers() -> None:
    for child in multiprocessing.active_children():
        child.kill()


def press_ctrl_c() -> None:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("beside")
def test_a_reader_that_is_killed_ends_the_import_and_the_next_one_succeeds(account: int, tmp_path: Path) -> None:
    path = export(tmp_path / "my_spotify_data.zip")
    with pytest.raises(UnreadableExport, match=r"was killed.* Nothing was imported: try again\."):
        import_history(account, [path], Watched(kill_the_readers))
    assert state(account) == []
    assert multiprocessing.active_children() == []
    assert import_history(account, [path], Silent()).fates["new"] == 1000 * FILES


@pytest.mark.usefixtures("beside")
def test_ctrl_c_ends_the_readers_too(account: int, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        import_history(account, [export(tmp_path / "my_spotify_data.zip")], Watched(press_ctrl_c))
    assert state(account) == []
    assert multiprocessing.active_children() == []
