"""Tell podcasts, audiobooks and noise from music, by length, titles and hour, artist by artist.

Account data calls an episode a track and its show an artist; audiobooks and noise are tracks on Spotify. A wrong guess
would cost a listener their music, so each rule needs several signs.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from music import is_nobody
from recommend.listening.names import artist_key
from recommend.listening.songs import TRACK_URI, Song

Sort = Literal["episodes", "chapters", "noise"]
MINUTE = 60_000
LONG = 10 * MINUTE  # the mean play of a podcast; music that long is on Spotify, where tracks have URIs
A_FEW_DAYS = timedelta(days=4)  # an episode is heard once, in several sittings
LEAST_EPISODES, LEAST_CHAPTERS, LEAST_NOISE = 2, 5, 10  # the last one in plays
CHAPTER = re.compile(
    r"\b(?:kapitel|chapter|chapitre|cap[i\u00ed]tulo|capitolo|hoofdstuk|rozdzia\u0142|kapittel|folge|teil|episode"
    r"|\u00e9pisode|episodio|aflevering|odcinek|avsnitt)\s*#?\d+|^#\s?\d+\b",
    re.IGNORECASE,
)
CLASSICAL = re.compile(r"\b(?:op|bwv|kv?|d|hob|woo)\.?\s?\d+|\b(?:symphony|sinfonie|concerto|sonata)\b", re.IGNORECASE)
NOISE = re.compile(
    r"\b(?:(?:white|brown|pink|green|fan|dryer|static) noise|noises?|rauschen|wei\u00dfes rauschen|rain|regen|thunder"
    r"|ocean waves|(?:deep )?sleep|schlaf|lullab(?:y|ies)|baby|nature sounds?|relax(?:ing)?|asmr)\b",
    re.IGNORECASE,
)
AT_NIGHT, ALSO_AT_NIGHT = 0.8, 0.5  # the share of plays: of noise at least, of the listener's other music at most


@dataclass(frozen=True, slots=True)
class NoMusic:
    """An artist who is none, with the evidence: plays and titles, their mean length, and plays at night of a year."""

    key: str
    artist: str
    sort: Sort
    plays: int
    titles: int
    mean_ms: int
    in_year: int
    at_night: int


def no_music(songs: Sequence[Song]) -> dict[str, NoMusic]:
    """Artists whose songs are not music, by key, those with most plays first."""
    artists = _by_artist(songs)
    everything = _Heard(songs)
    found = (
        NoMusic(key, its[0].artist, sort, heard.plays, len(its), heard.mean_ms, heard.in_year, heard.at_night)
        for key, its in artists.items()
        if len(its) >= LEAST_EPISODES or its[0].plays >= LEAST_NOISE  # most artists are known by one song
        if (sort := _sort(its, heard := _Heard(its), everything))
    )
    return {each.key: each for each in sorted(found, key=lambda each: (-each.plays, each.key))}


def _by_artist(songs: Iterable[Song]) -> Mapping[str, Sequence[Song]]:
    artists: dict[str, list[Song]] = {}
    for song in songs:
        if not is_nobody(song.artist):
            artists.setdefault(artist_key(song.artist), []).append(song)
    return artists


class _Heard:
    """How some songs were heard."""

    def __init__(self, songs: Sequence[Song]) -> None:
        self.plays = sum(song.plays for song in songs)
        self.in_year = sum(song.in_year for song in songs)
        self.at_night = sum(song.at_night for song in songs)
        self.mean_ms = sum(song.ms for song in songs) // max(sum(song.timed for song in songs), 1)


def _sort(songs: Sequence[Song], heard: _Heard, everything: _Heard) -> Sort | None:
    if heard.mean_ms >= LONG and _are_episodes(songs):
        return "episodes"
    if len(songs) >= LEAST_CHAPTERS and _are_half(CHAPTER, songs):
        return "chapters"
    if heard.plays >= LEAST_NOISE and _is_noise(songs, heard, everything):
        return "noise"
    return None


def _are_episodes(songs: Sequence[Song]) -> bool:
    """Whether most have no URI, as in account data, and were heard once, within a few days."""
    once = sum(song.last - song.first <= A_FEW_DAYS and not (song.uri or "").startswith(TRACK_URI) for song in songs)
    classical = sum(CLASSICAL.search(song.name) is not None for song in songs)
    return len(songs) >= LEAST_EPISODES and once >= 0.8 * len(songs) and classical < 0.5 * len(songs)


def _are_half(titles: re.Pattern[str], songs: Sequence[Song]) -> bool:
    return 2 * sum(titles.search(song.name) is not None for song in songs) >= len(songs)


def _is_noise(songs: Sequence[Song], heard: _Heard, everything: _Heard) -> bool:
    """Whether its name or titles say so, and it is heard at night by somebody who hears other music by day; or both."""
    by_artist, by_titles = NOISE.search(songs[0].artist) is not None, _are_half(NOISE, songs)
    if not by_artist and not by_titles:
        return False
    others, others_at_night = everything.in_year - heard.in_year, everything.at_night - heard.at_night
    sleeps = heard.at_night >= AT_NIGHT * max(heard.in_year, 1) and others_at_night <= ALSO_AT_NIGHT * others
    return sleeps or (by_artist and by_titles)
