"""All that a provider may know: a listener's plays before the cut-off, and what was cached of other services."""

from collections.abc import Callable, Mapping, Sequence
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
from recommend.listening.songs import Song

__all__ = ["AfterTheCut", "Cached", "Context", "Reader", "nothing_cached"]


class AfterTheCut(Exception):
    """Something that had not been heard yet at the cut-off was about to be used: a mistake of ours."""


Reader = Callable[[str, Sequence[str]], Mapping[str, Sequence[Cached]]]


def nothing_cached(_question: str, _keys: Sequence[str]) -> Mapping[str, Sequence[Cached]]:
    """For whom no service was ever asked."""
    return {}


@dataclass(frozen=True)
class Context:
    """`songs` are all that the account heard before `as_of` and that matters still, versions of a recording as one;
    `faint` counts, by artist key, the plays of the others. `is_cold`: too little to tell habits from chance.

    `begun` are the keys of whatever was played, however shortly; `shown` the earlier dates of what was recommended in
    the last four weeks, by key; `cached` gives what is known by key (db/collecting/provider_cache.py), and
    `own_cached` what was cached for this account alone. Raises AfterTheCut when made from plays after the cut-off.
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
    notes: dict[str, Any] = field(
        default_factory=dict, compare=False, repr=False
    )  # what is worked out once for several

    def __post_init__(self) -> None:
        if any(song.last >= self.as_of for song in self.songs) or self.house.until > self.as_of:
            raise AfterTheCut(f"A play at or after {self.as_of:%Y-%m-%d %H:%M} UTC is no part of that day's list.")

    @cached_property
    def last(self) -> datetime | None:
        """The last play of all; ages are counted back from it, for an export may have ended years ago."""
        return max((song.last for song in self.songs), default=None)

    @cached_property
    def artists(self) -> Mapping[str, KnownArtist]:
        """By artist key."""
        return artists_of(self.songs, self.faint)

    def plays_of(self, artist: str) -> int:
        """How often an artist was heard, by key."""
        known = self.artists.get(artist)
        return known.plays if known else self.faint.get(artist, 0)

    @cached_property
    def albums(self) -> Mapping[str, KnownAlbum]:
        """By album key: those heard within a year; songs of which no source tells the album are in none."""
        return albums_of(self.songs)

    @cached_property
    def songs_by_key(self) -> Mapping[str, Song]:
        return {song.key: song for song in self.songs}

    @cached_property
    def beside(self) -> Beside:
        """What others here play around the songs of the last months."""
        return self.house.beside(self.account_id, {song.key: log1p(song.decay(30)) for song in self.songs})

    @property
    def library(self) -> Library:
        """The keys of what is not new to the listener."""
        return self.begun

    @cached_property
    def _uris(self) -> frozenset[str]:
        return frozenset(song.uri for song in self.songs if song.uri)

    def precompute(self) -> None:
        """Compute what several providers need once for all of them."""
        _ = self.artists, self._uris, self.songs_by_key, self.beside

    def knows(self, key: str, uri: str | None) -> bool:
        """Whether a song is no new one, by its names or by its URI."""
        return key in self.library or key in self.songs_by_key or uri in self._uris

    def month(self, instant: datetime) -> str:
        """As in "March 2024", where the listener lives."""
        return f"{instant.astimezone(ZoneInfo(self.time_zone)):%B %Y}"
