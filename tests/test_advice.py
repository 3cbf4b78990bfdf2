"""Commands that messages advise can be typed as they are printed, wherever this copy runs."""

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import advice
from advice import command, public_command
from tests.test_floors import ROOT, source_files


@pytest.fixture(autouse=True)
def restore_advice() -> Iterator[None]:
    yield
    advice.set_up()


@pytest.fixture
def checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "a checkout"
    folder.mkdir()
    (folder / "Pipfile").touch()
    monkeypatch.setattr(advice, "ROOT", folder)
    monkeypatch.setattr(sys, "executable", str(folder / ".venv" / "bin" / "python"))
    return folder


def test_in_a_checkout_its_own_interpreter_is_named(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout)
    assert command("cli.py", "sign-in", "alice") == ".venv/bin/python cli.py sign-in alice"


def test_from_another_folder_both_paths_are_absolute(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command("cli.py", "imports") == f"'{checkout}/.venv/bin/python' '{checkout}/cli.py' imports"
    assert public_command("cli.py", "imports") == ".venv/bin/python cli.py imports"


def test_an_interpreter_elsewhere_is_absolute_but_hidden_from_visitors(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout)
    monkeypatch.setattr(sys, "executable", "/opt/env/bin/python")
    assert command("cli.py", "imports") == "/opt/env/bin/python cli.py imports"
    assert public_command("cli.py", "imports") == "python cli.py imports"


def test_the_demo_and_a_custom_port_are_part_of_the_command(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout)
    advice.set_up(demo=True, port=9000)
    assert command("cli.py", "sign-in carol") == "PORT=9000 .venv/bin/python cli.py --demo sign-in carol"


def test_a_custom_data_folder_is_part_of_the_command_but_hidden_from_visitors(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout)
    advice.set_up(data="/srv/my data", port=9000)
    start = "PORT=9000 .venv/bin/python cli.py"
    assert command("cli.py", "users list") == f"INSIGHT_DATA='/srv/my data' {start} users list"
    assert public_command("cli.py", "users list") == f"{start} users list"
    advice.set_up(before="docker compose exec web", data="/data")
    assert command("cli.py", "imports") == "docker compose exec web python cli.py imports"


def test_in_a_container_the_command_enters_it_first(checkout: Path) -> None:
    advice.set_up(before="docker compose exec web", port=9000)
    assert command("cli.py", "sign-in alice") == "docker compose exec web python cli.py sign-in alice"


def test_an_installed_copy_has_one_command_for_everything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(advice, "ROOT", tmp_path)
    assert command("cli.py", "sign-in alice") == "insight sign-in alice"
    assert command("run.py") == "insight run"
    assert command("spotify_client.py", "collect") == "insight cron collect"


def test_the_advised_command_runs() -> None:
    words = shlex.split(command("cli.py", "imports --help"))
    process = subprocess.run(words, cwd=Path.cwd(), capture_output=True, text=True, check=False)
    assert (process.returncode, process.stdout.startswith("usage: cli.py imports")) == (0, True)


def test_no_message_contains_a_hand_written_command() -> None:
    """Docstrings name programs by their files; what people read is put together by `command`."""
    program = re.compile(r"\b(cli|run|application|spotify_client)\.py\b")
    pattern = re.compile(rf"`[^`{{]*{program.pattern}[^`]*`|\bpython (cli|run)\.py")
    hand_written = []
    for path, text in [(path, path.read_text()) for _, path in source_files()]:
        if not program.search(text):
            continue  # parsing every file takes seconds
        tree = ast.parse(text)
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                hand_written += [f"{path.relative_to(ROOT)}:{node.lineno}"] * bool(pattern.search(node.value))
    pages = (ROOT / "web" / "templates").rglob("*.html")
    hand_written += [page.name for page in pages if re.search(r"<code>[^<{]*\.py", page.read_text())]
    assert hand_written == []
