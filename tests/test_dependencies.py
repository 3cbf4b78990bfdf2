"""The check for known vulnerabilities of our dependencies: it fails if there is one, and for no other reason."""

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


def pip_audit_reports(
    monkeypatch: pytest.MonkeyPatch, *dependencies: object, out: str | None = None
) -> list[list[str]]:
    """Have pip-audit report this; returns the requirements that each of its runs was given."""
    audited: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        audited.append(Path(command[command.index("--requirement") + 1]).read_text().splitlines())
        report = json.dumps({"dependencies": dependencies}) if out is None else out
        return subprocess.CompletedProcess(command, 1, report, "")

    monkeypatch.setattr(subprocess, "run", run)
    return audited


STARLETTE = {"name": "starlette", "version": "1.10.0", "vulns": []}
VULNERABLE = STARLETTE | {"vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["1.10.1"]}]}


def test_a_known_vulnerability_fails_and_is_named(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    audited = pip_audit_reports(monkeypatch, VULNERABLE)
    assert audit.main() == 1
    assert capsys.readouterr().err == "starlette 1.10.0: PYSEC-2026-1; fixed in 1.10.1\n"
    assert "starlette==1.10.0" in audited[0]


def test_without_network_the_check_is_skipped_with_a_message(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pip_audit_reports(monkeypatch, out="")
    assert audit.main() == 0
    assert (
        capsys.readouterr().err
        == "Known vulnerabilities: PyPI cannot be reached from here, so this check is skipped.\n"
    )


def test_the_same_lock_is_looked_up_once_a_day(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    audited = pip_audit_reports(monkeypatch, STARLETTE)
    assert (audit.main(), audit.main(), len(audited)) == (0, 0, 1)
    assert capsys.readouterr().out.splitlines() == [
        "Known vulnerabilities: none in 1 packages; 0 could not be looked up.",
        "Known vulnerabilities: none, as of today.",
    ]
    assert any(pin.startswith("cryptography==") for pin in audited[0])
