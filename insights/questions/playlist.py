"""/playlist/<id>/<username>: one playlist, song by song, and what was added to it and removed."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal, TypeVar

from msgspec import Meta
from msgspec.structs import replace

from insights.answers.parameters import ItemId, NoSuchItem, Selects
from insights.answers.values import AtLeastOne, Count, Moment, Part, Rank, Text, moment, says
from insights.question import COUNTING, PERIOD, Asking, Question, each_minute
from insights.questions.forgotten import months_before
from insights.questions.playlists import Playlist, shown_playlist
from insights.shown.listed import AddedAt, LastPlayed, Played, Plays, SongId, listed_track, maybe
from insights.shown.music import Address, Track, track_url
from insights.spotify_library.hidden import hidden_keys
from insights.spotify_library.instead import Substitute, substitutes
from insights.spotify_library.one_playlist import PlacedSong, PlaylistChange, placed_songs, playlist_changes
from insights.spotify_library.playlists import PlaylistHead, PlaylistRecord, playlist_head

MOST = 11_000  # as much as a playlist holds
CHANGES = 100
FORGOTTEN_MONTHS, FORGOTTEN_PLAYS = 6, 5
BUCKETS = ((0, 0), (1, 1), (2, 4), (5, 9), (10, 24), (25, 49), (50, None))  # from and to plays
UNKNOWN_PLAYLIST = "This account has no such playlist: `/playlists` shows the ids."

Show = Literal["all", "unheard", "forgotten", "unplayable", "duplicates"]
ShowGiven = Annotated[Show, Selects(), says("Which songs to list.")]
PLAYLIST_ID = "[0-9A-Za-z]{1,64}"  # no other can exist, so none is looked up
PlaylistIdGiven = Annotated[str, ItemId(), Meta(pattern=f"^{PLAYLIST_ID}$"), says("Spotify's id of the playlist.")]
Limit = Annotated[int, Meta(ge=1, le=MOST), says("The maximum number to list; `total` says how many there are.")]


PersonId = Annotated[
    Text | None,
    says(
        "Who added it, by Spotify id. Null if Spotify does not say. Readers other than the listener see the username "
        "in place of the listener's id, and no other people."
    ),
]
Added = TypeVar("Added", PlacedSong, PlaylistChange)


class Instead(Part, frozen=True):
    """A song that can be played in place of one that cannot."""

    name: Text | None
    artist: Text | None
    uri: Text
    url: Address | None
    id: SongId
    same: Annotated[Literal["isrc", "recording"], says("The same ISRC, or the same recording by its names and length.")]
    plays: Annotated[Count, says("In the period, under this id.")]


class PlaylistSong(Part, frozen=True):
    place: Rank
    id: SongId
    track: Annotated[Track | None, says("Null for an empty place: Spotify no longer says what was there.")]
    added_at: AddedAt
    added_by: PersonId
    plays: Plays
    ms_played: Played
    last_played_at: LastPlayed
    is_forgotten: Annotated[
        bool, says(f"Played {FORGOTTEN_PLAYS} times or more, but not in the last {FORGOTTEN_MONTHS} months.")
    ]
    duplicate_of: Annotated[Rank | None, says("The first place of the same song, if this is not it.")]
    playable: Annotated[bool | None, says("Null if Spotify does not say, as for local files.")]
    unplayable_since: Annotated[Moment | None, says("When Insight noticed it.")]
    unplayable_from_start: Annotated[
        bool, says("Whether it was already unplayable when Insight first read it, so perhaps for longer.")
    ]
    restriction: Annotated[
        Text | None, says("Spotify's reason, such as market, product or explicit; gone: removed from Spotify.")
    ]
    instead: Annotated[tuple[Instead, ...], says("What you could play in its place, the best first.")]


class AddedBy(Part, frozen=True):
    name: PersonId
    songs: AtLeastOne
    heard: Count
    plays: Plays


class SongsByPlays(Part, frozen=True):
    """How many songs were played so often."""

    least: Count
    most: Annotated[Count | None, says("Null: no upper bound.")]
    songs: Count


class Change(Part, frozen=True):
    at: Annotated[Moment, says("When it was added, or when Insight noticed that it was removed.")]
    change: Literal["added", "removed"]
    track: Track | None
    added_by: PersonId


class OnePlaylist(Part, frozen=True):
    playlist: Playlist
    show: Show
    unheard: Count
    forgotten: Count
    by_plays: tuple[SongsByPlays, ...]
    by_person: Annotated[tuple[AddedBy, ...], says("Who added how much, the most first.")]
    total: Annotated[Count, says("How many places `show` selects.")]
    songs: Annotated[tuple[PlaylistSong, ...], Meta(max_length=MOST)]
    changes: Annotated[tuple[Change, ...], Meta(max_length=CHANGES), says("The newest first.")]


def playlist(asking: Asking, id_: PlaylistIdGiven, show: ShowGiven = "all", limit: Limit = 100) -> OnePlaylist:
    """One of your playlists.

    The songs in the order of the playlist: who added each and when, how often you played it, and whether Spotify
    still plays it in your country. A song that Spotify no longer plays comes with what you could play instead: a
    song with the same ISRC, or the same recording, that is in another place of your playlists or library, or that
    you have played. `changes` are what was added, and what was removed since Insight first read the playlist. Music
    that you exclude from your statistics is left out. Others get it only if it is public on Spotify.
    """
    head = _head(asking, id_)
    if head is None:
        raise NoSuchItem(UNKNOWN_PLAYLIST)
    hidden = hidden_keys(asking.account.id)
    songs = [_for_reader(asking, head, song) for song in placed_songs(asking.scope, id_, hidden)]
    changes = [_for_reader(asking, head, each) for each in playlist_changes(asking.account.id, id_, CHANGES, hidden)]
    since = months_before(min(asking.period.end, asking.now), FORGOTTEN_MONTHS, asking.scope.zones)
    shown = _Songs(songs, since, hidden)
    selected = [number for number in range(len(songs)) if shown.is_selected(number, show)]
    return OnePlaylist(
        shown_playlist(asking, shown.counted(head)),
        show,
        sum(shown.is_selected(number, "unheard") for number in range(len(songs))),
        sum(shown.is_selected(number, "forgotten") for number in range(len(songs))),
        tuple(_by_plays(shown.each_once())),
        tuple(_by_person(songs)),
        len(selected),
        tuple(shown.with_instead(asking, selected[:limit])),
        tuple(map(_change, changes)),
    )


def _head(asking: Asking, id_: str) -> PlaylistHead | None:
    if not re.fullmatch(PLAYLIST_ID, id_):
        return None
    return playlist_head(asking.account.id, id_, for_listener=asking.for_listener)


def _for_reader(asking: Asking, head: PlaylistHead, added: Added) -> Added:
    """The entry without Spotify's ids of people, unless the listener reads it: they did not agree to be shown."""
    if asking.for_listener:
        return added
    is_own = added.added_by is not None and added.added_by == head.own_id
    return replace(added, added_by=asking.account.username if is_own else None)


