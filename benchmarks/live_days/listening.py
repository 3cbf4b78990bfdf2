"""What a made-up listener plays, on which device, and what they do while it plays."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from benchmarks.live_days.chance import Chance
from benchmarks.live_days.habits import PLAYS_A_SESSION, Habits
from demo.fake_player import Change
from music import Artist, Episode, Track

# Recently-played omits other players and private sessions. Offline plays appear there later, and never live.
Device = Literal["phone", "other", "private", "offline"]
DEVICES: dict[Device, int] = {"phone": 82, "other": 7, "private": 4, "offline": 7}
SONGS, TAPES, EPISODES = 400, 40, 60  # no song comes again within a day, unless it is repeated
MILLISECOND, SECOND, DAY = timedelta(milliseconds=1), timedelta(seconds=1), timedelta(days=1)
BAND, TAPERS = Artist("The Lanterns", "L" * 22), Artist("The Cellar Tapes")
PAUSE, LONG_PAUSE, SEEK, STOP, REPEAT = 0.08, 0.005, 0.05, 0.15, 0.05
ADVERTISEMENT, LOCAL, TALK = 0.04, 0.08, 0.02
BESIDE = 0.3  # of a device that is offline, another one plays at the same time


def song(number: int, *, relinked: bool = False) -> Track:
    uri = f"spotify:track:{'R' if relinked else 'S'}{number:021}"
    isrc, length = f"DEA26{number:07}", 95_000 + number * 7_919 % 200_000
    return Track(f"Song {number}", (BAND,), uri=uri, duration_ms=length, isrc=isrc)


def tape(number: int) -> Track:
    length = 61 + number * 13 % 240
    uri = f"spotify:local:The+Cellar+Tapes::Take+{number}:{length}"
    return Track(f"Take {number}", (TAPERS,), uri=uri, duration_ms=length * 1000)


def talk(number: int) -> Episode:
    return Episode("episode", f"spotify:episode:{number + 1:022}", f"Part {number + 1}", "Tidal Talk")


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """A play as it happened."""

    item: Track | Episode
    began: datetime
    ended: datetime
    listened_ms: int
    device: Device

    @property
    def is_local(self) -> bool:
        return (self.item.uri or "").startswith("spotify:local:")


Deed = Callable[[Track | Episode, int, int, Device], int]


@dataclass
class Listening:
    """Everything that one listener plays from `since` on for some days; `changes` are of the player that is online."""

    habits: Habits
    since: datetime
    days: int
    seed: int
    plays: list[Played] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = Chance(f"listener {self.seed}")
        self.now, self.numbers = self.since, {"song": 0, "tape": 0, "talk": 0}
        self.order = self.rng.sample(range(SONGS), SONGS)
        for day in range(self.days):
            for start in self._sessions(self.since + day * DAY):
                self._session(max(start, self.now + 30 * SECOND))
        self.changes.sort(key=lambda change: change.at)
        self.plays.sort(key=lambda play: play.ended)

    def _sessions(self, day: datetime) -> list[datetime]:
        mean = self.habits.sessions_a_day
        count = int(mean) + (self.rng.random() < mean % 1)
        return sorted(day + self.rng.uniform(6, 23.5) * timedelta(hours=1) for _ in range(count))

    def _session(self, start: datetime) -> None:
        (device,) = self.rng.choices(list(DEVICES), list(DEVICES.values()))
        self._play_some(start, device)
        if device == "offline" and self.rng.random() < BESIDE:
            self._play_some(start, "phone")

    def _play_some(self, start: datetime, device: Device) -> None:
        self.now = start.replace(microsecond=start.microsecond // 1000 * 1000)
        for _ in range(1 + int(self.rng.expovariate(1 / (PLAYS_A_SESSION - 1)))):
            self._play_next(device)
            if self.rng.random() < ADVERTISEMENT and device == "phone":
                self.changes.append(Change(self.now, None, kind="ad"))
                self.now += 30 * SECOND
        if device != "offline":
            self.changes.append(Change(self.now, None))

    def _play_next(self, device: Device) -> None:
        drawn = self.rng.random()
        kind = "tape" if drawn < LOCAL else "talk" if drawn < LOCAL + TALK and device != "other" else "song"
        number = self.numbers[kind] = self.numbers[kind] + 1
        if kind == "talk":
            self._play(talk(number % EPISODES), self.rng.randint(300, 2_400) * 1000, device)
            return
        item = tape(number % TAPES) if kind == "tape" else song(self.order[number % SONGS])
        length = item.duration_ms or 0
        if self.rng.random() < REPEAT:  # to the end, and at once from the beginning
            for _ in range(self.rng.randint(2, 4)):
                self._play(item, length, device, is_whole=True)
        else:
            self._play(item, length if self.rng.random() > STOP else self.rng.randint(2_000, length - 1_000), device)

    def _play(self, item: Track | Episode, end: int, device: Device, *, is_whole: bool = False) -> None:
        began, position, listened = self.now, 0, 0
        self._change(item, 0, device)
        for at, deed in () if is_whole else self._deeds(end):
            if position < at < end:
                self.now += (at - position) * MILLISECOND
                listened, position = listened + at - position, deed(item, at, end, device)
        self.now += (end - position) * MILLISECOND
        self.plays.append(Played(item, began, self.now, listened + end - position, device))

    def _deeds(self, end: int) -> list[tuple[int, Deed]]:
        """What the listener does, and at which position."""
        likely: dict[Deed, float] = {self._pause: PAUSE, self._leave: LONG_PAUSE, self._skip: SEEK, self._go_back: SEEK}
        done = [deed for deed, share in likely.items() if self.rng.random() < share]
        return sorted(((self.rng.randrange(end), deed) for deed in done), key=lambda one: one[0])

    def _pause(self, item: Track | Episode, at: int, _: int, device: Device, seconds: int = 0) -> int:
        self._change(item, at, device, is_playing=False)
        self.now += (seconds or self.rng.randint(5, 500)) * SECOND
        self._change(item, at, device)
        return at

    def _leave(self, item: Track | Episode, at: int, end: int, device: Device) -> int:
        return self._pause(item, at, end, device, self.rng.randint(1, 9) * 3600)

    def _skip(self, item: Track | Episode, at: int, end: int, device: Device) -> int:
        to = at + 20_000 if at + 30_000 < end else at
        self._change(item, to, device)
        return to

    def _go_back(self, item: Track | Episode, at: int, _: int, device: Device) -> int:
        """A seek, never so far that it looks like another beginning."""
        to = at - 20_000 if at > 100_000 else at
        self._change(item, to, device)
        return to

    def _change(self, item: Track | Episode, position: int, device: Device, *, is_playing: bool = True) -> None:
        if device != "offline":
            self.changes.append(Change(self.now, item, position, is_playing))
