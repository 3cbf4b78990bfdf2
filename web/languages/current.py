"""The language of the page that this thread is working on, and the texts in it."""

from contextlib import AbstractContextManager
from contextvars import ContextVar

from web.languages.catalogues import ENGLISH, texts

_LANGUAGE: ContextVar[str] = ContextVar("language", default=ENGLISH)


def language() -> str:
    return _LANGUAGE.get()


def speaking(chosen: str) -> AbstractContextManager[None]:
    """A block whose texts are in this language, or in another that `speak` sets within it."""
    return _Speaking(chosen)


class _Speaking(AbstractContextManager[None]):
    __slots__ = ("_before", "_chosen")

    def __init__(self, chosen: str) -> None:
        self._chosen = chosen

    def __enter__(self) -> None:
        self._before = _LANGUAGE.set(self._chosen)

    def __exit__(self, *_: object) -> None:
        _LANGUAGE.reset(self._before)


def speak(chosen: str) -> None:
    """Use this language until the end of the block of `speaking`."""
    _LANGUAGE.set(chosen)


def gettext(text: str) -> str:
    return texts(_LANGUAGE.get()).gettext(text)


def ngettext(singular: str, plural: str, count: int) -> str:
    return texts(_LANGUAGE.get()).ngettext(singular, plural, count)


def pgettext(context: str, text: str) -> str:
    """For a word that has several meanings: `context` says which one it has here."""
    return texts(_LANGUAGE.get()).pgettext(context, text)
