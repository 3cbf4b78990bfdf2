"""A listener's plays before a cut-off, song by song: how often, when, and what some half-lives leave of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from music import is_nobody, shown_name
from recommend.listening.names import artist_key, song_key
from recommend.listening.played_keys import Library

HALF_LIVES = (30, 90, 180)  # days
NEWNESS_HALF_LIFE = timedelta(days=30)
A_DAY = timedelta(days=1)
ENOUGH_PLAYS, ENOUGH_TIME = 500, timedelta(days=14)
TRACK_URI = "spotify:track:"
BETWEEN = "\x1e"  # titles that are told together


@dataclass(frozen=True, slots=True)
class Song:
    """All versions of one recording in a listener's history; `track_id` and `uri` are of the one heard last, among
    those that Spotify can play.

    Ages count back from `Listening.now`, in days. `next_week` and `tomorrow` say how likely it is heard then, from the
    last year: each play counts 1 + 1 + 1, halved every 30 days, every 3 days, and with every 300 plays since; or 1
    halved every 7 days, and 0.4 / age; but its second play of a day for half, the third for a third of that (the 0.4 in
    full). `weeks` counts the weeks in which it was heard, halved every 8 weeks. `weights` are plays halved for every
    half-life (HALF_LIVES), in steps of a week; `newness` is 1 for a song first heard now, halved for every 30 days.
    `fortnight` and `month` count plays in the 14 and 30 days before the cut-off, `quarter` those of the last 90 days.
    """

    key: str
    track_id: int
    uri: str | None
    name: str
    artist: str
    album: str | None
    plays: int
    fortnight: int
    month: int
    quarter: int
    first: datetime
    last: datetime
    next_week: float
    tomorrow: float
    weeks: float
    weights: tuple[float, ...]
    newness: float

    def decay(self, half_life: int) -> float:
        """Its plays, each halved for every `half_life` days (one of HALF_LIVES) since."""
        return self.weights[HALF_LIVES.index(half_life)]


@dataclass(frozen=True, slots=True)
class Listening:
    """What was heard before a cut-off: `songs` that matter still, in the order of their keys.

    `begun` are the keys of all that was played, however shortly; `faint` counts, by artist, the plays of what is in no
    song: heard less than twenty times, and not for three years, or less than three times, and not for one.
    """

    songs: tuple[Song, ...] = ()
    begun: Library = field(default_factory=Library)
    faint: dict[str, int] = field(default_factory=dict)
    plays: int = 0
    first: datetime | None = None
    last: datetime | None = None

    @property
    def is_cold(self) -> bool:
        """Too little to tell habits from chance."""
        if self.first is None or self.last is None:
            return True
        return self.plays < ENOUGH_PLAYS or self.last - self.first < ENOUGH_TIME


class Told(NamedTuple):
    """One track of a history, as TRACKS says it: see Song. Or, without an id, all tracks of an artist that do not
    matter any more: their titles with BETWEEN between them, and their plays.
    """

    track_id: int | None
    name: str
    artist: str
    apart: int | None = None  # tells a song that the listener wants apart from others of its names
    plays: int = 0
    uri: str | None = None
    album: str | None = None
    fortnight: int | None = None
    month: int | None = None
    quarter: int | None = None
    first: datetime | None = None
    last: datetime | None = None
    next_week: float | None = None
    tomorrow: float | None = None
    weeks: float = 0.0
    weights: tuple[float, ...] = ()


def version_key(name: str, artist: str, apart: int | None = None) -> str:
    """The key of the song of these names; `apart` tells one that the listener wants apart from others of its names."""
    key = song_key(artist, name)
    return f"{key}\x1f{apart}" if apart else key


def counted_from(as_of: datetime, last: datetime | None) -> datetime:
    """The instant that ages count back from: the cut-off, or a day after the last play where that was long ago.

    So an export that ended years ago keeps weights that are numbers.
    """
    return as_of if last is None else min(as_of, last + A_DAY)


def listening_of(
    tracks: Iterable[Sequence[Any]], now: datetime, first: datetime | None, last: datetime | None
) -> Listening:
    """Versions put together; `tracks` are as Told, the last columns being the weights."""
    versions: dict[str, list[Sequence[Any]]] = {}
    begun: set[str] = set()
    titles: dict[str, list[str]] = {}
    faint: dict[str, int] = {}
    plays = 0
    for stored in tracks:
        plays += int(stored[4])
        told = _named(stored)
        if told is None:
            continue
        if told[0] is None:
            titles[told[2]] = told[1].split(BETWEEN)
            if not is_nobody(told[2]):
                faint[artist_key(told[2])] = faint.get(artist_key(told[2]), 0) + int(told[4])
            continue
        begun.add(song_key(told[2], told[1]))
        versions.setdefault(version_key(told[1], told[2], told[3]), []).append(told)
    songs = tuple(_song(key, versions[key], now) for key in sorted(versions))
    return Listening(
        songs, Library(begun, titles), {by: count for by, count in faint.items() if count}, plays, first, last
    )


def _named(told: Sequence[Any]) -> Sequence[Any] | None:
    """A track with its URI where a name shows nothing; None where it has none, for it cannot be told from others."""
    if shown_name(told[1]) and shown_name(told[2]):
        return told
    uri = told[5]
    return (told[0], shown_name(told[1]) or uri, shown_name(told[2]) or uri, *told[3:]) if uri else None


def _song(key: str, versions: list[Sequence[Any]], now: datetime) -> Song:
    """Shown is a version that Spotify can play, where there is one; of several the one heard last."""
    told = versions[0] if len(versions) == 1 else min(versions, key=_place)
    track_id, name, artist, _, plays, uri, album, fortnight, month, quarter, first, last, *scores = told
    if len(versions) == 1:
        counts = plays, fortnight or 0, month or 0, quarter or 0
        next_week, tomorrow, weeks, *weights = scores
        sums = next_week or 0.0, tomorrow or 0.0, weeks
    else:
        counts = tuple(_sum(versions, place) for place in (4, 7, 8, 9))
        sums = tuple(_sum(versions, place) for place in (12, 13, 14))
        weights = [_sum(versions, place) for place in range(15, 15 + len(HALF_LIVES))]
        first = min(each[10] for each in versions)
        album = next(filter(shown_name, (album, *(each[6] for each in versions))), None)
    album = shown_name(album)
    newness = 0.5 ** ((now - first) / NEWNESS_HALF_LIFE)
    return Song(key, track_id, uri, name, artist, album, *counts, first, last, *sums, tuple(weights), newness)


def _place(version: Sequence[Any]) -> tuple[bool, float, str, int]:
    uri = version[5] or ""
    return not uri.startswith(TRACK_URI), -version[11].timestamp(), uri, version[0]


def _sum(versions: Sequence[Sequence[Any]], place: int) -> Any:
    return sum(each[place] or 0 for each in versions)
