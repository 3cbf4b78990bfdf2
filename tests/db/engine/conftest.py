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
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data to copy: making it takes longer than a test."""
    folder = tmp_path_factory.mktemp("made") / "server"
    with local_server(folder, durable=False):
        pass
    return folder


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Iterator[Path]:
    """A folder on which nothing runs when a test is over."""
    folder = shutil.copytree(made, tmp_path / "server", ignore=shutil.ignore_patterns("socket"))
    yield folder
    for pid in processes(folder / "cluster"):
        os.kill(pid, signal.SIGKILL)
