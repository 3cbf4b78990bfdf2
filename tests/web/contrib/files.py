"""Read the files of contrib/ as the programs that they are for do."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

FOLDER = Path(__file__).parents[3] / "contrib"
SECRET = re.compile(r"!secret (\w+)$", re.MULTILINE)
WRITTEN = "http://127.0.0.1:8000"  # the address that readers replace


def parsed(name: str) -> Any:
    """The content of a YAML file; Home Assistant's `!secret name` becomes "{name}"."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    return yaml.safe_load(SECRET.sub(r'"{\1}"', text))


def path_of(address: str) -> str:
    """The path and the query of an address in the files."""
    assert address.startswith(WRITTEN), address
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def at(path: str, answer: Any) -> Any:
    """The member of an answer at a dotted path."""
    for name in path.split("."):
        answer = answer[name]
    return answer


def filled(headers: Mapping[str, str], **texts: str) -> dict[str, str]:
    """Headers with each placeholder replaced by its text."""
    whole = dict(headers)
    for word, text in texts.items():
        whole = {name: value.replace(word, text) for name, value in whole.items()}
    return whole
