"""Tell podcasts, audiobooks and noise from music, by length, titles and hour, artist by artist.

Account data calls an episode a track and its show an artist; audiobooks and noise are tracks on Spotify. A wrong guess
would cost a listener their music, so each rule needs several signs.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from recommend.listening.library_items import KnownArtist
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
    """Not really an artist, with the evidence: plays and titles, the mean length, and a year's plays, also at night."""

    key: str
    artist: str
    sort: Sort
    plays: int
    titles: int
    mean_ms: int
    in_year: int
    at_night: int


def no_music(artists: Mapping[str, KnownArtist]) -> dict[str, NoMusic]:
    """Those artists whose songs are not music, by key, the most played first."""
    in_year = sum(artist.in_year for artist in artists.values())
    at_night = sum(artist.at_night for artist in artists.values())
    no_artists = [
        NoMusic(key, its.name, sort, its.plays, len(its.songs), _mean_ms(its), its.in_year, its.at_night)
        for key, its in artists.items()
        if (sort := _sort(its, in_year - its.in_year, at_night - its.at_night))
    ]
    return {each.key: each for each in sorted(no_artists, key=lambda each: (-each.plays, each.key))}


def _sort(artist: KnownArtist, others_in_year: int, others_at_night: int) -> Sort | None:
    songs = artist.songs
    if len(songs) >= LEAST_EPISODES and _mean_ms(artist) >= LONG and _are_episodes(songs):
        return "episodes"
    if len(songs) >= LEAST_CHAPTERS and _are_half(CHAPTER, songs):
        return "chapters"
    if artist.plays >= LEAST_NOISE and _is_noise(artist, others_at_night <= ALSO_AT_NIGHT * others_in_year):
        return "noise"
    return None


def _mean_ms(artist: KnownArtist) -> int:
    """Rather too short than too long, because some sources do not know how long a play was."""
    return artist.ms // max(artist.plays, 1)


def _are_episodes(songs: Sequence[Song]) -> bool:
    """Whether most have no URI, as in account data, and were heard once, within a few days."""
    once = sum(song.last - song.first <= A_FEW_DAYS and not (song.uri or "").startswith(TRACK_URI) for song in songs)
    classical = sum(CLASSICAL.search(song.name) is not None for song in songs)
    return once >= 0.8 * len(songs) and classical < 0.5 * len(songs)


def _are_half(titles: re.Pattern[str], songs: Sequence[Song]) -> bool:
    """Whether at least half of the titles match. For most artists, no title in the first half does."""
    half = (len(songs) + 1) // 2
    if not any(titles.search(song.name) for song in songs[: len(songs) - half + 1]):
        return False
    return sum(titles.search(song.name) is not None for song in songs) >= half


def _is_noise(artist: KnownArtist, are_others_by_day: bool) -> bool:
    """Whether its name or titles say so, and it is heard at night by somebody who hears other music by day; or both."""
    is_at_night = are_others_by_day and artist.at_night >= AT_NIGHT * max(artist.in_year, 1)
    by_name = NOISE.search(artist.name) is not None
    if by_name or is_at_night:
        return (by_name and is_at_night) or _are_half(NOISE, artist.songs)
    return False
