"""/album/<id>/<username>: how one album was played, track by track, and next to which albums."""

from typing import Annotated

from insights.answers.values import Id, Part, says
from insights.items.one_album import one_album
from insights.question import COMPLETENESS, COUNTING, PERIOD, Asking, Question
from insights.shown.items import (
    After,
    Before,
    ItemIdGiven,
    ItemTrack,
    Limit,
    PlayedItem,
    Step,
    how_played,
    item_track,
    known_year,
    look_up,
)
from insights.shown.music import ItemAlbum, shown_album


class AlbumNeighbour(Part, frozen=True):
    id: Id
    album: ItemAlbum
    before: Before
    after: After


class OneAlbum(PlayedItem, frozen=True):
    id: Id
    album: ItemAlbum
    year: Annotated[int | None, says("The earliest known year of its tracks; null if none is known.")]
    tracks: tuple[ItemTrack, ...]
    neighbours: tuple[AlbumNeighbour, ...]


def album(asking: Asking, id_: ItemIdGiven, step: Step = "month", limit: Limit = 10) -> OneAlbum:
    """How you played one album.

    An album's plays are those of its own tracks, not of the same recordings on other albums. Its rank is by plays;
    ties are broken by listening time, then by name. `tracks` lists the tracks of the album that you played, the most
    played first; several tracks of the same recording are one. Neighbours are the albums that you played directly
    before or after it, within 30 minutes, if both plays count and are in the period. They come from its 500 newest
    plays in the period, the most frequent first, then by name. An album that you played only in other periods has
    zeros and nulls. An album that you never played is not found (404); a share link for one period also does not find
    what you did not play in it.
    """
    details = look_up(asking, "album", id_, one_album, step, limit)
    near = (AlbumNeighbour(each.id, shown_album(name), each.before, each.after) for each, name in details.neighbours)
    return OneAlbum(
        **how_played(asking, "album", details.id, details.heard),
        id=details.id,
        year=known_year(asking, "album", details.id),
        album=shown_album(details.album),
        tracks=tuple(item_track(*track) for track in details.tracks),
        neighbours=tuple(near),
    )


QUESTION = Question("album", album, takes=PERIOD + COUNTING + COMPLETENESS, about="{id}/{username}", page="Album")
