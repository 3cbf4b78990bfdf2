"""The language in which the page is written that this thread is working on, and its texts."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from web.languages.catalogues import ENGLISH, texts

_LANGUAGE: ContextVar[str] = ContextVar("language", default=ENGLISH)


def language() -> str:
    return _LANGUAGE.get()


@contextmanager
def speaking(chosen: str) -> Iterator[None]:
    """A block whose texts are in this language, or in the one that `speak` sets within it."""
    before = _LANGUAGE.set(chosen)
    try:
        yield
    finally:
        _LANGUAGE.reset(before)


def speak(chosen: str) -> None:
    """From now on, until the end of the block of `speaking`."""
    _LANGUAGE.set(chosen)


def gettext(text: str) -> str:
    return texts(_LANGUAGE.get()).gettext(text)


def ngettext(singular: str, plural: str, count: int) -> str:
    return texts(_LANGUAGE.get()).ngettext(singular, plural, count)


def pgettext(context: str, text: str) -> str:
    """For a word that has several meanings: `context` says which one it has here."""
    return texts(_LANGUAGE.get()).pgettext(context, text)
