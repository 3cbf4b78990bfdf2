"""Questions about recommendations, one file each, declared as those about listening are (insights/questions/)."""

from collections.abc import Mapping
from functools import cache

from insights.question import Question
from insights.questions import questions, questions_in


@cache
def all_questions() -> Mapping[str, Question]:
    """The questions about listening and about recommendations, by name."""
    return {**questions(), **questions_in(__name__, __path__)}
