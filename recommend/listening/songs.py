"""A listener's plays before a cut-off, by song: their number, times, and weights that decay with several half-lives."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from music import shown_name
from recommend.listening.names import is_somebody, song_key
from recommend.listening.played_keys import Library

HALF_LIVES = (30, 90, 180)  # days
PLACES = {half_life: place for place, half_life in enumerate(HALF_LIVES)}
NEWNESS_HALF_LIFE = timedelta(days=30)
A_DAY = timedelta(days=1)
ENOUGH_PLAYS, ENOUGH_TIME = 500, timedelta(days=14)
TRACK_URI = "spotify:track:"
WEEKS_OF_PEAK = 256  # more than there are weeks whose plays are counted week by week
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Song(msgspec.Struct, frozen=True):
    """All versions of a recording in a listener's history. `track_id` and `uri` are those of the version heard last,
    preferably one that Spotify can play.

    Ages count back, in days, from `counted_from`. `next_week` and `tomorrow` estimate how likely it is heard then, from
    the plays of the last year. For `next_week`, a play counts 1 + 1 + 1, halved every 30 days, every 3 days, and with
    every 300 later plays; for `tomorrow`, 1 halved every 7 days, plus 0.4 / age. The second play of a day counts half,
    the third a third (but the 0.4 in full). `weeks` counts the weeks in which it was heard, halved every 8 weeks.
    `weights` are plays halved with each half-life of HALF_LIVES, in steps of a week. `newness` is 1 for a song first
    heard now, halved every 30 days. `fortnight` and `month` count plays in the 14 and 30 days before the cut-off,
    `quarter` those of the last 90 days.

    `season` counts plays around this time of year in the last three years. `most_in_week` is the number of plays in
    the week with most of them, which ended `most_weeks_ago`. `ms` is how long it was heard, as far as sources know;
    it may lack what is older than 200 weeks. `in_year` counts plays of the last year, `at_night` those of them that
    ended from 23:00 to 06:00.
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
    season: int = 0
    most_in_week: int = 0
    most_weeks_ago: int = 0
    ms: int = 0
    in_year: int = 0
    at_night: int = 0

    def decay(self, half_life: int) -> float:
        """The sum of its plays, each halved for every `half_life` days (one of HALF_LIVES)."""
        return self.weights[PLACES[half_life]]


@dataclass(frozen=True, slots=True)
class Listening:
    """The plays before a cut-off: `songs` that still matter, sorted by key.

    `begun` are the keys of everything played, however briefly. `faint` counts, by artist, the plays of all other songs:
    those heard fewer than twenty times and not for three years, or fewer than three times and not for one year.
    """

    songs: tuple[Song, ...] = ()
    begun: Library = field(default_factory=Library)
    faint: dict[str, int] = field(default_factory=dict)
    plays: int = 0
    first: datetime | None = None
    last: datetime | None = None

    @property
    def is_cold(self) -> bool:
        """Whether there are too few plays to tell habits from chance."""
        if self.first is None or self.last is None:
            return True
        return self.plays < ENOUGH_PLAYS or self.last - self.first < ENOUGH_TIME


class PlayedTrack(msgspec.Struct, frozen=True):
    """A track of a history; see Song."""

    track_id: int
    name: str
    artist: str
    apart: int | None = None  # distinguishes a song that the listener split off from others of the same names
    plays: int = 0
    uri: str | None = None
    album: str | None = None
    fortnight: int = 0
    month: int = 0
    quarter: int = 0
    first: datetime = LONG_AGO
    last: datetime = LONG_AGO
    season: int = 0
    peak: int = 0  # most plays in a week, times WEEKS_OF_PEAK, and more for a later week
    next_week: float = 0.0
    tomorrow: float = 0.0
    weeks: float = 0.0
    weight_30: float = 0.0
    weight_90: float = 0.0
    weight_180: float = 0.0
    ms: int = 0
    in_year: int = 0
    at_night: int = 0


class FaintArtist(msgspec.Struct, frozen=True, array_like=True):
    """All tracks of an artist that no longer matter: their titles, and their plays."""

    artist: str | None
    plays: int
    titles: list[str]


