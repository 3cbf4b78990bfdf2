"""/album/<id>/<username>: how one album was played, track by track, and next to which albums."""

from insights.answers.values import Id, Part
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
    tracks: tuple[ItemTrack, ...]
    neighbours: tuple[AlbumNeighbour, ...]


def album(asking: Asking, id_: ItemIdGiven, step: Step = "month", limit: Limit = 10) -> OneAlbum:
    """How one album was played.

    Its plays are those of its own tracks, not of the same recordings on other albums. Its rank is by plays; of equals
    the one played longer comes first, then the one whose name comes first. `tracks` are those of its tracks that were
    played, the most played first; several of the same recording are one. Neighbours are the albums of the play that
    ended directly before or directly after one of its plays, within 30 minutes, if both plays count and are in the
    period; the album itself is none. They are looked up for its 500 newest plays of the period, and ordered by how
    often they were beside it, then by name. An album that was played in other periods only has zeros and nulls;
    what was never played is not found (404), and to a link of one period neither is what was not played in it.
    """
    one = look_up(asking, "album", id_, one_album, step, limit)
    near = (AlbumNeighbour(each.id, shown_album(name), each.before, each.after) for each, name in one.neighbours)
    return OneAlbum(
        **how_played(one.heard),
        id=one.id,
        album=shown_album(one.album),
        tracks=tuple(item_track(*track) for track in one.tracks),
        neighbours=tuple(near),
    )


QUESTION = Question("album", album, takes=PERIOD + COUNTING + COMPLETENESS, about="{id}/{username}")
