"""However and whenever the program ends, the next one continues, and nothing is lost or stored twice."""

import gzip
import io
import random
import threading
from collections.abc import Callable
from pathlib import Path
from tempfile import gettempdir
from types import ModuleType
from typing import Any

import pytest

from collect.exports import streaming_history
from collect.exports.unpacking import Scratch
from collect.uploads import ending
from collect.uploads import job as jobs
from collect.uploads.background import BackgroundImports
from collect.uploads.folders import UploadFolders
from collect.uploads.job import MOST_ATTEMPTS
from collect.uploads.reporting import Stopped, StopSignal
from db.account_changes.deletion import delete_account
from db.account_changes.usernames import rename_account
from db.engine.connection import DatabaseUnreachable, close_database, connected, open_database, rows
from db.engine.locks import try_import_job_lock
from db.startup.migrate import migrate
from tests.collect.export_files import as_json, extended_row
from tests.suite.killed import is_killed
from tests.suite.waiting import until
from tests.web.imports.uploading import Browser, open_browser
from web.imports.own import CURRENT, IMPORTS

pytestmark = pytest.mark.programs

COUNT, KILLS, STATEMENTS = 30, 8, 90
FILE = ("endsong_0.json", as_json(*(extended_row(number) for number in range(COUNT))))


@pytest.fixture
def alice(database_url: str, tmp_path: Path) -> Browser:
    return open_browser(tmp_path / "uploads")


def restarted(alice: Browser) -> BackgroundImports:
    """The imports of the next program, which has nothing but the folder and the database."""
    return BackgroundImports(alice.folder)


def imports() -> list[Any]:
    with connected():
        return rows("SELECT id FROM import")


def test_an_upload_is_imported_after_a_restart(alice: Browser) -> None:
    alice.upload(FILE)
    restarted(alice).work()
    assert alice.plays() == COUNT
    assert alice.kept_files() == []


def test_a_program_killed_at_any_moment_loses_no_play_and_stores_none_twice(alice: Browser, database_url: str) -> None:
    rng, killed = random.Random(5), 0
    for _ in range(KILLS):
        alice.upload(FILE)
        close_database()
        killed += is_killed(lambda: BackgroundImports(alice.folder).work(), database_url, rng.randrange(STATEMENTS))
        open_database(database_url)
        restarted(alice).work()
        assert alice.plays() == COUNT
        assert len(imports()) == 1
        assert "30 plays added." in alice.read()
        alice.press(f"{IMPORTS}/{imports()[0][0]}/undo")
        close_database()
        killed += is_killed(lambda: BackgroundImports(alice.folder).work(), database_url, rng.randrange(STATEMENTS))
        open_database(database_url)
        restarted(alice).work()
        assert (alice.plays(), alice.kept_files()) == (0, [])
        with connected():
            rows("DELETE FROM import RETURNING 1")
    assert killed > KILLS, "too few programs were killed before their end: raise STATEMENTS or lower KILLS"


def test_a_program_that_shuts_down_leaves_the_import_to_the_next(alice: Browser) -> None:
    alice.upload(FILE)
    for _ in range(MOST_ATTEMPTS + 1):
        ending = restarted(alice)
        ending.end()
        ending.work()
    assert alice.plays() == 0
    restarted(alice).work()
    assert alice.plays() == COUNT