class _Songs:
    """The songs of a playlist, by their numbers from 0; those played last before `unheard_since` may be forgotten."""

    def __init__(self, songs: Sequence[PlacedSong], unheard_since: datetime, hidden: Sequence[str]) -> None:
        self._songs, self._unheard_since, self._hidden = songs, unheard_since, hidden
        self._first: dict[str, int] = {}
        for number, song in enumerate(songs):
            if song.song_key is not None:
                self._first.setdefault(song.song_key, number)

    def counted(self, head: PlaylistHead) -> PlaylistRecord:
        songs = self.each_once()
        last = [song.last_played_at for song in songs if song.last_played_at is not None]
        return PlaylistRecord(
            head.spotify_id,
            head.name,
            head.owner,
            head.own_id,
            head.collaborative,
            head.is_public,
            head.items_read_at,
            items=len(self._songs),
            songs=len(songs),
            heard=sum(bool(song.plays) for song in songs),
            plays=sum(song.plays or 0 for song in songs),
            ms_played=sum(song.ms_played or 0 for song in songs),
            last_played_at=max(last, default=None),
            unplayable=sum(song.is_unplayable for song in self._songs),
            duplicates=sum(song.song_key is not None for song in self._songs) - len(songs),
        )

    def each_once(self) -> list[PlacedSong]:
        return [self._songs[number] for number in self._first.values()]

    def is_selected(self, number: int, show: Show) -> bool:
        song = self._songs[number]
        match show:
            case "all":
                return True
            case "unplayable":
                return song.is_unplayable
            case "duplicates":
                return self._duplicate_of(number) is not None
        if song.song_key is None or self._duplicate_of(number) is not None:
            return False
        return not song.plays if show == "unheard" else self._is_forgotten(song)

    def with_instead(self, asking: Asking, numbers: Sequence[int]) -> list[PlaylistSong]:
        songs = [self._songs[number] for number in numbers]
        unplayable = (song.uri for song in songs if song.uri and song.is_unplayable)
        instead = substitutes(asking.scope, unplayable, self._hidden, for_listener=asking.for_listener)
        return [self._song(number, instead) for number in numbers]

    def _song(self, number: int, instead: Mapping[str, Sequence[Substitute]]) -> PlaylistSong:
        song, first = self._songs[number], self._duplicate_of(number)
        return PlaylistSong(
            number + 1,
            song.track_id,
            listed_track(song.uri, song.name, song.artist_name, song.album_name, song.duration_ms),
            maybe(song.added_at),
            song.added_by,
            song.plays or 0,
            song.ms_played or 0,
            maybe(song.last_played_at),
            self._is_forgotten(song),
            None if first is None else first + 1,
            False if song.is_unplayable else song.playable,
            maybe(song.gone_since or song.unplayable_since) if song.is_unplayable else None,
            song.is_unplayable and bool(song.since_first),
            "gone" if song.gone_since else song.restriction,
            tuple(map(_instead, instead.get(song.uri or "", ()))),
        )

    def _duplicate_of(self, number: int) -> int | None:
        first = self._first.get(self._songs[number].song_key or "", number)
        return None if first == number else first

    def _is_forgotten(self, song: PlacedSong) -> bool:
        last = song.last_played_at
        return (song.plays or 0) >= FORGOTTEN_PLAYS and last is not None and last < self._unheard_since


