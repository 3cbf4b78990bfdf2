"""How much each genre was played in each step of the period: plays split among the genres of their tracks."""

from collections.abc import Sequence

from db.engine.records import records
from insights.items.trends import PlayedInStep, Trends, by_item
from insights.plays.scope import Scope
from insights.plays.track_steps import BY_TRACK_AND_STEP, Steps, step_values
from insights.traits.weights import OF_GENRES, SplitSums, split

PLAYED = f"""
    SELECT name, step, {split("plays")} AS plays, {split("ms")} AS ms
    FROM ({BY_TRACK_AND_STEP}) heard JOIN ({OF_GENRES}) of_genre USING (track_id)
    GROUP BY name, step
"""


class StepOfGenre(SplitSums, frozen=True):
    name: str
    step: int


def genre_trends(scope: Scope, genres: Sequence[str], steps: Steps) -> Trends[str]:
    """The trends of the genres with these names; one query."""
    if not genres:
        return {}
    played = records(StepOfGenre, PLAYED, step_values(scope, steps) | {"genres": list(genres)})
    return by_item(((each.name, each.step, PlayedInStep(each.split_plays, each.split_ms)) for each in played), steps)
