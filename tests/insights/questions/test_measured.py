"""The benchmark of the questions asks all of them."""

from benchmarks.question_speed.sql import QUESTIONS
from recommend.questions import all_questions


def test_every_question_is_measured_once() -> None:
    measured = sorted(question.path.split("/")[1] for question in QUESTIONS)
    assert measured == sorted(all_questions())
