"""What deploy/ and CI install beside Pipfile.lock is pinned with hashes, package by package."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("deploy/airflow", "deploy/aws", "deploy/dbt", ".ci/deployments")
PINNED = re.compile(r"^[\w.\[\]-]+==\S+( ; .+)? \\\n(    --hash=sha256:[0-9a-f]{64}( \\)?\n)+", re.MULTILINE)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_package_is_pinned_including_those_requested(folder: str) -> None:
    text = (ROOT / folder / "requirements.txt").read_text()
    pinned = re.findall(r"^([a-z][\w.-]*)(?:\[[\w,-]+\])?==", text, re.MULTILINE)
    requested = re.findall(r"^([a-z][\w-]*)", (ROOT / folder / "requirements.in").read_text(), re.MULTILINE)
    assert len(PINNED.findall(text)) == len(pinned) > 0
    assert set(requested) <= set(pinned)
