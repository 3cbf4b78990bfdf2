"""The pages of questions, one file each: a module in this folder with `PAGES` declares them."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from web.questions.view import QuestionPage


@cache
def question_pages() -> Mapping[str, QuestionPage]:
    """The pages, by the names of their questions."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return {page.question: page for module in modules for page in getattr(module, "PAGES", ())}
