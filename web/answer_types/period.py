"""The period of an answer about listening."""

from insights.answers.values import Moment, Part, Private, Safe


class Period(Part, frozen=True):
    """start <= played_at < end; null if the period has no such bound."""

    name: Safe[str | None]
    start: Private[Moment | None]
    end: Private[Moment | None]
