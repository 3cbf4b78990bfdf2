"""Group plays by a text that their source reports, such as the device or the country."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime
from itertools import starmap
from typing import Annotated, NamedTuple

from msgspec import Struct

from db.engine.records import records
from insights.answers.parameters import By
from insights.answers.values import Count, Part, Private, Share, moment, says
from insights.plays.scope import Scope
from insights.plays.sources import by_report

MOST_TEXTS = 10
UNKNOWN = "unknown"
ShareOfPeriod = Annotated[Private[Share], says("Of all plays, or of all time, in the period.")]

BY_TEXT = """
    SELECT {column} AS text, sum(plays)::bigint AS plays, sum(ms)::bigint AS ms_played,
           min(first_played_at) AS first_played_at, max(last_played_at) AS last_played_at
    FROM ({reports}) report GROUP BY 1
"""


class SourceText(Part, frozen=True):
    text: Annotated[str | None, says("The text of the source, as far as it may be shown; null if there is none.")]
    plays: Private[Count]


class Group(NamedTuple):
    """A group of plays, with its members in the order in which answers show them.

    `share` is of all plays, or of all listening time. `raw` has the most frequent of `raw_total` different texts.
    """

    name: str
    plays: int
    ms_played: int
    share: float
    first_played_at: str
    last_played_at: str
    raw: tuple[SourceText, ...]
    raw_total: int


TextReader = Callable[[str | None], str | None]


class TextPlays(Struct, frozen=True):
    """The plays with a text."""

    text: str | None
    plays: int
    ms_played: int
    first_played_at: datetime
    last_played_at: datetime

    def measure(self, by: By) -> int:
        return self.plays if by == "plays" else self.ms_played


def unchanged(text: str | None) -> str | None:
    return text


def grouped(
    scope: Scope, column: str, group_of: Callable[[str | None], str], by: By, shown: TextReader = unchanged
) -> list[Group]:
    """The groups with plays, the largest first, then by name; one query.

    `group_of` returns the group of a source's text, `shown` the part of the text that an answer may show.
    """
    of_group: dict[str, list[TextPlays]] = defaultdict(list)
    statement = BY_TEXT.format(column=column, reports=by_report(column))
    texts = records(TextPlays, statement, scope.values(sums=scope.sums_of_reports))
    for counted in texts:
        of_group[group_of(counted.text)].append(counted)
    everything = sum(counted.measure(by) for counted in texts)
    groups = [_group(name, members, by, everything, shown) for name, members in of_group.items()]
    return sorted(groups, key=lambda group: (*_largest(group, by), group.name))


def _group(name: str, members: list[TextPlays], by: By, everything: int, shown: TextReader) -> Group:
    texts = _shown_texts(members, shown)
    return Group(
        name,
        sum(counted.plays for counted in members),
        sum(counted.ms_played for counted in members),
        round(sum(counted.measure(by) for counted in members) / everything, 6) if everything else 0.0,
        moment(min(counted.first_played_at for counted in members)),
        moment(max(counted.last_played_at for counted in members)),
        tuple(texts[:MOST_TEXTS]),
        len(texts),
    )


def _shown_texts(members: list[TextPlays], shown: TextReader) -> list[SourceText]:
    """The most frequent first; texts that are shown alike are one."""
    plays_of: Counter[str | None] = Counter()
    for counted in members:
        plays_of[shown(counted.text)] += counted.plays
    return sorted(starmap(SourceText, plays_of.items()), key=lambda text: (-text.plays, text.text or ""))


def _largest(group: Group, by: By) -> tuple[int, int]:
    return (-group.plays, -group.ms_played) if by == "plays" else (-group.ms_played, -group.plays)