def test_an_import_stopped_by_a_shutdown_continues_later(alice: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    alice.upload(FILE)
    for _ in range(MOST_ATTEMPTS + 1):
        with monkeypatch.context() as patched:
            patched.setattr(StopSignal, "check", raising(Stopped()))
            restarted(alice).work()
    restarted(alice).work()
    assert alice.plays() == COUNT


def raising(error: Exception) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_an_import_that_fails_again_and_again_is_given_up(alice: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    alice.upload(FILE)
    with monkeypatch.context() as patched:
        patched.setattr(jobs, "import_files", raising(DatabaseUnreachable("away")))
        for _ in range(MOST_ATTEMPTS):
            with pytest.raises(DatabaseUnreachable):
                alice.imports.work()
    alice.imports.work()
    assert f"The import was interrupted {MOST_ATTEMPTS} times" in alice.read()
    assert (alice.plays(), alice.kept_files()) == (0, [])


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ValueError("a fault"), "This is a fault of the service, and nothing was stored."),
        (OSError(28, "No space left on device"), "cannot be read (No space left on device)"),
    ],
)
def test_an_error_ends_the_import_with_a_sentence(
    alice: Browser, monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    alice.upload(FILE)
    with monkeypatch.context() as patched:
        patched.setattr(jobs, "import_files", raising(error))
        alice.imports.work()
    assert sentence in alice.read()
    assert "30 plays added." in alice.import_now(FILE)


def test_a_full_disk_while_unpacking_is_reported_without_our_folders(
    alice: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = gzip.compress(FILE[1])
    with monkeypatch.context() as patched:
        patched.setattr(Scratch, "_write", write_to_a_full_disk)
        page = alice.import_now(("endsong_0.json.gz", packed))
    assert "endsong_0.json.gz cannot be unpacked into a temporary folder (No space left on device)" in page
    assert gettempdir() not in page


def write_to_a_full_disk(self: Scratch, stream: Any, _target: Any, name: str, _packed: int | None) -> None:
    class Full(io.BytesIO):
        def write(self, _: Any) -> int:
            raise OSError(28, "No space left on device")

    self._put(stream.read(1), Full(), name)


def test_lost_files_have_to_be_uploaded_again(alice: Browser) -> None:
    alice.upload(FILE)
    for name in alice.imports.folders.names():
        (alice.imports.folders.path(name)).rename(alice.folder / "elsewhere")
    alice.imports.work()
    assert "The uploaded files are gone, and nothing was stored: upload them again." in alice.read()


def test_an_upload_that_was_cut_off_is_discarded(alice: Browser) -> None:
    with connected(), UploadFolders.arriving(alice.imports.folders) as folder:
        alice.imports.folders.new_file(folder, 0, "endsong_0.json").close()
        rows("INSERT INTO import_job (account_id, folder) VALUES (%s, %s) RETURNING id", alice.account, folder)
        alice.imports.work()
        assert alice.kept_files() == ["endsong_0.json"]
        assert "The files are arriving." in alice.read()
        assert alice.upload(FILE).status_code == 409
    assert alice.upload(FILE).status_code == 303
    alice.imports.work()
    assert (alice.plays(), alice.kept_files()) == (COUNT, [])


def test_only_one_process_works_on_an_accounts_import(alice: Browser) -> None:
    alice.upload(FILE)
    with connected(), try_import_job_lock(alice.account):
        worker = threading.Thread(target=restarted(alice).work)
        worker.start()
        worker.join(60)
        assert imports() == []
    alice.imports.work()
    assert len(imports()) == 1


def test_a_running_import_shows_its_progress_and_can_be_stopped(
    alice: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = threading.Event(), threading.Event()
    check = StopSignal.check

    def waiting(self: StopSignal, *progress: Any) -> None:
        reached.set()
        if not go_on.is_set() and progress[0].startswith("Storing"):
            until(lambda: self.by_listener)
            go_on.set()
        check(self, *progress)

    monkeypatch.setattr("collect.uploads.reporting.SECONDS", 0.02)
    monkeypatch.setattr(StopSignal, "check", waiting)
    alice.upload(FILE)
    worker = threading.Thread(target=restarted(alice).work)
    worker.start()
    until(lambda: alice.progress()["percent"] == 50)
    assert alice.progress()["sentence"] == "30 rows read, 30 plays · 50%"
    assert "Stop, and store nothing" in alice.read()
    alice.press(f"{CURRENT}/stop")
    worker.join(60)
    assert (alice.plays(), imports(), alice.kept_files()) == (0, [], [])
    assert "Drop your export here" in alice.read()


def test_the_services_thread_imports_and_undoes_at_once_and_then_ends(alice: Browser) -> None:
    alice.imports.start()
    try:
        alice.upload(FILE)
        until(lambda: alice.plays() == COUNT)
        until(lambda: alice.progress()["state"] == "ended")
        alice.press(f"{IMPORTS}/1/undo")
        until(lambda: alice.plays() == 0)
    finally:
        alice.imports.end()
    assert not [thread for thread in threading.enumerate() if thread.name == "imports"]


def test_a_deleted_account_leaves_no_files(alice: Browser) -> None:
    alice.upload(FILE)
    with connected():
        delete_account(alice.account)
    restarted(alice).work()
    assert alice.kept_files() == []


def during(
    monkeypatch: pytest.MonkeyPatch, name: str, meanwhile: Callable[[], None], module: ModuleType = streaming_history
) -> None:
    """Call `meanwhile` right after the function `name` of the module, a step of the import or undo."""
    step = getattr(module, name)

    def stepped(*args: Any, **kwargs: Any) -> Any:
        result = step(*args, **kwargs)
        meanwhile()
        return result

    monkeypatch.setattr(module, name, stepped)


def rename(before: str, after: str) -> Callable[[], None]:
    return lambda: rename_account(before, after)


def test_renaming_an_account_during_an_import_or_undo_does_no_harm(
    alice: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.upload(FILE)
    with monkeypatch.context() as patched:
        during(patched, "sum_up", rename("alice", "alicia"))
        alice.imports.work()
    assert "30 plays added." in alice.read()
    assert "Nothing was imported." not in alice.read()
    alice.press(f"{IMPORTS}/1/undo")
    with monkeypatch.context() as patched:
        during(patched, "sum_up", rename("alicia", "al"))
        alice.imports.work()
    assert "Nothing was undone." not in alice.read()
    assert alice.plays() == 0


def test_a_fault_after_storing_is_not_reported_as_a_failed_import(
    alice: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.upload(FILE)
    with monkeypatch.context() as patched:
        patched.setattr(streaming_history, "sum_up", raising(ValueError("a fault")))
        alice.imports.work()
    assert "30 plays added." in alice.read()
    assert "Nothing was imported." not in alice.read()


@pytest.mark.parametrize(("module", "step"), [(streaming_history, "look_through"), (ending, "listening_day")])
def test_deleting_an_account_during_its_import_logs_no_fault(
    alice: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, module: ModuleType, step: str
) -> None:
    alice.upload(FILE)
    during(monkeypatch, step, lambda: delete_account(alice.account), module)
    alice.imports.work()
    assert [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}] == []
    assert alice.kept_files() == []


def test_two_databases_may_share_a_folder(alice: Browser, empty_database: str, database_url: str) -> None:
    alice.upload(FILE)
    open_database(empty_database)
    migrate()
    restarted(alice).work()
    open_database(database_url)
    assert alice.kept_files() == ["endsong_0.json"]
    alice.imports.work()
    assert alice.plays() == COUNT