def _by_plays(songs: Sequence[PlacedSong]) -> list[SongsByPlays]:
    plays = [song.plays or 0 for song in songs]
    return [
        SongsByPlays(least, most, sum(least <= played and (most is None or played <= most) for played in plays))
        for least, most in BUCKETS
    ]


def _by_person(songs: Sequence[PlacedSong]) -> list[AddedBy]:
    of_person: dict[str | None, list[PlacedSong]] = defaultdict(list)
    for song in songs:
        of_person[song.added_by].append(song)
    people = [
        AddedBy(name, len(added), sum(bool(song.plays) for song in added), sum(song.plays or 0 for song in added))
        for name, added in of_person.items()
    ]
    return sorted(people, key=lambda person: (-person.songs, person.name or ""))


def _instead(each: Substitute) -> Instead:
    return Instead(each.name, each.artist_name, each.uri, track_url(each.uri), each.track_id, each.same, each.plays)


def _change(change: PlaylistChange) -> Change:
    track = listed_track(change.uri, change.name, change.artist_name, change.album_name, change.duration_ms)
    return Change(moment(change.at), change.change, track, change.added_by)


QUESTION = Question(
    "playlist",
    playlist,
    takes=PERIOD + COUNTING,
    by_clock=each_minute,
    lists="songs",
    for_period_links=False,
    about="{id}/{username}",
    page="Playlist",
)
