"""Simulate a listener's history day by day: sessions, habits, obsessions, new artists, weekends, holidays.

A day depends only on earlier days, so a longer history begins with a shorter one.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from demo.catalogue import Catalogue
from music import Artist, Track

REPEAT, NEW_BY_KNOWN = 0.74, 0.58  # shares seen in real histories
MEMORY_DAYS = 10 / math.log(2)  # the time since the last play of a repeated track has a half-life of ten days
SESSION = 15  # plays, on average
SKIPPED, PODCAST, LOOP, PAUSE = 0.15, 0.02, 0.002, 0.03
WEEKDAY = {7: 6, 8: 8, 9: 3, 12: 2, 13: 2, 16: 2, 17: 7, 18: 8, 19: 6, 20: 6, 21: 6, 22: 4, 23: 1}
WEEKEND = {9: 2, 10: 4, 11: 5, 12: 5, 13: 4, 14: 5, 15: 5, 16: 5, 17: 5, 18: 5, 19: 6, 20: 7, 21: 7, 22: 6, 23: 4}
PLATFORMS = {
    2018: "Android OS 8.1.0 API 27 (samsung, SM-G930F)",
    2020: "android",
    2022: "ios",
    2024: "web_player linux",
}
SHOWS = ("Tidal Talk", "The Second Harbour", "Maps and Margins")


@dataclass(frozen=True)
class Habits:
    """A listener: how much they play, since when and where. The same habits give the same plays."""

    seed: int
    since: date
    time_zone: str
    plays_per_day: float
    country: str = "DE"


@dataclass(frozen=True, slots=True)
class Heard:
    """One play with everything about it. Exports and recently-played each report only some of it."""

    ended_at: datetime  # UTC, to the millisecond
    started_at: datetime
    ms_played: int
    track: Track | None
    episode: tuple[str, str, str] | None  # URI, name, show
    reason_start: str
    reason_end: str
    shuffle: bool
    skipped: bool
    offline: bool
    incognito: bool
    platform: str
    country: str
    context_uri: str | None


def listen(habits: Habits, catalogue: Catalogue, until: datetime) -> list[Heard]:
    """All plays that ended by `until`, the oldest first."""
    listener = Listener(habits, catalogue)
    heard: list[Heard] = []
    while listener.day <= until.astimezone(listener.zone).date():
        heard.extend(listener.next_day())
    return [play for play in heard if play.ended_at <= until]


class Listener:
    """Generates plays day by day."""

    def __init__(self, habits: Habits, catalogue: Catalogue) -> None:
        self.habits, self.catalogue = habits, catalogue
        self.zone, self.day = ZoneInfo(habits.time_zone), habits.since
        self.history: list[Track] = []
        self.known: dict[Artist, int] = {}  # artist → how many of its tracks are known
        self.busy_until = datetime.min.replace(tzinfo=UTC)

    def next_day(self) -> Iterator[Heard]:
        rng = random.Random(f"{self.habits.seed} {self.day}")  # made-up plays  # nosec B311
        for start in self._sessions(rng):
            self.busy_until = max(self.busy_until + timedelta(seconds=30), start)
            yield from self._session(rng)
        self.day += timedelta(days=1)

    def _sessions(self, rng: random.Random) -> list[datetime]:
        hours = WEEKEND if self.day.weekday() >= 5 else WEEKDAY
        years = (self.day - self.habits.since).days / 365
        mean = self.habits.plays_per_day / SESSION * (0.8 + 0.1 * min(years, 4)) * (0.2 if self._on_holiday() else 1)
        count = int(mean) + (rng.random() < mean % 1)
        drawn = rng.choices(list(hours), list(hours.values()), k=count)
        local = [
            datetime.combine(self.day, time(hour, rng.randrange(60), rng.randrange(60)), self.zone) for hour in drawn
        ]
        return sorted(start.astimezone(UTC) for start in local)

    def _on_holiday(self) -> bool:
        return 200 <= self.day.timetuple().tm_yday < 213

    def _session(self, rng: random.Random) -> Iterator[Heard]:
        shuffle, offline, private = rng.random() < 0.4, rng.random() < 0.04, rng.random() < 0.02
        platform = next(name for year, name in reversed(PLATFORMS.items()) if self.day.year >= year or year == 2018)
        country = "PT" if self._on_holiday() else self.habits.country
        where = (shuffle, offline, private, platform, country)
        reason = "clickrow"
        for _ in range(1 + int(rng.expovariate(1 / (SESSION - 1)))):
            if rng.random() < PODCAST:
                play = self._talk(rng, where)
            else:
                play = self._music(rng, self._choose(rng), reason, where)
            yield play
            reason = play.reason_end if play.reason_end in {"trackdone", "fwdbtn"} else "trackdone"
            if play.track and rng.random() < LOOP:
                for _ in range(rng.randint(3, 12)):
                    yield self._music(rng, play.track, "trackdone", where)

    def _choose(self, rng: random.Random) -> Track:
        if self.history and rng.random() < REPEAT:
            return self._remember(rng)
        by_known_artist = rng.random() < NEW_BY_KNOWN
        artist = self._remember(rng).artists[0] if self.history and by_known_artist else self._meet(rng)
        tracks = self.catalogue.by_artist[artist]
        number = self.known.get(artist, 0)
        self.known[artist] = number + 1
        return tracks[number % len(tracks)]

    def _remember(self, rng: random.Random) -> Track:
        plays_ago = int(rng.expovariate(1 / (MEMORY_DAYS * self.habits.plays_per_day)))
        return self.history[max(len(self.history) - 1 - plays_ago, 0)]

    def _meet(self, rng: random.Random) -> Artist:
        # A few artists are discovered by many listeners, most by few.
        popular = int(len(self.catalogue.artists) * rng.random() ** 2)
        return self.catalogue.artists[(popular + self.habits.seed * 37) % len(self.catalogue.artists)]

    def _music(
        self, rng: random.Random, track: Track, reason_start: str, where: tuple[bool, bool, bool, str, str]
    ) -> Heard:
        self.history.append(track)
        length, draw = track.duration_ms or 200_000, rng.random()
        skipped = draw < SKIPPED
        played = int(rng.uniform(0, 1) ** 2 * 40_000) if skipped else length
        if draw < 0.001:
            played = 0  # skipped within the second in which the previous one ended
        pause = timedelta(seconds=rng.expovariate(1 / 120)) if rng.random() < PAUSE else timedelta()
        return self._heard(
            track, None, played, pause, reason_start, "fwdbtn" if skipped else "trackdone", skipped, where
        )

    def _talk(self, rng: random.Random, where: tuple[bool, bool, bool, str, str]) -> Heard:
        number = rng.randrange(200)
        show = SHOWS[number % len(SHOWS)]
        episode = (f"spotify:episode:{number:022}", f"Part {number}", show)
        played = rng.randint(60_000, 2_400_000)
        return self._heard(None, episode, played, timedelta(), "clickrow", "endplay", skipped=False, where=where)

    def _heard(
        self, track: Track | None, episode: tuple[str, str, str] | None, played: int, pause: timedelta,
        reason_start: str, reason_end: str, skipped: bool, where: tuple[bool, bool, bool, str, str],
    ) -> Heard:  # fmt: skip
        started_at = self.busy_until
        ended_at = started_at + timedelta(milliseconds=played) + pause
        ended_at = ended_at.replace(microsecond=ended_at.microsecond // 1000 * 1000)
        self.busy_until = ended_at
        shuffle, offline, private, platform, country = where
        album = f"spotify:album:{track.album.spotify_id}" if track and track.album and not shuffle else None
        return Heard(
            ended_at, started_at, played, track, episode, reason_start, reason_end, shuffle, skipped, offline,
            private, platform, country, album,
        )  # fmt: skip
