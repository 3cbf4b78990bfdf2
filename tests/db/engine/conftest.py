"""Data folders of embedded servers, each for one test."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.engine.postmaster import processes
from db.engine.server import local_server


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data for tests to copy, because making it takes longer than a test."""
    folder = tmp_path_factory.mktemp("prepared") / "server"
    with local_server(folder, durable=False):
        pass
    return folder


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Iterator[Path]:
    """A data folder whose processes are killed when the test is over."""
    folder = shutil.copytree(prepared, tmp_path / "server", ignore=shutil.ignore_patterns("socket"))
    yield folder
    for pid in processes(folder / "cluster"):
        os.kill(pid, signal.SIGKILL)
