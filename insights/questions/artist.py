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
    """How you played one artist.

    An artist's plays are those of the tracks that name the artist first. The rank is by plays; ties are broken by
    listening time, then by name. `tracks` (recordings) and `albums` belong to these plays, the most played first.
    Neighbours are the artists that you played directly before or after, within 30 minutes, if both plays count and are
    in the period. They come from the artist's 500 newest plays in the period, the most frequent first, then by name.
    An artist whom you played only in other periods has zeros and nulls. An artist whom you never played is not found
    (404); a share link for one period also does not find whom you did not play in it.
    """
    details = look_up(asking, "artist", id_, one_artist, step, limit)
    albums = (AlbumOfArtist(each.id, shown_album(name), each.plays, each.ms_played) for each, name in details.albums)
    near = (ArtistNeighbour(each.id, shown_artist(name), each.before, each.after) for each, name in details.neighbours)
    return OneArtist(
        **how_played(asking, "artist", details.id, details.heard),
        id=details.id,
        artist=shown_artist(details.artist),
        tracks=tuple(item_track(*track) for track in details.tracks),
        albums=tuple(albums),
        neighbours=tuple(near),
    )


QUESTION = Question("artist", artist, takes=PERIOD + COUNTING + COMPLETENESS, about="{id}/{username}", page="Artist")
