"""Work out a listener's songs before a cut-off in Python; recommend/listening/stored_songs.py does the same in SQL."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from math import floor
from zoneinfo import ZoneInfo

from benchmarks.list_quality.histories import Heard, History
from recommend.listening.context import Context
from recommend.listening.other_listeners import EMPTY, House
from recommend.listening.songs import (
    HALF_LIVES,
    WEEKS_OF_PEAK,
    FaintArtist,
    Listening,
    PlayedTrack,
    counted_from,
    listening_of,
)
from recommend.providers.rotation import WINDOW

FAINT = 0  # the id of a track that no longer matters
DAY, WEEK, YEAR = 86_400.0, 604_800.0, 365 * 86_400.0
CUT_OFF = time(4, 0)
OLD = 200  # weeks after which plays have no weight
SEASON = frozenset(52 * years + weeks for years in (1, 2, 3) for weeks in range(-2, 3))


@dataclass(slots=True)
class _Track:
    """One song's plays before a cut-off: see Song."""

    next_week: float = 0.0
    tomorrow: float = 0.0
    fortnight: int = 0
    month: int = 0
    quarter: int = 0
    first: float = 0.0
    last: float = 0.0
    by_week: dict[int, int] = field(default_factory=lambda: defaultdict(int))


def context_at(
    history: History, as_of: datetime, *, zone: str = "UTC", lately: bool = False, house: House = EMPTY
) -> Context:
    """The context of a list of that day; `lately` are only the songs from which a rotation is made, with scores."""
    heard = listening_at(history, as_of, zone, lately=lately)
    return Context(
        0,
        as_of.astimezone(ZoneInfo(zone)).date(),
        as_of,
        zone,
        heard.songs,
        heard.begun,
        house=house,
        faint=heard.faint,
        is_cold=heard.is_cold and not lately,
    )


def listening_at(history: History, as_of: datetime, zone: str = "UTC", *, lately: bool = False) -> Listening:
    end = bisect_left(history.plays, as_of.timestamp(), key=lambda play: play.at)
    heard = [play for play in history.plays[:end] if play.heard]
    first, last = (_instant(heard[0].at), _instant(heard[-1].at)) if heard else (None, None)
    now = counted_from(as_of, last)
    tracks: dict[int, _Track] = defaultdict(_Track)
    _add_lately(tracks, heard, now.timestamp(), as_of.timestamp(), zone)
    if not lately:
        _add_ever(tracks, heard, now.timestamp())
    if lately:
        since = (last or as_of) - WINDOW
        songs = [song for song, track in tracks.items() if _instant(track.last) >= since]
    else:
        songs = list({play.song for play in history.plays[:end]})
    played = [_played(history, song, tracks.get(song), now.timestamp(), lately=lately) for song in sorted(songs)]
    matters = [track for track in played if track.track_id != FAINT]
    others = list(_by_artist(track for track in played if track.track_id == FAINT))
    return listening_of(matters, others, now, first, last)


def _by_artist(faint: Iterable[PlayedTrack]) -> Iterator[FaintArtist]:
    by_artist: dict[str, list[PlayedTrack]] = defaultdict(list)
    for track in faint:
        by_artist[track.artist].append(track)
    for artist, tracks in by_artist.items():
        yield FaintArtist(artist, sum(track.plays for track in tracks), [track.name for track in tracks])


def _add_lately(tracks: dict[int, _Track], heard: Sequence[Heard], now: float, as_of: float, zone: str) -> None:
    start = bisect_left(heard, now - YEAR, key=lambda play: play.at)
    back = len(heard) - start
    for again, play in _numbered(heard[start:], ZoneInfo(zone)):
        track, age = tracks[play.song], (now - play.at) / DAY
        track.next_week += (0.5 ** (age / 30) + 0.5 ** (age / 3) + 0.5 ** (back / 300)) / again
        track.tomorrow += 0.5 ** (age / 7) / again + 0.4 / max(age, 1 / 24)
        track.fortnight += play.at >= as_of - 14 * DAY
        track.month += play.at >= as_of - 30 * DAY
        track.quarter += age < 90
        track.first, track.last = track.first or play.at, play.at
        track.by_week[floor(age / 7)] += 1
        back -= 1


def _numbered(plays: Sequence[Heard], zone: ZoneInfo) -> Iterator[tuple[int, Heard]]:
    """Each play, with its number among the song's plays on a day that begins at 04:00."""
    begins = ends = 0.0
    counts: dict[int, int] = {}
    for play in plays:
        if not begins <= play.at < ends:
            begins, ends = _day(play.at, zone)
            counts = {}
        counts[play.song] = counts.get(play.song, 0) + 1
        yield counts[play.song], play


def _day(at: float, zone: ZoneInfo) -> tuple[float, float]:
    local = datetime.fromtimestamp(at - 4 * 3600, zone).date()
    return (
        datetime.combine(local, CUT_OFF, zone).timestamp(),
        datetime.combine(date.fromordinal(local.toordinal() + 1), CUT_OFF, zone).timestamp(),
    )


def _add_ever(tracks: dict[int, _Track], heard: Sequence[Heard], now: float) -> None:
    for track in tracks.values():
        track.by_week.clear()
        track.first = 0.0
    for play in heard:
        track = tracks[play.song]
        track.by_week[floor((now - play.at) / WEEK)] += 1
        track.first, track.last = track.first or play.at, play.at


def _played(history: History, song: int, track: _Track | None, now: float, *, lately: bool) -> PlayedTrack:
    """A song as a track whose id is the song's number + 1; FAINT if it no longer matters."""
    names = history.songs[song]
    plays = sum(track.by_week.values()) if track else 0
    if track is None or not plays or not _matters(plays, now - track.last):
        return PlayedTrack(FAINT, names.name, names.artist, plays=plays)
    counts = {} if lately else track.by_week
    weeks = sum(0.5 ** (week / 8) for week in counts if week < OLD)
    weights = tuple(
        sum(plays * 0.5 ** ((week * 7 + 3.5) / half_life) for week, plays in counts.items() if week < OLD)
        for half_life in HALF_LIVES
    )
    return PlayedTrack(
        song + 1, names.name, names.artist, None, plays, None, names.album, track.fortnight, track.month,
        track.quarter, _instant(track.first), _instant(track.last), _season(counts), _peak(counts),
        track.next_week, track.tomorrow, weeks, *weights,
    )  # fmt: skip


def _season(counts: Mapping[int, int]) -> int:
    return sum(plays for week, plays in counts.items() if week in SEASON)


def _peak(counts: Mapping[int, int]) -> int:
    weekly = ((plays, week) for week, plays in counts.items() if week < OLD)
    return max((plays * WEEKS_OF_PEAK + WEEKS_OF_PEAK - 1 - week for plays, week in weekly), default=0)


def _matters(plays: int, since: float) -> bool:
    return since <= YEAR or plays >= 20 or (plays >= 3 and since <= 3 * YEAR)


def _instant(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