COUNTS = ("plays", "fortnight", "month", "quarter", "season", "ms", "in_year", "at_night")
SCORES = ("next_week", "tomorrow", "weeks", *(f"weight_{half_life}" for half_life in HALF_LIVES))


def version_key(name: str, artist: str, apart: int | None = None) -> str:
    """The key of the song with these names; `apart` distinguishes one that the listener split off."""
    return _apart(song_key(artist, name), apart)


def _apart(key: str, apart: int | None) -> str:
    return f"{key}\x1f{apart}" if apart else key


def counted_from(as_of: datetime, last: datetime | None) -> datetime:
    """The instant from which ages count back: the cut-off, or a day after the last play if that is earlier.

    So the weights do not vanish if an export ended years ago.
    """
    return as_of if last is None else min(as_of, last + A_DAY)


def listening_of(
    tracks: Iterable[PlayedTrack],
    others: Sequence[FaintArtist],
    now: datetime,
    first: datetime | None,
    last: datetime | None,
) -> Listening:
    """Combine the tracks of a history into songs; `others` are the tracks that no longer matter."""
    shown = [artist for artist in others if shown_name(artist.artist) and any(map(shown_name, artist.titles))]
    titles = {artist.artist: artist.titles for artist in shown if artist.artist}
    versions: dict[str, list[PlayedTrack]] = {}
    begun: set[str] = set()
    plays = 0
    for stored in tracks:
        plays += stored.plays
        track = _named(stored)
        if track is not None:
            key = song_key(track.artist, track.name)
            begun.add(key)
            versions.setdefault(_apart(key, track.apart), []).append(track)
    now = now.astimezone(UTC)  # as plays are, which makes their ages cheap
    songs = tuple([_song(key, versions[key], now) for key in sorted(versions)])
    plays += sum(artist.plays for artist in others)
    library = Library(begun, titles)
    return Listening(songs, library, _plays_by_key(shown, library.artist_keys), plays, first, last)


def _plays_by_key(artists: Iterable[FaintArtist], keys: Mapping[str, str]) -> dict[str, int]:
    """The plays of each artist, by key; `keys` has the key of each name."""
    plays: dict[str, int] = {}
    for each in artists:
        if each.plays and each.artist and is_somebody(key := keys[each.artist], each.artist):
            plays[key] = plays.get(key, 0) + each.plays
    return plays


def _named(track: PlayedTrack) -> PlayedTrack | None:
    """A track with its URI in place of invisible names; None without a URI, because nothing distinguishes it."""
    if shown_name(track.name) and shown_name(track.artist):
        return track
    if not track.uri:
        return None
    return replace(track, name=shown_name(track.name) or track.uri, artist=shown_name(track.artist) or track.uri)


def _song(key: str, versions: list[PlayedTrack], now: datetime) -> Song:
    """Show a version that Spotify can play, if there is one; of several, the one heard last."""
    track = versions[0] if len(versions) == 1 else _combined(versions)
    return Song(
        key, track.track_id, track.uri, track.name, track.artist, shown_name(track.album), track.plays,
        track.fortnight, track.month, track.quarter, track.first, track.last, track.next_week, track.tomorrow,
        track.weeks, (track.weight_30, track.weight_90, track.weight_180),
        0.5 ** ((now - track.first) / NEWNESS_HALF_LIFE), track.season, track.peak // WEEKS_OF_PEAK,
        WEEKS_OF_PEAK - 1 - track.peak % WEEKS_OF_PEAK, track.ms, track.in_year, track.at_night,
    )  # fmt: skip


def _combined(versions: Sequence[PlayedTrack]) -> PlayedTrack:
    shown = min(versions, key=_preference)
    totals: dict[str, Any] = {name: sum(getattr(each, name) for each in versions) for name in (*COUNTS, *SCORES)}
    album = next(filter(shown_name, (shown.album, *(each.album for each in versions))), None)
    first, peak = min(each.first for each in versions), max(each.peak for each in versions)
    return replace(shown, **totals, first=first, peak=peak, album=album)


def _preference(version: PlayedTrack) -> tuple[bool, float, str, int]:
    uri = version.uri or ""
    return not uri.startswith(TRACK_URI), -version.last.timestamp(), uri, version.track_id
