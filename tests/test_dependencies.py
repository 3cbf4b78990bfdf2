"""The check for known vulnerabilities of what we depend on: fails for one, and for nothing else."""

import importlib.util
import json
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit_dependencies", ROOT / ".ci" / "vulnerabilities.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "MARK", tmp_path / "audited")
    return module


def answers(monkeypatch: pytest.MonkeyPatch, *dependencies: object, out: str | None = None) -> list[list[str]]:
    """Have pip-audit say this; returns what it was asked about."""
    asked: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(Path(command[command.index("--requirement") + 1]).read_text().splitlines())
        said = json.dumps({"dependencies": dependencies}) if out is None else out
        return subprocess.CompletedProcess(command, 1, said, "")

    monkeypatch.setattr(subprocess, "run", run)
    return asked


STARLETTE = {"name": "starlette", "version": "1.10.0", "vulns": []}
KNOWN = STARLETTE | {"vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["1.10.1"]}]}


def test_a_known_vulnerability_fails_and_is_named(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = answers(monkeypatch, KNOWN)
    assert audit.main() == 1
    assert capsys.readouterr().err == "starlette 1.10.0: PYSEC-2026-1; fixed in 1.10.1\n"
    assert "starlette==1.10.0" in asked[0]


def test_without_network_it_says_so_and_goes_on(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers(monkeypatch, out="")
    assert audit.main() == 0
    assert (
        capsys.readouterr().err
        == "Known vulnerabilities: PyPI cannot be reached from here, so this check is skipped.\n"
    )


def test_the_same_lock_is_looked_up_once_a_day(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = answers(monkeypatch, STARLETTE)
    assert (audit.main(), audit.main(), len(asked)) == (0, 0, 1)
    assert capsys.readouterr().out.splitlines() == [
        "Known vulnerabilities: none in 1 packages; 0 could not be looked up.",
        "Known vulnerabilities: none, as of today.",
    ]
    assert any(pin.startswith("cryptography==") for pin in asked[0])
