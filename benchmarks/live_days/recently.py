"""What recently-played shows: rows may be late, missing for a while, or have other ids; some never appear."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from benchmarks.live_days.chance import Chance
from benchmarks.live_days.listening import Listening, Played, song
from demo.fake_spotify import WINDOW, Visible
from music import Track

LONG_ENOUGH = 30_000  # milliseconds
SOON, HOURS = timedelta(seconds=20), timedelta(hours=1)
LATE, VANISHING, RELINKED = 0.05, 0.03, 0.03
MARGIN = 4 * WINDOW  # the newest rows, of which some are not there yet


@dataclass
class Recently:
    """`rows` are sorted by when a play ended, as `plays` are, of which each is one."""

    listening: Listening
    rows: list[Visible] = field(default_factory=list)
    plays: list[Played] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = Chance(f"rows {self.listening.seed}")
        self.synchronised = datetime.min.replace(tzinfo=self.listening.since.tzinfo)
        for play in self.listening.plays:
            if isinstance(play.item, Track) and _is_listed(play):
                self.rows.append(self._row(play, play.item))
                self.plays.append(play)
        moments = {moment for row in self.rows for moment in (row.visible_at, *(row.away or ()))}
        self.moments = sorted(moments)

    def _row(self, play: Played, track: Track) -> Visible:
        shown = song(int(str(track.uri)[-21:]), relinked=True) if self.rng.random() < RELINKED else track
        row = Visible(play.ended, shown, self._appears(play))
        if self.rng.random() < VANISHING:
            gone = row.visible_at + self.rng.uniform(0, 2) * HOURS
            return replace(row, away=(gone, gone + self.rng.uniform(0.2, 12) * HOURS))
        return row

    def _appears(self, play: Played) -> datetime:
        """When plays appear; those of an offline time all at once."""
        if play.device == "offline":
            if play.ended > self.synchronised:
                self.synchronised = play.ended + self.rng.uniform(1, 14) * HOURS
            return self.synchronised
        return play.ended + (self.rng.uniform(0, 3) * HOURS if self.rng.random() < LATE else SOON)

    def newest(self, now: datetime) -> list[Visible]:
        """The plays for the simulated Spotify, which shows at most 50 of them."""
        until = self._until(now)
        return self.rows[max(0, until - MARGIN) : until]

    def page(self, now: datetime) -> list[Played]:
        """The plays that Spotify shows now."""
        until = self._until(now)
        numbers = range(max(0, until - MARGIN), until)
        return [self.plays[number] for number in numbers if self.rows[number].is_shown(now)][-WINDOW:]

    def version(self, now: datetime) -> int:
        """Another number whenever the page may be another one."""
        return bisect_right(self.moments, now)

    def _until(self, now: datetime) -> int:
        return bisect_left(self.rows, now, key=lambda row: row.ended_at)


def _is_listed(play: Played) -> bool:
    return play.device in {"phone", "offline"} and not play.is_local and play.listened_ms >= LONG_ENOUGH
