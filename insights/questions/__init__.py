"""Every question about listening, one file each: a module in this folder with a `QUESTION` is one."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import msgspec

from insights.question import Question

EXAMPLES = Path(__file__).parent / "examples"


@cache
def questions() -> Mapping[str, Question]:
    """By their names."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return {module.QUESTION.name: module.QUESTION for module in modules if hasattr(module, "QUESTION")}


def example(name: str) -> dict[str, Any]:
    """A whole answer to the question, as its test had it; empty until that test has run once."""
    path = EXAMPLES / f"{name}.json"
    answer: dict[str, Any] = msgspec.json.decode(path.read_bytes()) if path.exists() else {}
    return answer
