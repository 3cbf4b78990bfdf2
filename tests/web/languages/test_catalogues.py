"""Each catalogue has every text of the pages, translated, and no other."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import read_po

from insights.quality_checks import QUERIES
from tests.web.questions.test_quality import MEANINGS
from web.languages.catalogues import ENGLISH, LANGUAGES, catalogue_path

ROOT = Path(__file__).parents[3]
TRANSLATED = [language for language in LANGUAGES if language != ENGLISH]
KEYWORD = re.compile(r"--keyword=(\S+)")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
TAG = re.compile(r"</?[a-z][^>]*>")
Key = tuple[str | None, str]  # the context, and the singular


@cache
def written() -> frozenset[Key]:
    """The texts in the code and the templates, as `make messages` collects them."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    options = {mapping["pattern"]: mapping for mapping in mappings}
    keywords = {**DEFAULT_KEYWORDS, **parse_keywords(KEYWORD.findall((ROOT / "Makefile").read_text()))}
    extracted = extract_from_dir(ROOT, methods, options, keywords)
    return frozenset((context, _first(text)) for _file, _line, text, _comments, context in extracted)


def _first(text: Any) -> str:
    return text if isinstance(text, str) else str(text[0])


@cache
def catalogue(language: str) -> Catalog:
    with catalogue_path(language).open("rb") as file:
        return read_po(file, language)


def messages(language: str) -> Iterator[Message]:
    return (message for message in catalogue(language) if message.id)


def texts(message: Message) -> tuple[str, ...]:
    """The text, or its singular and plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def translations(message: Message) -> tuple[str, ...]:
    string = message.string or ""
    return tuple(string) if isinstance(string, tuple | list) else (string,)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_every_text_and_no_other(language: str) -> None:
    listed = {(message.context, _first(message.id)) for message in messages(language)}
    assert listed ^ written() == set(), "run make messages"


@pytest.mark.parametrize("meaning", [query.meaning for query in QUERIES] + [MEANINGS["open_gaps"]])
def test_the_meaning_of_a_check_can_be_translated(meaning: str) -> None:
    assert (None, meaning) in written()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_completely_and_not_fuzzily(language: str) -> None:
    assert [message.id for message in messages(language) if message.fuzzy or not all(translations(message))] == []
    forms = catalogue(language).num_plurals
    plural = [message for message in messages(language) if message.pluralizable]
    assert [message.id for message in plural if len(translations(message)) != forms] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_have_the_placeholders_and_the_markup_of_their_texts(language: str) -> None:
    for message in messages(language):
        for pattern in (PLACEHOLDER, TAG):
            allowed = {tuple(sorted(pattern.findall(text))) for text in texts(message)}
            assert {tuple(sorted(pattern.findall(text))) for text in translations(message)} <= allowed, message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_translation_can_be_filled_in(language: str) -> None:
    for message in messages(language):
        values = {name: "x" for text in texts(message) for name in PLACEHOLDER.findall(text)}
        for text in (*texts(message), *translations(message)):
            assert not values or "%(" not in text % values
