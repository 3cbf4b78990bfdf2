"""Plays by what a source says of each in a text of its own, put into a few groups."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import starmap

from db.connection import rows
from insights.scope import Scope
from insights.sources import by_report

MOST_TEXTS = 10
UNKNOWN = "unknown"

BY_TEXT = """
    SELECT {column}, sum(plays)::bigint, sum(ms)::bigint, min(first_played_at), max(last_played_at)
    FROM ({reports}) report GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Text:
    """What of the source's text may be shown; None where it says nothing."""

    text: str | None
    plays: int


@dataclass(frozen=True, slots=True)
class Group:
    """`share` of all plays, or of all time (0 to 1); `ms_played` in milliseconds.

    `texts` are the most frequent ones of `text_total` different ones.
    """

    name: str
    plays: int
    ms_played: int
    share: float
    first_played_at: datetime
    last_played_at: datetime
    texts: tuple[Text, ...]
    text_total: int


TextReader = Callable[[str | None], str | None]
Counted = tuple[str | None, int, int, datetime, datetime]  # text, plays, milliseconds, first and last played


def as_it_is(text: str | None) -> str | None:
    return text


def grouped(
    scope: Scope, column: str, group_of: Callable[[str | None], str], by: str, shown: TextReader = as_it_is
) -> tuple[Group, ...]:
    """The groups with plays, the largest by "plays" or by "time" first, then by name; one query.

    `group_of` sees a source's text, `shown` says what of it the answer may have.
    """
    of_group: dict[str, list[Counted]] = defaultdict(list)
    found = rows(BY_TEXT.format(column=column, reports=by_report(column)), **scope.values(sums=scope.sums_of_reports))
    for counted in found:
        of_group[group_of(counted[0])].append(counted)
    measure = 1 if by == "plays" else 2
    everything = sum(counted[measure] for counted in found)
    groups = [_group(name, members, measure, everything, shown) for name, members in of_group.items()]
    return tuple(sorted(groups, key=lambda group: (*_largest(group, by), group.name)))


def _group(name: str, members: list[Counted], measure: int, everything: int, shown: TextReader) -> Group:
    plays, ms_played = sum(plays for _, plays, _, _, _ in members), sum(ms for _, _, ms, _, _ in members)
    texts = _shown_texts(members, shown)
    return Group(
        name,
        plays,
        ms_played,
        (plays, ms_played)[measure - 1] / everything if everything else 0.0,
        min(first for _, _, _, first, _ in members),
        max(last for _, _, _, _, last in members),
        tuple(texts[:MOST_TEXTS]),
        len(texts),
    )


def _shown_texts(members: list[Counted], shown: TextReader) -> list[Text]:
    """The most frequent first; texts that show the same are one."""
    plays_of: Counter[str | None] = Counter()
    for text, plays, *_ in members:
        plays_of[shown(text)] += plays
    return sorted(starmap(Text, plays_of.items()), key=lambda text: (-text.plays, text.text or ""))


def _largest(group: Group, by: str) -> tuple[int, int]:
    return (-group.plays, -group.ms_played) if by == "plays" else (-group.ms_played, -group.plays)
