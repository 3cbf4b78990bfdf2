"""The package: it needs what Pipfile names, brings every file, and its programs are those of the checkout."""

import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
import types
from pathlib import Path
from typing import Any

import pytest

from tests.test_floors import HEIGHT, ROOT

pytestmark = pytest.mark.programs


def targets() -> Any:
    """What goes into the package, and under which names."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]


def build_hook(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """The hook that the build calls; Hatchling, which defines its interface, is not installed here."""
    interface = types.ModuleType("hatchling.metadata.plugin.interface")
    interface.__dict__["MetadataHookInterface"] = object
    monkeypatch.setitem(sys.modules, "hatchling.metadata.plugin.interface", interface)
    spec = importlib.util.spec_from_file_location("build_hook", ROOT / ".ci" / "build_hook.py")
    assert spec is not None
    assert spec.loader is not None
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    return hook


def test_the_package_depends_on_what_pipfile_names(monkeypatch: pytest.MonkeyPatch) -> None:
    pipfile = tomllib.loads((ROOT / "Pipfile").read_text())
    written = list(build_hook(monkeypatch).dependencies(ROOT / "Pipfile"))
    names = [re.split(r"[\[~=<> ;]", line)[0] for line in written]
    assert names == [*pipfile["packages"], *pipfile["embedded"]]
    assert {"httpx~=0.28.1", "tzdata", "uvicorn[standard]~=0.54"} <= set(written)
    assert "sys_platform == 'linux'" in written[-1]


def test_the_packages_extras_are_categories_of_pipfile(monkeypatch: pytest.MonkeyPatch) -> None:
    extras = build_hook(monkeypatch).extras(ROOT / "Pipfile")
    assert {name: [re.split(r"[~=<>]", each)[0] for each in needed] for name, needed in extras.items()} == {
        "mcp": ["mcp"],
        "parquet": ["pyarrow"],
    }


def test_the_package_contains_every_room_and_the_files_that_programs_read() -> None:
    built = targets()
    included = built["wheel"]["force-include"]
    rooms = {f"{room}.py" if (ROOT / f"{room}.py").exists() else room for room in HEIGHT}
    beside = {"CHANGELOG.md", ".env.development", "cron.sh", "spotify.cronjob", ".ci/installed.py"}
    assert set(included) == rooms | beside
    assert rooms <= set(built["sdist"]["only-include"])
    assert {included[name] for name in included} == {
        "insight_for_spotify/" + ("__init__.py" if name == ".ci/installed.py" else name) for name in included
    }


WHERE = """
import insight_for_spotify, settings, advice
print(settings.data_folder(), advice.command("cli.py", "users"))
"""


def test_an_installed_copy_runs_and_keeps_its_data_where_programs_do(tmp_path: Path) -> None:
    """Laid out as the wheel lays it out: one folder of site-packages, and nothing of the checkout beside it."""
    for source, target in targets()["wheel"]["force-include"].items():
        place = tmp_path / "site-packages" / target
        place.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            place.symlink_to(ROOT / source)
        else:
            shutil.copy(ROOT / source, place)

    def python(script: str, *words: str) -> subprocess.CompletedProcess[str]:
        env = {"PYTHONPATH": str(tmp_path / "site-packages"), "HOME": str(tmp_path), "DB": "d", "DB_USER": "u"}
        command = [sys.executable, "-c", script, *words]
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)

    insight = "import sys, insight_for_spotify as package; sys.exit(package.main())"
    assert re.fullmatch(r"Insight for Spotify \d+\.\d+\.\d+\n", python(insight, "--version").stdout)
    assert python(insight, "run", "--help").stdout.startswith("usage: insight run")
    refused = python(insight, "users", "list")
    assert (refused.returncode, refused.stderr.split(":")[0]) == (78, "DB_HOST is not set")
    assert python(WHERE).stdout == f"{tmp_path}/.local/share/insight-for-spotify insight users\n"


def test_setup_shows_each_package_as_pip_comes_to_it() -> None:
    spec = importlib.util.spec_from_file_location("install", ROOT / ".ci" / "install.py")
    assert spec is not None
    assert spec.loader is not None
    install = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(install)
    lines = [
        "Looking in indexes: https://pypi.org/simple",
        "Collecting anyio==4.16.0 (from -r requirements.txt (line 1))",
        "  Downloading anyio-4.16.0-py3-none-any.whl (134 kB)",
        "Processing /a/folder/cffi-2.1.1-cp311-cp311-manylinux_2_17_x86_64.whl (from -r requirements.txt (line 2))",
        "Requirement already satisfied: uvicorn[standard]==0.54.1 in ./x (from -r requirements.txt (line 3))",
    ]
    shown = ["  [ 1/12] anyio 4.16.0", "  [ 2/12] cffi 2.1.1", "  [ 3/12] uvicorn 0.54.1"]
    assert list(install.numbered(lines, 12)) == shown
