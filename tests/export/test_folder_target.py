"""The folder of an export: written completely or not at all, and never over anything else."""

from pathlib import Path

import pytest

from export.folder_target import new_folder
from export.target import ExportRefused


def write(path: Path, text: str, *, force: bool = False) -> None:
    with new_folder(path, force=force) as folder:
        (folder / "year=2024").mkdir()
        (folder / "year=2024" / "plays.parquet").write_text(text)
        assert not (path / "year=2024" / "plays.parquet").exists() or force


def content(folder: Path) -> dict[str, str]:
    return {str(file.relative_to(folder)): file.read_text() for file in folder.rglob("*") if file.is_file()}


def test_a_folder_appears_complete(tmp_path: Path) -> None:
    write(tmp_path / "plays", "new")
    assert content(tmp_path) == {"plays/year=2024/plays.parquet": "new"}


def test_an_earlier_export_is_replaced_only_by_force(tmp_path: Path) -> None:
    write(tmp_path / "plays", "old")
    with pytest.raises(ExportRefused, match="replace it with --force"):
        write(tmp_path / "plays", "new")
    assert content(tmp_path) == {"plays/year=2024/plays.parquet": "old"}
    write(tmp_path / "plays", "new", force=True)
    assert content(tmp_path) == {"plays/year=2024/plays.parquet": "new"}


@pytest.mark.parametrize("force", [False, True])
def test_anything_else_is_never_replaced(tmp_path: Path, force: bool) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to.txt").write_text("dear")
    (tmp_path / "file").write_text("dear")
    for name in ("letters", "file"):
        with pytest.raises(ExportRefused, match="is not a Parquet export"):
            write(tmp_path / name, "new", force=force)
    assert content(tmp_path) == {"letters/to.txt": "dear", "file": "dear"}


def test_an_export_that_fails_leaves_the_earlier_one(tmp_path: Path) -> None:
    write(tmp_path / "plays", "old")
    with pytest.raises(ValueError, match="full"), new_folder(tmp_path / "plays", force=True):
        raise ValueError("full")
    assert content(tmp_path) == {"plays/year=2024/plays.parquet": "old"}


def test_the_next_export_removes_what_a_killed_one_left(tmp_path: Path) -> None:
    (tmp_path / ".plays.abcdefgh" / "year=2023").mkdir(parents=True)
    write(tmp_path / "plays", "new")
    assert [each.name for each in tmp_path.iterdir()] == ["plays"]


def test_a_folder_that_is_not_there_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(ExportRefused, match="create it first"):
        write(tmp_path / "no" / "plays", "new")
    assert list(tmp_path.iterdir()) == []
