"""/playlists/<username>: the listener's playlists, and how much of each was played."""

from typing import Annotated

from insights.answers.values import Count, Part, Share, Text, says
from insights.question import COUNTING, PERIOD, Asking, Question
from insights.shown.listed import LastPlayed, LibraryReading, Played, PlaylistId, Plays, ReadAt, maybe
from insights.shown.music import Address, spotify_url
from insights.spotify_library.playlists import PlaylistRecord, playlists_of, reading_state

Songs = Annotated[Count, says("Different songs: the same recording under several ids is one.")]
Heard = Annotated[Count, says("Of these songs, those that were played in the period.")]
Unplayable = Annotated[
    Count, says("Places whose song Spotify no longer has, or does not play in the listener's country.")
]


class Playlist(Part, frozen=True):
    id: PlaylistId
    name: Text
    url: Address | None
    owner: Annotated[Text | None, says("Who made it; null for the listener's own, and for any other reader.")]
    is_collaborative: bool
    is_public: Annotated[
        bool | None,
        says("Whether Spotify shows it on your profile; null if Spotify does not say. Others see public ones only."),
    ]
    items: Annotated[Count, says("All places, with duplicates, local files and episodes.")]
    songs: Songs
    heard: Heard
    share_heard: Share
    plays: Plays
    ms_played: Played
    last_played_at: LastPlayed
    unplayable: Unplayable
    duplicates: Annotated[Count, says("Places whose song also has an earlier place.")]
    read_at: ReadAt


class Playlists(Part, frozen=True):
    reading: LibraryReading
    songs: Annotated[Count, says("Different songs in all playlists.")]
    heard: Heard
    unplayable: Annotated[Count, says("Of these songs, those that cannot be played; and all empty places.")]
    total: Count
    playlists: tuple[Playlist, ...]


def playlists(asking: Asking) -> Playlists:
    """Your playlists on Spotify.

    Those that you own and the collaborative ones in your list, in your order, if you let Insight read them. Plays are
    those of the songs, from wherever they were played: a song counts under any id that is the same recording. Insight
    reads a playlist when it has changed, and again after a week, to see what has become unplayable. Music that you
    exclude from your statistics is left out. For others, only those that are public on Spotify are shown and counted.
    """
    state = reading_state(asking.account.id)
    records = playlists_of(asking.scope, for_listener=asking.for_listener)
    reading = LibraryReading(state.is_on, maybe(state.read_at))
    in_all = (records[0].all_songs, records[0].all_heard, records[0].all_unplayable) if records else (0, 0, 0)
    return Playlists(reading, *in_all, len(records), tuple(shown_playlist(asking, each) for each in records))


def shown_playlist(asking: Asking, playlist: PlaylistRecord) -> Playlist:
    return Playlist(
        playlist.spotify_id,
        playlist.name,
        spotify_url("playlist", playlist.spotify_id),
        playlist.owner if asking.for_listener else None,
        playlist.collaborative,
        playlist.is_public,
        playlist.items,
        playlist.songs,
        playlist.heard,
        round(playlist.heard / playlist.songs, 6) if playlist.songs else 0.0,
        playlist.plays,
        playlist.ms_played,
        maybe(playlist.last_played_at),
        playlist.unplayable,
        playlist.duplicates,
        maybe(playlist.items_read_at),
    )


QUESTION = Question(
    "playlists",
    playlists,
    takes=PERIOD + COUNTING,
    lists="playlists",
    for_period_links=False,
    page="Playlists",
)
