"""deploy/metabase: each question finds rows, with and without its variable, read as the role of a listener."""

import re
from pathlib import Path

import pytest

from tests.db.report.reading import Tool

QUESTIONS = sorted((Path(__file__).parents[2] / "deploy" / "metabase" / "questions").glob("*.sql"))
OPTIONAL = re.compile(r"\[\[(.*?)\]\]")


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_a_question_finds_rows_with_and_without_a_date(tool: Tool, path: Path) -> None:
    sql = path.read_text()
    everything = tool.ask(OPTIONAL.sub("", sql))
    assert everything
    assert tool.ask(OPTIONAL.sub(r"\1", sql).replace("{{since}}", "'2026-01-20'")) != everything
    assert tool.ask(OPTIONAL.sub(r"\1", sql).replace("{{since}}", "'2027-01-01'")) == []


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_a_question_says_what_it_is_called_and_how_it_is_shown(path: Path) -> None:
    name, shown, *_ = path.read_text().splitlines()
    assert re.fullmatch(r"-- [A-Z].{10,60}", name)
    assert re.fullmatch(r"-- Show as: (line|bar|table|pivot table)", shown)


def test_there_are_questions() -> None:
    assert len(QUESTIONS) >= 5
