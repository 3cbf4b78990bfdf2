"""Which questions there are to be allowed to a token or a link: the first words of the addresses about listening."""

from functools import cache
from typing import Any

from recommend.questions import all_questions as declared
from web.openapi.document import SUMS_ONLY, document


@cache
def questions() -> tuple[str, ...]:
    """All that a token can be made for."""
    return tuple(sorted({_first_word(path) for path in about_listening()}))


@cache
def linked() -> tuple[str, ...]:
    """Those that have one address an account, so that a link can lead there."""
    return tuple(sorted(_first_word(path) for path in about_listening() if path.count("/") == 2))


@cache
def of_periods() -> frozenset[str]:
    """Those of them that take a period by its name."""
    by_period = {_first_word(path) for path, operation in about_listening().items() if _takes_period(operation)}
    return frozenset(by_period - {question.name for question in declared().values() if not question.for_period_links})


@cache
def with_sums_only() -> frozenset[str]:
    """Those whose answers are told in sums, too: how much and what, but no single play, no place and no device."""
    return frozenset(_first_word(path) for path, operation in about_listening().items() if operation.get(SUMS_ONLY))


def first_page(question: str | None, period: str | None, *, redacted: bool) -> str:
    """The question that a link made for these leads to first."""
    return question or ("totals" if redacted or period else "history")


def why_nothing_is_left(question: str | None, period: str | None, *, redacted: bool) -> str | None:
    """A sentence where a link made for these could answer nothing, None where it could."""
    if question and period and question not in of_periods():
        return f"{question} is not asked by period: choose any period for it, or another question."
    if question and redacted and question not in with_sums_only():
        return f"{question} tells of single plays, places or devices: a link with sums only cannot lead there."
    if redacted and period == "today":
        return "A link with sums only shows whole days that are over, and today is not: choose a longer period."
    return None


@cache
def about_listening() -> dict[str, dict[str, Any]]:
    """What the OpenAPI document says of each path."""
    paths = document("").get("paths", {})
    return {
        path: item["get"]
        for path, item in paths.items()
        if "get" in item and "{username}" in path and "listening" in item["get"]["tags"]
    }


def _takes_period(operation: dict[str, Any]) -> bool:
    common = document("")["components"]["parameters"]
    parameters = (
        common[each["$ref"].rpartition("/")[2]] if "$ref" in each else each for each in operation["parameters"]
    )
    return any(parameter["name"] == "period" for parameter in parameters)


def _first_word(path: str) -> str:
    return path.split("/", 2)[1]
