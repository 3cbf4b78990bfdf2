"""What the changelog says to whoever upgrades."""

import re

import pytest

from changelog import CHANGELOG, FOR_OPERATORS, VERSION, changes_for_operators, this_version

TEXT = """# Changelog

## 1.2.0

Much.

### For operators

- **Newer**: a line
  that goes on in `another`.
- One more.

### Everything

- Nothing of interest.

## 1.1.10

- Not for operators.

## 1.1.9

### For operators

- Older.
"""


@pytest.mark.parametrize(
    ("before", "lines"),
    [
        ("1.2.0", []),
        ("1.1.10", ["Newer: a line that goes on in another.", "One more."]),
        ("1.1.9", ["Newer: a line that goes on in another.", "One more."]),
        ("1.1.8", ["Older.", "Newer: a line that goes on in another.", "One more."]),
    ],
)
def test_changes_of_all_newer_versions_are_listed_oldest_first(before: str, lines: list[str]) -> None:
    assert changes_for_operators(before, TEXT) == lines


def test_our_changelog_tells_operators_what_every_version_but_the_first_changes() -> None:
    text = CHANGELOG.read_text(encoding="utf-8")
    sections = re.split(r"^## ", text.replace("## Unreleased", "", 1), flags=re.MULTILINE)[1:]
    assert [section.split()[0] for section in sections if FOR_OPERATORS not in section] == ["0.1.0"]
    assert len(sections) == len(VERSION.findall(text))
    assert this_version() == sections[0].split()[0]
    assert changes_for_operators("0.5.0")[0].startswith("The first start rewrites the table of plays")
