"""The benchmark of questions measures every one of them."""

import re

from benchmarks.question_speed.sql import QUESTIONS
from recommend.questions import all_questions

# What the benchmark's instance has values for.
FILLED = {"username", "period", "year", "track", "artist", "album", "genre", "playlist"}


def test_every_question_is_measured_once() -> None:
    measured = sorted(question.path.split("/")[1] for question in QUESTIONS)
    assert measured == sorted(all_questions())


def test_questions_are_measured_with_parameters_that_the_benchmark_can_fill_in() -> None:
    for question in QUESTIONS:
        assert set(re.findall(r"{(\w+)}", question.path)) <= FILLED, question.path
