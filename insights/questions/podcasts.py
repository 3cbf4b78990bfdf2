"""/podcasts/<username>: what was played that is not music: episodes of podcasts and chapters of audiobooks."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from db.engine.records import records
from insights.answers.parameters import By
from insights.answers.values import (
    AtLeastOne,
    Count,
    Milliseconds,
    Moment,
    Part,
    Private,
    Rank,
    Safe,
    Text,
    moment,
    says,
)
from insights.plays.scope import Scope
from insights.question import COMPLETENESS, COUNTING, PERIOD, Question
from insights.shown.music import OPEN, Address
from music import name_key

KINDS = ("episode", "chapter")
URI = re.compile(r"spotify:(episode|chapter):([0-9A-Za-z]{22})")
MOST = 500
EpisodeKind = Literal["episode", "chapter"]

# No source reports an episode's length: a play of unknown length counts only if plays of 30 s do, and adds no time.
HEARD = """
    SELECT episode_id, count(*) AS plays, coalesce(sum(ms_played), 0)::bigint AS ms, min(played_at) AS first_played_at,
           max(played_at) AS last_played_at
    FROM counted_play
    WHERE account_id = %(account_id)s AND episode_id IS NOT NULL AND played_at >= %(start)s AND played_at < %(end)s
      AND (ms_played >= %(min_ms)s OR ms_played IS NULL AND %(any_length)s)
    GROUP BY episode_id
"""
# The listener's own exports name an episode; one without a URI has no other name.
NAMED = f"""
    SELECT heard.*, kind, uri, coalesce(own.name, episode.name) AS name,
           coalesce(own.show_name, episode.show_name) AS show_name
    FROM ({HEARD}) heard JOIN episode ON episode.id = heard.episode_id
    LEFT JOIN account_episode own ON own.account_id = %(account_id)s AND own.episode_id = heard.episode_id
"""
TOTALS = f"""
    SELECT kind, sum(plays)::bigint AS plays, sum(ms)::bigint AS ms_played, count(*) AS parts
    FROM ({NAMED}) heard GROUP BY kind
"""
# A show or a book is identified by its name only; the spelling that was heard last is shown.
SHOWS = f"""
    SELECT kind, show_name AS name, sum(plays)::bigint AS plays, sum(ms)::bigint AS ms_played, count(*) AS parts,
           min(first_played_at) AS first_played_at, max(last_played_at) AS last_played_at
    FROM ({NAMED}) heard WHERE show_name IS NOT NULL
    GROUP BY kind, show_name ORDER BY max(last_played_at) DESC, show_name COLLATE "C"
"""
LATEST = f"""
    SELECT kind, name, show_name, uri, plays, ms AS ms_played, first_played_at, last_played_at
    FROM ({NAMED}) heard
    ORDER BY last_played_at DESC, uri COLLATE "C", show_name COLLATE "C", name COLLATE "C", kind LIMIT %(limit)s
