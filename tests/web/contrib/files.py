"""Reads the files of contrib/ as the programs that they are for do."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

FOLDER = Path(__file__).parents[3] / "contrib"
WRITTEN = "http://127.0.0.1:8000"  # the address that readers replace


class Loader(yaml.SafeLoader):
    """Knows `!secret`, as Home Assistant does: the name, in braces."""


def _secret(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    return f"{{{loader.construct_scalar(node)}}}"


Loader.add_constructor("!secret", _secret)


def parsed(name: str) -> Any:
    return Loader((FOLDER / name).read_text(encoding="utf-8")).get_single_data()


def path_of(address: str) -> str:
    """What is asked of the service: the path and the query of an address of the files."""
    assert address.startswith(WRITTEN), address
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def at(path: str, answer: Any) -> Any:
    """The member that a path with dots leads to."""
    for name in path.split("."):
        answer = answer[name]
    return answer


def filled(headers: Mapping[str, str], **texts: str) -> dict[str, str]:
    """Headers with the tokens in place of the words for them."""
    whole = dict(headers)
    for word, text in texts.items():
        whole = {name: value.replace(word, text) for name, value in whole.items()}
    return whole
