"""What the sources could have reported about a listener's plays, and when their player was looked at."""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise

from benchmarks.live_days.listening import Listening, Played
from demo.fake_player import IDLE

SLACK = 2.5  # seconds: a Date has whole ones
LONG_ENOUGH = 30.0


class Truth:
    """`told` has the sources of each play that was told; `calls` counts those of a kind and a day."""

    def __init__(self, listening: Listening) -> None:
        self.listening = listening
        online = [play for play in listening.plays if play.device != "offline"]
        self._online = sorted(online, key=lambda play: play.began)
        self._changes = [change.at.timestamp() for change in listening.changes]
        self.looks = array("d")
        self.told: dict[Played, set[str]] = {}
        self.calls: Counter[str] = Counter()

    def tell(self, play: Played, source: str) -> None:
        self.told.setdefault(play, set()).add(source)

    def looked(self, at: datetime, mode: str) -> None:
        """Note that the player was looked at, and that what it showed is stored."""
        self.looks.append(at.timestamp())
        play = self._playing(at)
        if play is not None and at > play.began:
            self.tell(play, mode)

    def _playing(self, at: datetime) -> Played | None:
        place = bisect_right(self._online, at, key=lambda play: play.began)
        play = self._online[place - 1] if place else None
        change = bisect_right(self._changes, at.timestamp())
        shown = self.listening.changes[change - 1] if change else None
        return play if play and at < play.ended and shown and shown.is_playing and shown.item else None

    def shown(self, play: Played) -> list[datetime]:
        """The times at which looks showed the play. Looks during an offline play show another device."""
        if play.device == "offline":
            return []
        first, last = bisect_right(self.looks, play.began.timestamp()), bisect_left(self.looks, play.ended.timestamp())
        looks = (datetime.fromtimestamp(look, UTC) for look in self.looks[first:last])
        return [look for look in looks if self._shows_something(look)]

    def _shows_something(self, at: datetime) -> bool:
        """Whether the player shows anything, which it does not after a long pause."""
        change = bisect_right(self._changes, at.timestamp())
        shown = self.listening.changes[change - 1] if change else None
        return shown is not None and shown.item is not None and (shown.is_playing or at - shown.at < IDLE)

    def uncertainty(self, play: Played) -> float:
        """The seconds between looks during the play in which something changed, so that nobody can tell when."""
        began, ended = play.began.timestamp(), play.ended.timestamp()
        first, last = bisect_right(self.looks, began) - 1, bisect_left(self.looks, ended) + 1
        between = pairwise(self.looks[max(first, 0) : last])
        return sum(until - since for since, until in between if self._has_change(since, until, ended)) + SLACK

    def _has_change(self, since: float, until: float, ended: float) -> bool:
        return since < ended <= until or bisect_right(self._changes, since) < bisect_right(self._changes, until)

    def must_be_there(self, play: Played) -> bool:
        """Whether a source reported it. A short play in `hybrid` mode may look too short to be kept."""
        told = self.told.get(play, set())
        if told - {"hybrid"}:
            return True
        long_enough = play.listened_ms / 1000 - self.uncertainty(play) >= LONG_ENOUGH
        return bool(told) and (play.is_local or long_enough)
