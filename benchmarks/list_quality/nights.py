"""Make lists night after night as the nightly run does, without any service: each knows what was shown before it."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from math import ceil

from benchmarks.list_quality.histories import Heard, History
from benchmarks.list_quality.listening import DAY, context_at
from benchmarks.list_quality.tasks import FOUR, TESTED, Seen, best
from db.lists.recommendations import Item
from recommend.choosing.engine import Wishes, make_list
from recommend.listening.context import Context
from recommend.registry import PROVIDERS

NIGHTS, BLOCKS, AFTER = 14, 3, 28  # nights of a block, blocks of a history, days after the last night
PLACES = 30
SIMPLE = {"decay 3 d": 3, "decay 7 d": 7, "decay 14 d": 14}


@dataclass(frozen=True)
class Listed:
    """A song of a list, by its number in the history."""

    song: int
    kind: str


@dataclass(frozen=True)
class Night:
    """The lists of a night by method: ours, and simple ones that show the same again. `last` is when each song was last
    heard before, and `after` are the plays of the next AFTER days, both in seconds.
    """

    cut: float
    lists: Mapping[str, Sequence[Listed]]
    last: Mapping[int, float]
    after: Sequence[Heard]

    @cached_property
    def heard_within(self) -> Mapping[int, set[int]]:
        """The songs heard within 1, 7 and 28 days."""
        return {days: {play.song for play in self.after if play.at < self.cut + days * DAY} for days in (1, 7, AFTER)}


def blocks(history: History) -> list[float]:
    """The first nights of blocks, spread over the last quarter of a history; fewer if it is too short for all."""
    first, last = history.plays[0].at, history.plays[-1].at
    begins = first + (1 - TESTED) * (last - first)
    room = max(0.0, last - (NIGHTS + 7) * DAY - begins)
    count = min(BLOCKS, 1 + int(room / (NIGHTS * DAY)))
    starts = [begins + room * number / max(1, count - 1) for number in range(count)]
    return [ceil((start - FOUR) / DAY) * DAY + FOUR for start in starts]


def nights(history: History, start: float) -> Iterator[Night]:
    """The nights of the block that begins at `start`."""
    heard = [play for play in history.plays if play.heard]
    numbers = {names.key: number for number, names in enumerate(history.songs)}
    shown: dict[str, list[date]] = defaultdict(list)
    seen, done = Seen(), 0
    for cut in (start + night * DAY for night in range(NIGHTS)):
        end = bisect_left(heard, cut, key=lambda play: play.at)
        seen.add(heard[done:end])
        done = end
        context = replace(context_at(history, datetime.fromtimestamp(cut, UTC)), shown=shown)
        items = _list(context)
        for item in items:
            shown[item.key].append(context.date)
        ours = [Listed(numbers[item.key], item.kind) for item in items if item.key in numbers]
        until = bisect_left(heard, cut + AFTER * DAY, key=lambda play: play.at)
        yield Night(cut, {"ours": ours} | _simple(seen), dict(seen.last), heard[end:until])


def _list(context: Context) -> Sequence[Item]:
    return make_list(context, Wishes(), {}, PROVIDERS).items


def _simple(seen: Seen) -> dict[str, list[Listed]]:
    return {
        name: [Listed(song, "rotation") for song in best(seen.decays[days], seen, PLACES)]
        for name, days in SIMPLE.items()
    }
