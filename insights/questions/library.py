"""/library/<username>: liked songs, saved albums and followed artists, compared with what was played."""

from typing import Annotated, Literal

from msgspec import Meta

from insights.answers.parameters import Selects
from insights.answers.values import Count, Moment, Part, Text, says
from insights.plays.scope import Scope
from insights.question import COUNTING, PERIOD, Question
from insights.shown.listed import AddedAt, LastPlayed, LibraryReading, Played, Plays, SongId, maybe
from insights.shown.music import Address, spotify_url, track_url
from insights.spotify_library.hidden import hidden_keys
from insights.spotify_library.library import LibraryPart, LibraryRecord, library_counts, library_part
from insights.spotify_library.playlists import reading_state

MOST = 5_000
Kind = Literal["song", "album", "artist"]
KINDS: dict[LibraryPart, Kind] = {
    "liked-unheard": "song",
    "played-unliked": "song",
    "liked-unplayable": "song",
    "albums-unfinished": "album",
    "artists-unheard": "artist",
}
PartGiven = Annotated[LibraryPart, Selects(), says("Which part of the library to list.")]
Limit = Annotated[int, Meta(ge=1, le=MOST), says("The maximum number to list; `total` says how many there are.")]


class LibraryItem(Part, frozen=True):
    kind: Kind
    id: SongId
    name: Text | None
    artist: Annotated[Text | None, says("Null for an artist.")]
    uri: Annotated[Text | None, says("At Spotify; null if only names are known.")]
    url: Address | None
    added_at: AddedAt
    plays: Plays
    ms_played: Played
    last_played_at: LastPlayed
    tracks: Annotated[Count | None, says("Of an album.")]
    tracks_heard: Annotated[Count | None, says("Different songs of the album that were played in the period.")]
    unplayable_since: Annotated[Moment | None, says("When Insight noticed that Spotify no longer plays the song.")]


class Library(Part, frozen=True):
    reading: LibraryReading
    liked: Annotated[Count, says("Liked songs.")]
    liked_unheard: Count
    liked_unplayable: Count
    played_unliked: Annotated[Count, says("Different songs.")]
    albums: Annotated[Count, says("Saved albums.")]
    albums_unfinished: Count
    artists: Annotated[Count, says("Followed artists.")]
    artists_unheard: Count
    part: LibraryPart
    total: Annotated[Count, says("How many there are in this part.")]
    items: Annotated[tuple[LibraryItem, ...], Meta(max_length=MOST)]


def library(scope: Scope, part: PartGiven = "liked-unheard", limit: Limit = 50) -> Library:
    """Your library on Spotify beside what you played.

    Liked songs that you did not play, the newest first; songs that you played most and have not liked; liked songs that
    Spotify no longer plays in your country; saved albums of which you have not heard every song, those with the fewest
    missing songs first; and followed artists that you did not play. A song counts under any id that is the same
    recording. An album's songs are those of its own tracks. All of this is about the period. Music that you exclude
    from your statistics is left out. Others than you do not find it (404) unless you show your library.
    """
    hidden = hidden_keys(scope.account_id)
    state, counts = reading_state(scope.account_id), library_counts(scope, hidden)
    return Library(
        LibraryReading(state.is_on, maybe(state.read_at)),
        counts.liked,
        counts.liked_unheard,
        counts.liked_unplayable,
        counts.played_unliked,
        counts.albums,
        counts.albums_unfinished,
        counts.artists,
        counts.artists_unheard,
        part,
        counts.of_part(part),
        tuple(_item(KINDS[part], each) for each in library_part(scope, part, limit, hidden)),
    )


def _item(kind: Kind, item: LibraryRecord) -> LibraryItem:
    is_song = kind == "song"
    return LibraryItem(
        kind,
        item.id,
        item.name,
        item.artist_name,
        item.key if is_song else f"spotify:{kind}:{item.key}",
        track_url(item.key) if is_song else spotify_url(kind, item.key),
        maybe(item.added_at),
        item.plays,
        item.ms_played,
        maybe(item.last_played_at),
        item.tracks,
        item.tracks_heard,
        maybe(item.unplayable_since),
    )


QUESTION = Question(
    "library",
    library,
    takes=PERIOD + COUNTING,
    lists="items",
    for_period_links=False,
    page="Library",
)
