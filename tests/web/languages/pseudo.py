"""A pseudo-language for tests: English with accents and 40 per cent longer, which reveals untranslated text."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from gettext import NullTranslations
from html.parser import HTMLParser
from typing import Any

import pytest

from web.languages import current, formats, writing
from web.languages.formats import Formats

PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ACCENTED = "ÀƁÇÐÉƑĜĤÎĴĶĻḾÑÕÞǪŔŠŢÛṼŴẌÝŽàƀçðéƒĝĥîĵķļḿñõþǫŕšţûṽŵẍýž"
ACCENTS = str.maketrans(PLAIN, ACCENTED)
KEPT = re.compile(r"(%\(\w+\)s|%%|</?[a-z][^>]*>|`[^`]*`)")
NO_TEXT = {"script", "style", "code", "pre", "bdi"}  # commands, and names from outside
SPOKEN = {"aria-label", "alt", "title", "placeholder"}  # attributes that people hear or read
VOID = {"meta", "link", "input", "img", "br", "hr", "rect", "line", "path", "use", "circle", "source"}


def pseudo(text: str) -> str:
    parts = KEPT.split(text)  # every second part matched KEPT
    accented = "".join(part if place % 2 else part.translate(ACCENTS) for place, part in enumerate(parts))
    return f"[{accented}{'~' * round(len(text) * 0.4)}]"


class Pseudo(NullTranslations):
    def gettext(self, message: str) -> str:
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(msgid1 if n == 1 else msgid2)

    def pgettext(self, *context_and_message: str) -> str:
        return pseudo(context_and_message[-1])


def _formats(_language: str) -> Formats:
    english = formats.formats("en")
    names: dict[str, Any] = {
        name: tuple(word.translate(ACCENTS) for word in getattr(english, name))
        for name in ("months", "short_months", "marks", "weekdays", "short_weekdays", "units")
    }
    lists, choices = (
        {place: text.translate(ACCENTS) for place, text in patterns.items()}
        for patterns in (english.lists, english.choices)
    )
    return replace(english, **names, lists=lists, choices=choices)


@contextmanager
def spoken() -> Iterator[None]:
    """A block in which pages are written in the pseudo-language."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(current, "texts", lambda _language: Pseudo())
        patch.setattr(writing, "formats", _formats)
        yield


class Texts(HTMLParser):
    """Collects the texts of a page, including those that are read aloud, but not code or people's names."""

    def __init__(self) -> None:
        super().__init__()
        self.collected: list[str] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        is_foreign = tag != "html" and "lang" in dict(attrs)
        is_silent = tag in NO_TEXT or is_foreign or bool(self._open and self._open[-1])
        if not is_silent:
            self.collected += [text for name, text in attrs if name in SPOKEN and text]
        if tag not in VOID:
            self._open.append(is_silent)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.handle_starttag(tag, attrs)
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not (self._open and self._open[-1]):
            self.collected.append(data.strip())


def texts(html: str) -> list[str]:
    parser = Texts()
    parser.feed(html)
    return parser.collected
