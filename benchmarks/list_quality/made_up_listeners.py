"""Make up listeners, to evaluate lists where few real histories may be used: always the same ones for the same seed.

A listener's habits are drawn, then their plays, one after the other. A repeat copies an earlier play, as long ago as a
mixture of five decays says, whose shares differ between listeners: some live in this week, others in last year. There
are obsessions, songs that wear out, albums from beginning to end, favourites of a season, skips; some listeners sleep
to white noise, some have podcasts among their music. Parameters come from what is published about listening (a fifth of
plays is new, three fifths of that by known artists), not from what a ranking of ours does well.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log
from random import Random

from benchmarks.list_quality.histories import HEARD_MS, History, Row, history

ENDS = datetime(2026, 6, 1, tzinfo=UTC).timestamp()
DAY, MINUTE = 86_400.0, 60.0
HALF_LIVES = (0.5, 3.0, 14.0, 60.0, 300.0)  # days
STYLES, ARTISTS, SONGS, ALBUM = 30, 150, 55, 11  # styles, artists of each, songs of each, songs of an album
LATELY = 8  # latest songs, which are not repeated at once
Song = tuple[int, int, int]  # style, artist, number


@dataclass(frozen=True)
class Habits:
    """How one listener listens; shares are of plays unless something else is said."""

    days: int
    plays_a_day: float
    active: float  # of days
    new: float
    known_artist: float  # of new songs
    decays: tuple[float, ...]  # the shares of HALF_LIVES among repeats
    season: float  # of repeats
    album: float  # of sessions
    obsessions: float  # a day
    skips: float
    styles: tuple[tuple[int, float], ...]
    sleeps_to_noise: bool
    podcasts: bool

    @classmethod
    def drawn(cls, draw: Random) -> "Habits":
        decays = [draw.gammavariate(1, 1) for _ in HALF_LIVES]
        return cls(
            days=draw.randint(300, 1100),
            plays_a_day=min(90.0, draw.lognormvariate(log(24), 0.6)),
            active=draw.betavariate(5, 1.5),
            new=draw.betavariate(1.8, 7),
            known_artist=draw.betavariate(6, 4),
            decays=tuple(share / sum(decays) for share in decays),
            season=draw.uniform(0, 0.08),
            album=draw.uniform(0, 0.4),
            obsessions=draw.uniform(0, 0.1),
            skips=draw.uniform(0.03, 0.35),
            styles=tuple((draw.randrange(STYLES), draw.gammavariate(0.7, 1)) for _ in range(6)),
            sleeps_to_noise=draw.random() < 0.1,
            podcasts=draw.random() < 0.15,
        )


def made_up_listeners(count: int) -> Iterator[History]:
    for seed in range(1, count + 1):
        draw = Random(seed)  # noqa: S311  # nosec B311 - a repeatable draw
        yield history(f"made up {seed}", _Listener(draw).rows(), made_up=True)


class _Listener:
    def __init__(self, draw: Random) -> None:
        self.draw, self.habits = draw, Habits.drawn(draw)
        self.times: list[float] = []
        self.songs: list[Song] = []
        self.heard: dict[Song, int] = {}
        self.wear: dict[Song, float] = {}
        self.obsession: tuple[Song, float] | None = None  # until

    def rows(self) -> Iterator[Row]:
        for number in range(self.habits.days):
            day = ENDS - (self.habits.days - number) * DAY
            if self.draw.random() < self.habits.obsessions:
                self._become_obsessed(day)
            if self.draw.random() < self.habits.active:
                yield from self._music_of(day)
            yield from self._no_music_of(day, number)

    def _music_of(self, day: float) -> Iterator[Row]:
        remaining = round(self.draw.expovariate(self.habits.active / self.habits.plays_a_day))
        at = day + self.draw.uniform(7, 14) * 3600
        while remaining > 0:
            length = min(remaining, 1 + round(self.draw.expovariate(1 / 12)))
            for song in self._session(at, length):
                ms = self._ms(song)
                at += ms / 1000 + 5
                self._play(at, song)
                yield at, ms, f"Song {song[2]}", f"Artist {song[0]}-{song[1]}", f"Album {song[2] // ALBUM}"
            remaining -= length
            at += self.draw.expovariate(1 / 120) * MINUTE

    def _play(self, at: float, song: Song) -> None:
        self.times.append(at)
        self.songs.append(song)
        self.heard[song] = self.heard.get(song, 0) + 1

    def _ms(self, song: Song) -> int:
        skips = self.habits.skips * (0.7 if song in self.heard else 1.6)
        return (
            self.draw.randint(2_000, HEARD_MS - 1) if self.draw.random() < skips else self.draw.randint(140, 300) * 1000
        )

    def _session(self, at: float, length: int) -> Iterator[Song]:
        if self.draw.random() < self.habits.album:
            style, artist, number = self._next(at)
            begins = number - number % ALBUM
            yield from ((style, artist, begins + track) for track in range(min(ALBUM, length)))
            length -= ALBUM
        for _ in range(length):
            yield self._next(at)

    def _next(self, at: float) -> Song:
        if self.obsession and self.obsession[1] > at and self.draw.random() < 0.25:
            return self.obsession[0]
        if not self.songs or self.draw.random() < self.habits.new:
            return self._new(at)
        return self._unless_worn(lambda: self._repeated(at))

    def _unless_worn(self, drawn: Callable[[], Song]) -> Song:
        """A song that was not among the last ones and has not been overplayed; the tenth draw is taken in any case."""
        for _ in range(10):
            song = drawn()
            worn = self.heard[song] > self.wear.setdefault(song, self.draw.lognormvariate(log(25), 0.8))
            if song not in self.songs[-LATELY:] and not (worn and self.draw.random() < 0.6):
                return song
        return song

    def _repeated(self, at: float) -> Song:
        if self.draw.random() < self.habits.season and at - self.times[0] > 365 * DAY:
            return self._of(at - (365 + self.draw.gauss(0, 14)) * DAY)
        (half_life,) = self.draw.choices(HALF_LIVES, self.habits.decays)
        return self._of(at - self.draw.expovariate(log(2) / half_life) * DAY)

    def _of(self, at: float) -> Song:
        """The song that was played then; any song if that is before all plays."""
        place = bisect_right(self.times, at) - 1
        return self.songs[place] if place >= 0 else self.draw.choice(self.songs)

    def _new(self, at: float) -> Song:
        if self.songs and self.draw.random() < self.habits.known_artist:
            style, artist, number = self._of(at - self.draw.expovariate(log(2) / 30) * DAY)
            after = (style, artist, number + 1)
            return after if after not in self.heard and self.draw.random() < 0.4 else self._of_artist(style, artist)
        styles, shares = zip(*self.habits.styles, strict=True)
        (style,) = self.draw.choices(styles, shares)
        return self._of_artist(style, int(ARTISTS * self.draw.random() ** 2.5))

    def _of_artist(self, style: int, artist: int) -> Song:
        """One of the artist's unheard songs, more likely a popular one."""
        first = int(SONGS * self.draw.random() ** 2.5)
        numbers = ((first + number) % SONGS for number in range(SONGS))
        unheard = ((style, artist, number) for number in numbers)
        return next((song for song in unheard if song not in self.heard), (style, artist, first))

    def _become_obsessed(self, day: float) -> None:
        if self.songs:
            song = self._of(day - self.draw.expovariate(1 / 4) * DAY)
            self.obsession = song, day + self.draw.expovariate(1 / 6) * DAY

    def _no_music_of(self, day: float, number: int) -> Iterator[Row]:
        """A podcast in the evening, white noise at night."""
        if self.habits.podcasts and self.draw.random() < 0.6:
            yield day + 22 * 3600, 45 * 60_000, f"Episode {number}", "A Podcast", "A Podcast"
        if self.habits.sleeps_to_noise and self.draw.random() < 0.8:
            for track in range(self.draw.randint(60, 150)):
                yield day + 23 * 3600 + track * 3 * MINUTE, 180_000, f"White Noise {track % 3}", "Sleep", "Noise"
