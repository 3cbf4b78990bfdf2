"""One genre: how its songs were played."""

from dataclasses import dataclass, replace

from msgspec import Struct

from db.engine.records import record
from insights.answers.parameters import By
from insights.items.one_item import Step, days_in_steps
from insights.items.plays import ItemPlays, item_plays
from insights.plays.scope import Scope
from insights.traits.genres import GenreRecord, one_heard_genre

GENRE = """
    SELECT genre.name, parent.name AS parent FROM genre LEFT JOIN genre parent ON parent.id = genre.parent_id
    WHERE genre.name = %(name)s
"""


class NamedGenre(Struct, frozen=True):
    """A genre; `parent` is the genre that it is a kind of, if MusicBrainz names one."""

    name: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class OneGenre:
    """A genre and its plays; `heard` is None if it was not played. `scope` is about its tracks only."""

    genre: NamedGenre
    heard: GenreRecord | None
    own: ItemPlays
    steps: tuple[Step, ...]
    scope: Scope


def one_genre(scope: Scope, name: str, tracks: tuple[int, ...], by: By, step: str) -> OneGenre:
    """The genre with these tracks, which must be known. Four queries. Raises TooManySteps."""
    genre = record(NamedGenre, GENRE, {"name": name}) or NamedGenre(name, None)
    of_genre = replace(scope, track_ids=tracks)
    own = item_plays(of_genre)
    _, found = one_heard_genre(scope, by, name)
    return OneGenre(genre, next(iter(found), None), own, days_in_steps(own.days, step, scope.week_starts), of_genre)
