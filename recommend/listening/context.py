"""The input of providers: a listener's plays before the cut-off, and cached answers of other services."""

from collections.abc import Callable, Mapping, Sequence, Set
from copy import copy
from dataclasses import dataclass, field
from datetime import date as Day  # noqa: N812 - a context has a date of its own
from datetime import datetime
from functools import cached_property
from math import log1p
from typing import Any
from zoneinfo import ZoneInfo

from db.collecting.provider_cache import CachedAnswer as Cached
from recommend.listening.library_items import KnownAlbum, KnownArtist, albums_of, artists_of
from recommend.listening.other_listeners import EMPTY, Beside, House
from recommend.listening.played_keys import Library
from recommend.listening.songs import Song, counted_from

__all__ = ["AfterTheCut", "Cached", "Context", "Reader", "nothing_cached"]


class AfterTheCut(Exception):
    """A mistake in our code: it was about to use a play after the cut-off."""


Reader = Callable[[str, Sequence[str]], Mapping[str, Sequence[Cached]]]


def nothing_cached(_question: str, _keys: Sequence[str]) -> Mapping[str, Sequence[Cached]]:
    """A reader of an empty cache."""
    return {}


@dataclass(frozen=True)
class Context:
    """`songs` are those that the account heard before `as_of` and that still matter, each with all its versions;
    `faint` counts the plays of the others by artist key. `is_cold` if there is too little to tell habits from chance.
    `no_music` are the keys of artists that are podcasts, audiobooks or noise; their songs are in `begun` only.
    `known_artists` are those of `songs`, if they have been grouped already.

    `begun` are the keys of everything played, however briefly. `shown` has the dates of recommendations in the last
    four weeks, by key. `cached` returns cached answers by key (db/collecting/provider_cache.py), and `own_cached` those
    that belong to this account. Raises AfterTheCut if it contains plays after the cut-off.
    """

    account_id: int
    date: Day
    as_of: datetime
    time_zone: str
    songs: Sequence[Song]
    begun: Library = field(default_factory=Library)
    shown: Mapping[str, Sequence[Day]] = field(default_factory=dict)
    house: House = EMPTY
    cached: Reader = nothing_cached
    own_cached: Reader = nothing_cached
    faint: Mapping[str, int] = field(default_factory=dict)
    is_cold: bool = False
    no_music: Set[str] = frozenset()
    known_artists: Mapping[str, KnownArtist] | None = field(default=None, compare=False, repr=False)
    notes: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)  # values that several providers use

    def __post_init__(self) -> None:
        if (self.last and self.last >= self.as_of) or self.house.until > self.as_of:
            raise AfterTheCut(f"That day's list must not use plays at or after {self.as_of:%Y-%m-%d %H:%M} UTC.")

    @cached_property
    def last(self) -> datetime | None:
        """The last play. Ages count back from it, because an export may have ended years ago."""
        return max([song.last for song in self.songs], default=None)

    @property
    def counted_from(self) -> datetime:
        """The instant from which ages count back."""
        return counted_from(self.as_of, self.last)

    @cached_property
    def artists(self) -> Mapping[str, KnownArtist]:
        """The listener's artists, by key."""
        return artists_of(self.songs, self.faint) if self.known_artists is None else self.known_artists

    def plays_of(self, artist: str) -> int:
        """The number of plays of an artist, given by key."""
        heard_artist = self.artists.get(artist)
        return heard_artist.plays if heard_artist else self.faint.get(artist, 0)

    @cached_property
    def albums(self) -> Mapping[str, KnownAlbum]:
        """Albums heard within a year, by key. Songs without a known album are in none."""
        return albums_of(self.songs)

    @cached_property
    def songs_by_key(self) -> Mapping[str, Song]:
        return {song.key: song for song in self.songs}

    @cached_property
    def beside(self) -> Beside:
        """What other listeners here play around the songs of the last months."""
        if not self.house.has_enough_besides(self.account_id):
            return Beside(self.house)
        return self.house.beside(self.account_id, {song.key: log1p(song.decay(30)) for song in self.songs})

    @property
    def library(self) -> Library:
        """The keys of songs that are not new to the listener."""
        return self.begun

    @cached_property
    def _uris(self) -> frozenset[str]:
        return frozenset(song.uri for song in self.songs if song.uri)

    def with_shown(self, shown: Mapping[str, Sequence[Day]]) -> "Context":
        """A copy, including precomputed values, with other earlier lists: a weekly list does not follow daily ones."""
        twin = copy(self)
        vars(twin).update(shown=shown)
        return twin

    def precompute(self) -> None:
        """Compute what several providers need once for all of them."""
        _ = self.artists, self._uris, self.songs_by_key, self.beside

    def knows(self, key: str, uri: str | None) -> bool:
        """Whether the listener knows a song, by its names in any spelling or by its URI."""
        if key.partition("\x1f")[0] in self.no_music:
            return True
        return self.library.has_spelling(key) or key in self.songs_by_key or uri in self._uris

    def month(self, instant: datetime) -> str:
        """The month in the listener's time zone, as in "March 2024"."""
        return f"{instant.astimezone(ZoneInfo(self.time_zone)):%B %Y}"
