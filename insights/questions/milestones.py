"""/milestones/<username>: the plays that reached a round number of plays or of hours listened."""

from typing import Annotated

from msgspec import Meta

from insights import reached
from insights.answers.values import Id, Moment, Part, moment, says
from insights.plays.scope import Scope
from insights.question import COMPLETENESS, COUNTING, PERIOD, Question
from insights.reached import HOURS, PLAYS, Scale
from insights.shown.music import Track, shown_track

HUNDRED, MILLION = 100, 1_000_000
NumberReached = Annotated[int, Meta(ge=1)]


class Milestone(Part, frozen=True):
    """The play with which a number was reached."""

    number: NumberReached
    played_at: Moment
    id: Id
    track: Track


class NextMilestone(Part, frozen=True):
    number: NumberReached
    so_far: Annotated[float, Meta(ge=0), says("Plays, or hours, up to the end of the period; rounded down.")]
    share: Annotated[float, Meta(ge=0, lt=1), says("The share of the way from 0 to the number; rounded down.")]


class Milestones(Part, frozen=True):
    reached: Annotated[tuple[Milestone, ...], says("The earliest first; if there are more, the latest 1,000.")]
    next: Annotated[NextMilestone, says("The next number to be reached.")]


class MilestonesAnswer(Part, frozen=True):
    plays: Milestones
    hours: Milestones


def milestones(scope: Scope) -> MilestonesAnswer:
    """The plays that reached a round number.

    Your 1st, 100th, 1,000th, 5,000th and 10,000th play, then every 10,000th; and the plays with which you reached 1,
    100, 500 and 1,000 hours of listening, then every 1,000 hours. Plays are counted from your very first one, in the
    order in which they ended. The answer shows the milestones that you reached in the period.
    """
    plays, hours = reached.milestones(scope)
    return MilestonesAnswer(_shown(plays, PLAYS), _shown(hours, HOURS))


def _shown(milestones: reached.Milestones, scale: Scale) -> Milestones:
    # Rounded down: what is not reached yet is not shown as reached.
    share = milestones.so_far * MILLION // (milestones.next * scale.unit) / MILLION
    so_far = milestones.so_far * HUNDRED // scale.unit / HUNDRED
    return Milestones(tuple(map(shown_milestone, milestones.reached)), NextMilestone(milestones.next, so_far, share))


def shown_milestone(milestone: reached.Milestone) -> Milestone:
    return Milestone(milestone.number, moment(milestone.played_at), milestone.id, shown_track(milestone.track))


QUESTION = Question(
    "milestones", milestones, takes=PERIOD + COUNTING + COMPLETENESS, for_period_links=False, page="Milestones"
)
