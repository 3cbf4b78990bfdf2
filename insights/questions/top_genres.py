"""/top-genres/<username>: says that genres are not known yet."""

from typing import Annotated

from msgspec import Meta

from insights.answers.parameters import By
from insights.answers.values import Part, Safe, Share, Text, says
from insights.plays.scope import Scope
from insights.question import COMPLETENESS, COUNTING, OF, PERIOD, Question


class TopGenres(Part, frozen=True):
    by: Safe[By]
    known: Annotated[Safe[bool], Meta(extra_json_schema={"const": False}), says("Whether genres are known: not yet.")]
    coverage: Annotated[Share, says("The share of plays whose artist's genres are known.")]
    genres: Annotated[Safe[tuple[Text, ...]], Meta(max_length=0), says("Empty as long as no genres are known.")]


def top_genres(_scope: Scope, by: By = "plays") -> TopGenres:
    """The genres that you played most (not known yet).

    No source that Insight reads names the genres of an artist, and Insight does not guess. The answer says so: `known`
    is false, `coverage` is 0, and `genres` is empty.
    """
    return TopGenres(by, known=False, coverage=0.0, genres=())


QUESTION = Question("top-genres", top_genres, takes=PERIOD + COUNTING + OF + COMPLETENESS, sums_only=True)
