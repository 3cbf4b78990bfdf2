"""The benchmark of questions: it can ask each of them."""

import re

from benchmarks.question_speed.sql import QUESTIONS
from recommend.questions import all_questions

FILLED = {
    "username",
    "period",
    "year",
    "track",
    "artist",
    "album",
    "genre",
    "playlist",
}  # what the benchmark's instance has


def test_every_question_is_measured_about_something_that_the_benchmark_has() -> None:
    assert {question.path.split("/")[1].partition("?")[0] for question in QUESTIONS} >= set(all_questions())
    for question in QUESTIONS:
        assert set(re.findall(r"{(\w+)}", question.path)) <= FILLED, question.path
