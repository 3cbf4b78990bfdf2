"""Read CHANGELOG.md: the version of this program, and the changes that concern operators."""

import re
from pathlib import Path

CHANGELOG = Path(__file__).resolve().parent / "CHANGELOG.md"
VERSION = re.compile(r"^## v?(\d+)\.(\d+)\.(\d+)", re.MULTILINE)
FOR_OPERATORS = "### For operators"
LINK = re.compile(r"\[([^]]+)\]\(([^)]+)\)")
Version = tuple[int, int, int]


def this_version(text: str | None = None) -> str:
    """The newest version in the changelog; empty if the file is missing."""
    match = VERSION.search(_text() if text is None else text)
    return ".".join(match.groups()) if match else ""


def changes_for_operators(before: str, text: str | None = None) -> list[str]:
    """A line for each change that concerns operators in versions after `before`, the oldest version first."""
    text = _text() if text is None else text
    sections = [(_version(match), text[match.end() :]) for match in VERSION.finditer(text)]
    newer = [(version, rest) for version, rest in sections if version > as_numbers(before)]
    return [line for _, rest in reversed(newer) for line in _lines(VERSION.split(rest)[0])]


def as_numbers(version: str) -> Version:
    match = VERSION.match(f"## {version}")
    return _version(match) if match else (0, 0, 0)


def _version(match: "re.Match[str]") -> Version:
    first, second, third = map(int, match.groups())
    return first, second, third


def _lines(section: str) -> list[str]:
    """The items under the heading for operators, each on one line and without markup."""
    _, _, rest = section.partition(FOR_OPERATORS)
    points = re.split(r"^- ", re.split(r"^#", rest, flags=re.MULTILINE)[0], flags=re.MULTILINE)[1:]
    return [LINK.sub(_plain_link, " ".join(point.split())).replace("**", "").replace("`", "") for point in points]


def _plain_link(link: "re.Match[str]") -> str:
    text, address = link.groups()
    return address if address.startswith(text) else f"{text} ({address})"


def _text() -> str:
    return CHANGELOG.read_text(encoding="utf-8") if CHANGELOG.exists() else ""
