"""The documents: short enough to be read, every link leads somewhere, and every file that they name exists."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from insights.questions import questions

ROOT = Path(__file__).parents[2]
RULES = ROOT / "docs/rules"
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?P<path>[^)#\s]*)(?:#(?P<heading>[^)\s]+))?\)")
NAMED_FILE = re.compile(r"`((?:[a-z_.]+/)+(?:[a-z_]+\.(?:py|json|yml|md))?|[a-z_]+\.py)`")
NOT_IN_A_CHECKOUT = (".data/", ".venv/", "build/", "insight_for_spotify/")
EVERY_DOCUMENT = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


@cache
def headings(path: Path) -> set[str]:
    """The headings of a document, as links name them."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken_links(path: Path) -> Iterator[str]:
    for link in LINK.finditer(path.read_text()):
        if "://" in link["path"]:
            continue
        target = path.parent / link["path"] if link["path"] else path
        if not target.exists() or (link["heading"] and link["heading"] not in headings(target)):
            yield link[0]


def test_the_readme_is_read_in_two_minutes() -> None:
    assert (ROOT / "README.md").stat().st_size <= 6500


def test_contributing_is_read_in_five_minutes() -> None:
    assert len((ROOT / "CONTRIBUTING.md").read_text().split()) <= 1000


@EVERY_DOCUMENT
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    assert list(broken_links(path)) == []


@EVERY_DOCUMENT
def test_files_and_folders_that_a_document_names_exist(path: Path) -> None:
    names = {name for name in NAMED_FILE.findall(path.read_text()) if not name.startswith(NOT_IN_A_CHECKOUT)}
    assert {name for name in names if not (ROOT / name).exists()} == set()


def test_every_question_is_in_the_list_of_addresses() -> None:
    listed = set(re.findall(r"`/([a-z-]+)/[^`]*`", (ROOT / "docs/api.md").read_text()))
    assert {question.name for question in questions().values()} - listed == set()


def test_contributing_leads_to_every_page_of_rules() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text()
    assert {path.name for path in RULES.glob("*.md") if f"docs/rules/{path.name}" not in contributing} == set()


def test_pictures_are_small() -> None:
    pictures = [path for path in (ROOT / "docs").rglob("*") if path.suffix in {".png", ".webp"}]
    assert {path.name for path in pictures if path.stat().st_size >= 150_000} == set()
