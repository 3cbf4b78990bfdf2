"""Which questions there are to be allowed to a token or a link: the first words of the addresses about listening."""

from functools import cache
from typing import Any

from web.openapi_document import document
from web.visitor import SUMS_ONLY

PERIOD = {"$ref": "#/components/parameters/Period"}


@cache
def questions() -> tuple[str, ...]:
    """All that a token can be made for."""
    return tuple(sorted({_first_word(path) for path in _about_listening()}))


@cache
def linked() -> tuple[str, ...]:
    """Those that have one address an account, so that a link can lead there."""
    return tuple(sorted(_first_word(path) for path in _about_listening() if path.count("/") == 2))


@cache
def of_periods() -> frozenset[str]:
    """Those of them that take a period by its name."""
    paths = _about_listening()
    return frozenset(_first_word(path) for path, found in paths.items() if PERIOD in found["parameters"])


def first_page(question: str | None, period: str | None, *, redacted: bool) -> str:
    """The question that a link made for these leads to first."""
    return question or ("totals" if redacted or period else "history")


def why_nothing_is_left(question: str | None, period: str | None, *, redacted: bool) -> str | None:
    """A sentence where a link made for these could answer nothing, None where it could."""
    if question and period and question not in of_periods():
        return f"{question} is not asked by period: choose any period for it, or another question."
    if question and redacted and question not in SUMS_ONLY:
        return f"{question} tells of single plays, places or devices: a link with sums only cannot lead there."
    return None


def _about_listening() -> dict[str, dict[str, Any]]:
    found = document("").get("paths", {})
    return {
        path: item["get"]
        for path, item in found.items()
        if "get" in item and "{username}" in path and "listening" in item["get"]["tags"]
    }


def _first_word(path: str) -> str:
    return path.split("/", 2)[1]
