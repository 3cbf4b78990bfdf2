"""/artist/<id>/<username>: how one artist was played, with which tracks and albums, and next to whom."""

from insights.answers.values import AtLeastOne, Id, Milliseconds, Part
from insights.items.one_artist import one_artist
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
from insights.shown.music import Artist, ItemAlbum, shown_album, shown_artist


class AlbumOfArtist(Part, frozen=True):
    id: Id
    album: ItemAlbum
    plays: AtLeastOne
    ms_played: Milliseconds


class ArtistNeighbour(Part, frozen=True):
    id: Id
    artist: Artist
    before: Before
    after: After


class OneArtist(PlayedItem, frozen=True):
    id: Id
    artist: Artist
    tracks: tuple[ItemTrack, ...]
    albums: tuple[AlbumOfArtist, ...]
    neighbours: tuple[ArtistNeighbour, ...]


def artist(asking: Asking, id_: ItemIdGiven, step: Step = "month", limit: Limit = 10) -> OneArtist:
    """How one artist was played.

    An artist's plays are those of the tracks whose first artist it is. Its rank is by plays; of equals the one played
    longer comes first, then the one whose name comes first. `tracks` (recordings) and `albums` are those of its plays,
    the most played first. Neighbours are the artists of the play that ended directly before or directly after one of
    its plays, within 30 minutes, if both plays count and are in the period; the artist itself is none. They are looked
    up for its 500 newest plays of the period, and ordered by how often they were beside it, then by name. An artist who
    was played in other periods only has zeros and nulls; who was never played is not found (404), and to a link of one
    period neither is who was not played in it.
    """
    one = look_up(asking, "artist", id_, one_artist, step, limit)
    albums = (AlbumOfArtist(each.id, shown_album(name), each.plays, each.ms_played) for each, name in one.albums)
    near = (ArtistNeighbour(each.id, shown_artist(name), each.before, each.after) for each, name in one.neighbours)
    return OneArtist(
        **how_played(one.heard),
        id=one.id,
        artist=shown_artist(one.artist),
        tracks=tuple(item_track(*track) for track in one.tracks),
        albums=tuple(albums),
        neighbours=tuple(near),
    )


QUESTION = Question("artist", artist, takes=PERIOD + COUNTING + COMPLETENESS, about="{id}/{username}")