"""


DifferentOnes = Annotated[AtLeastOne, says("How many different ones were played.")]
DifferentNames = Annotated[Count, says("How many different names were played.")]
AllDifferentOnes = Annotated[Count, says("How many different ones were played.")]


class TopShow(Part, frozen=True):
    rank: Rank
    name: Text
    plays: AtLeastOne
    ms_played: Milliseconds
    episodes: DifferentOnes
    first_played_at: Moment
    last_played_at: Moment


class TopAudiobook(Part, frozen=True):
    rank: Rank
    name: Text
    plays: AtLeastOne
    ms_played: Milliseconds
    chapters: DifferentOnes
    first_played_at: Moment
    last_played_at: Moment


class PodcastTotals(Part, frozen=True):
    plays: Count
    ms_played: Milliseconds
    shows: DifferentNames
    episodes: AllDifferentOnes
    top: Annotated[Safe[tuple[TopShow, ...]], Meta(max_length=MOST)]


class AudiobookTotals(Part, frozen=True):
    plays: Count
    ms_played: Milliseconds
    audiobooks: DifferentNames
    chapters: AllDifferentOnes
    top: Annotated[Safe[tuple[TopAudiobook, ...]], Meta(max_length=MOST)]


class HeardEpisode(Part, frozen=True):
    kind: Annotated[EpisodeKind, says("Of a podcast, or of an audiobook.")]
    name: str | None
    show: Annotated[
        str | None, says("The podcast or audiobook. Like `name`, it is null if only the URI was ever reported.")
    ]
    uri: str | None
    url: Private[Address] | None
    plays: Private[AtLeastOne]
    ms_played: Private[Milliseconds]
    first_played_at: Moment
    last_played_at: Moment


class Podcasts(Part, frozen=True):
    by: Safe[By]
    podcasts: Safe[PodcastTotals]
    audiobooks: Safe[AudiobookTotals]
    latest: Annotated[tuple[HeardEpisode, ...], Meta(max_length=MOST)]


class KindTotals(Struct, frozen=True):
    """All episodes or all chapters that were played; `parts` counts the different ones."""

    kind: EpisodeKind
    plays: int = 0
    ms_played: int = 0
    parts: int = 0


class Show(Struct, frozen=True):
    """A podcast or an audiobook; `parts` are those of its episodes or chapters that were played."""

    kind: EpisodeKind
    name: str
    plays: int
    ms_played: int
    parts: int
    first_played_at: datetime
    last_played_at: datetime


class EpisodeRecord(Struct, frozen=True):
    """An episode or a chapter, as the database counts its plays."""

    kind: EpisodeKind
    name: str | None
    show_name: str | None
    uri: str | None
    plays: int
    ms_played: int
    first_played_at: datetime
    last_played_at: datetime


ORDERS: dict[str, Callable[[Show], Any]] = {
    "plays": lambda show: (-show.plays, -show.ms_played, show.name),
    "time": lambda show: (-show.ms_played, -show.plays, show.name),
}
Limit = Annotated[
    int,
    Meta(ge=1, le=MOST),
    says("The maximum number of shows, of audiobooks, and of latest episodes and chapters to list."),
]


def podcasts(scope: Scope, by: By = "plays", limit: Limit = 20) -> Podcasts:
    """Podcasts and audiobooks.

    A play of an episode or chapter counts if it was at least `min_seconds` long. A play of unknown length counts if
    `min_seconds` is at most 30, and adds no time. Shows and audiobooks are known by their names only: those whose
    name was never reported are in the totals and in `latest`, but not in `top`. `top` is ranked by plays or by
    time; ties are broken by listening time (or by plays, if you rank by time), then by name. `latest` lists each
    episode and chapter once, the one played last first.
    """
    values = scope.values() | {"limit": limit}
    shows = _shows(records(Show, SHOWS, values), by)
    totals = {each.kind: each for each in records(KindTotals, TOTALS, values)}
    latest = records(EpisodeRecord, LATEST, values)
    return Podcasts(
        by,
        _podcasts(totals.get("episode", KindTotals("episode")), shows["episode"], limit),
        _audiobooks(totals.get("chapter", KindTotals("chapter")), shows["chapter"], limit),
        tuple(map(_episode, latest)),
    )


def _podcasts(totals: KindTotals, shows: Sequence[Show], limit: int) -> PodcastTotals:
    top = tuple(TopShow(*columns) for columns in _ranked(shows[:limit]))
    return PodcastTotals(totals.plays, totals.ms_played, len(shows), totals.parts, top)


def _audiobooks(totals: KindTotals, books: Sequence[Show], limit: int) -> AudiobookTotals:
    top = tuple(TopAudiobook(*columns) for columns in _ranked(books[:limit]))
    return AudiobookTotals(totals.plays, totals.ms_played, len(books), totals.parts, top)


def _shows(spellings: Sequence[Show], by: str) -> dict[str, list[Show]]:
    """The ranked shows of each kind. All spellings of a name are one show, under the spelling that comes first."""
    shows: dict[str, dict[str, Show]] = {kind: {} for kind in KINDS}
    for show in spellings:
        of_kind, key = shows[show.kind], name_key(show.name)
        of_kind[key] = _together(of_kind[key], show) if key in of_kind else show
    return {kind: sorted(of_kind.values(), key=ORDERS[by]) for kind, of_kind in shows.items()}


def _together(show: Show, spelling: Show) -> Show:
    return replace(
        show,
        plays=show.plays + spelling.plays,
        ms_played=show.ms_played + spelling.ms_played,
        parts=show.parts + spelling.parts,
        first_played_at=min(show.first_played_at, spelling.first_played_at),
    )


def _ranked(shows: Sequence[Show]) -> Iterator[tuple[int, str, int, int, int, str, str]]:
    """The members of TopShow, or of TopAudiobook, for each."""
    for rank, show in enumerate(shows, 1):
        first, last = moment(show.first_played_at), moment(show.last_played_at)
        yield rank, show.name, show.plays, show.ms_played, show.parts, first, last


def _episode(episode: EpisodeRecord) -> HeardEpisode:
    match = URI.fullmatch(episode.uri or "")
    return HeardEpisode(
        episode.kind,
        episode.name,
        episode.show_name,
        episode.uri,
        f"{OPEN}/{match[1]}/{match[2]}" if match else None,
        episode.plays,
        episode.ms_played,
        moment(episode.first_played_at),
        moment(episode.last_played_at),
    )


QUESTION = Question(
    "podcasts", podcasts, takes=PERIOD + COUNTING + COMPLETENESS, sums_only=True, lists="latest", page="Podcasts"
)
