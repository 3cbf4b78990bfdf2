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
    """A whole answer to the question, as its test had it."""
    answer: dict[str, Any] = msgspec.json.decode((EXAMPLES / f"{name}.json").read_bytes())
    return answer
