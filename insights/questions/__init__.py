"""Every question about listening, one file each: a module in this folder with a `QUESTION` is one."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from insights.question import Question


@cache
def questions() -> Mapping[str, Question]:
    """All questions about listening, by name."""
    return questions_in(__name__, __path__)


def questions_in(package: str, path: Iterable[str]) -> dict[str, Question]:
    """The questions that the modules of a package declare, by name."""
    modules = (import_module(f"{package}.{module.name}") for module in iter_modules(path))
    return {module.QUESTION.name: module.QUESTION for module in modules if hasattr(module, "QUESTION")}
