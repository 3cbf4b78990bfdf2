"""The target of an export: written completely or not at all, and never over an existing file."""

from pathlib import Path

import pytest

from export.target import ExportRefused, new_file


def write(path: Path, *, force: bool = False) -> None:
    with new_file(path, force=force) as stream:
        stream.write(b"new")


def test_a_file_appears_complete_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "history.zip"
    with new_file(path, force=False) as stream:
        stream.write(b"new")
        assert not path.exists()
    assert [(file.name, file.read_bytes(), file.stat().st_mode & 0o777) for file in tmp_path.iterdir()] == [
        ("history.zip", b"new", 0o600)
    ]


def test_a_file_that_exists_is_replaced_only_by_force(tmp_path: Path) -> None:
    path = tmp_path / "history.zip"
    path.write_bytes(b"old")
    with pytest.raises(ExportRefused) as refusal:
        write(path)
    assert str(refusal.value) == f"{path} already exists: name another file, or replace it with --force."
    assert path.read_bytes() == b"old"
    write(path, force=True)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("history.zip", b"new")]


def test_a_file_that_was_created_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "history.zip"
    with pytest.raises(ExportRefused), new_file(path, force=False):
        path.write_bytes(b"theirs")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("history.zip", b"theirs")]


@pytest.mark.parametrize("force", [False, True])
def test_only_files_are_replaced(tmp_path: Path, force: bool) -> None:
    with pytest.raises(ExportRefused) as refusal:
        write(tmp_path, force=force)
    assert str(refusal.value) == f"{tmp_path} is not a file: name a file, such as {tmp_path / 'history.zip'}."


def test_a_missing_folder_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(ExportRefused) as refusal:
        write(tmp_path / "no" / "history.zip")
    assert str(refusal.value) == f"{tmp_path / 'no'} is not a folder: create it first, or name another one."


def test_errors_of_the_system_are_quoted(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)  # and the temporary file's name is longer
    with pytest.raises(ExportRefused) as refusal:
        write(path)
    assert str(refusal.value) == f"{path} cannot be written (File name too long); nothing was left behind."


@pytest.mark.parametrize("stopped", [KeyboardInterrupt, SystemExit, OSError])
def test_an_export_that_is_stopped_leaves_nothing(tmp_path: Path, stopped: type[BaseException]) -> None:
    def export() -> None:
        with new_file(tmp_path / "history.zip", force=False) as stream:
            stream.write(b"half")
            raise stopped

    with pytest.raises((stopped, ExportRefused)):
        export()
    assert list(tmp_path.iterdir()) == []
