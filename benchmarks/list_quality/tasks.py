"""The offline protocol: rolling cut-offs over one history, and the predictions of each method at each of them.

Cut-offs are at 04:00 UTC in the last quarter of a history: every day for tomorrow, every 7 days for next week, every 28
days for forgotten songs. A method ranks songs played before the cut-off; a song is a hit if it is played within the
window. Windows of fewer than 5 plays (tomorrow) or 10, or without a possible hit, are left out.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from heapq import nlargest
from math import ceil, log2

from benchmarks.list_quality.histories import Heard, History
from benchmarks.list_quality.listening import DAY, context_at
from recommend.choosing.fusion import SMOOTHING
from recommend.providers import forgotten, rotation

TESTED = 0.25  # the last share of a history
FOUR = 4 * 3600
DEEP = 50
UNHEARD = forgotten.UNHEARD_FOR.total_seconds()
Ranked = Sequence[int]  # songs by their number in the history, best first


@dataclass(frozen=True)
class Task:
    """`days`: how long the window after a cut-off is, and how far apart they are; `at` is the k of nDCG@k."""

    name: str
    title: str
    days: int
    at: int
    least_plays: int
    methods: Sequence[str]
    ours: str


SIMPLE = ("play count", "last played", "plays of 30 days")
TASKS = (
    Task("tomorrow", "tomorrow", 1, 10, 5,
         (*SIMPLE, "decay 3 d", "decay 7 d", "ACT-R 0.8", "tomorrow", "as listed"), "tomorrow"),
    Task("next_week", "next week", 7, 10, 10,
         (*SIMPLE, "decay 7 d", "decay 14 d", "RRF of decays 3, 14, 90 d", "next week", "as listed"), "next week"),
    Task("forgotten", "forgotten, back within 28 days", 28, 20, 10,
         ("play count", "decay 90 d", "decay 180 d", "ACT-R 0.8", "forgotten"), "forgotten"),
)  # fmt: skip


@dataclass(frozen=True)
class Score:
    """The score of a method at one cut-off."""

    ndcg: float
    recall: float  # within the first DEEP


def cut_offs(history: History, task: Task) -> list[float]:
    first, last = history.plays[0].at, history.plays[-1].at
    begins = ceil((first + (1 - TESTED) * (last - first) - FOUR) / DAY) * DAY + FOUR
    return [begins + step * task.days * DAY for step in range(max(0, ceil((last - begins) / (task.days * DAY))))]


def measured(history: History, task: Task, cuts: Sequence[float]) -> Iterator[Mapping[str, Score] | None]:
    """The scores of each method at each of these cut-offs, in order; None for one that is left out."""
    heard = [play for play in history.plays if play.heard]
    first = _first_heard(heard)
    seen = Seen()
    done = 0
    for cut in cuts:
        end = bisect_left(heard, cut, key=lambda play: play.at)
        seen.add(heard[done:end])
        done = end
        window = heard[end : bisect_left(heard, cut + task.days * DAY, key=lambda play: play.at)]
        right = {play.song for play in window if first[play.song] < cut}
        if task.name == "forgotten":
            right = {song for song in right if seen.last[song] < cut - UNHEARD}
        if len(window) < task.least_plays or not right:
            yield None
            continue
        rankings = _rankings(history, task, seen, heard[:end], cut)
        yield {name: Score(ndcg(ranked, right, task.at), recall(ranked, right)) for name, ranked in rankings.items()}


def _first_heard(heard: Sequence[Heard]) -> Mapping[int, float]:
    first: dict[int, float] = {}
    for play in heard:
        first.setdefault(play.song, play.at)
    return first


def ndcg(ranked: Ranked, right: set[int], at: int) -> float:
    gain = sum(1 / log2(place + 2) for place, song in enumerate(ranked[:at]) if song in right)
    return gain / sum(1 / log2(place + 2) for place in range(min(at, len(right))))


def recall(ranked: Ranked, right: set[int]) -> float:
    return len(right & set(ranked[:DEEP])) / len(right)


class Seen:
    """Counts for simple methods. Newer plays get exponentially larger weights, so nothing is computed again."""

    def __init__(self) -> None:
        self.count: dict[int, float] = defaultdict(float)
        self.last: dict[int, float] = {}
        self.decays: dict[int, dict[int, float]] = {days: defaultdict(float) for days in (3, 7, 14, 90, 180)}
        self._from = 0.0

    def add(self, plays: Sequence[Heard]) -> None:
        for play in plays:
            self._count_from(play.at)
            self.count[play.song] += 1
            self.last[play.song] = play.at
            for days, scores in self.decays.items():
                scores[play.song] += 2 ** ((play.at - self._from) / (days * DAY))

    def _count_from(self, at: float) -> None:
        """Rescales before the fastest growing weight becomes too large."""
        if at - self._from < 1000 * DAY:
            return
        for days, scores in self.decays.items():
            shrunk = 2 ** max(-((at - self._from) / (days * DAY)), -1000) if self._from else 0.0
            for song in scores:
                scores[song] *= shrunk
        self._from = at


def _rankings(history: History, task: Task, seen: Seen, heard: Sequence[Heard], cut: float) -> dict[str, Ranked]:
    """The songs so far, or the forgotten ones."""
    ranked = partial(best, seen=seen)
    if task.name == "forgotten":
        ranked = partial(ranked, of={song for song, last in seen.last.items() if last < cut - UNHEARD})
    ways: Mapping[str, Callable[[], Ranked]] = {
        "play count": lambda: ranked(seen.count),
        "last played": lambda: ranked(seen.last),
        "plays of 30 days": lambda: ranked(_since(heard, cut - 30 * DAY)),
        "ACT-R 0.8": lambda: ranked(_act_r(heard, cut)),
        "RRF of decays 3, 14, 90 d": lambda: _fused(*(ranked(seen.decays[days], most=1000) for days in (3, 14, 90))),
    } | {f"decay {days} d": partial(ranked, scores) for days, scores in seen.decays.items()}
    return {name: way() for name, way in ways.items() if name in task.methods} | _ours(history, task, cut)


def _ours(history: History, task: Task, cut: float) -> dict[str, Ranked]:
    """The ranking of the engine for that day."""
    numbers = {names.key: number for number, names in enumerate(history.songs)}
    context = context_at(history, datetime.fromtimestamp(cut, UTC), lately=task.name != "forgotten")
    if task.name == "forgotten":
        return {"forgotten": [numbers[each.key] for each in forgotten.candidates(context, DEEP)]}
    ranking = rotation.tomorrow(context) if task.name == "tomorrow" else rotation.next_week(context)
    return {
        task.ours: [numbers[song.key] for song in ranking[:DEEP]],
        "as listed": [numbers[each.key] for each in rotation.candidates(context, DEEP)],
    }


def best(scores: Mapping[int, float], seen: Seen, most: int = DEEP, of: Set[int] | None = None) -> Ranked:
    """Ties are ordered by the latest play; `of`: only these songs."""
    if of is not None:
        scores = {song: scores[song] for song in of}
    least = min(nlargest(most, scores.values()), default=0.0)  # much faster than with a key for each of them
    best = [song for song, score in scores.items() if score >= least]
    return sorted(best, key=lambda song: (-scores[song], -seen.last[song]))[:most]


def _since(heard: Sequence[Heard], start: float) -> Mapping[int, float]:
    counts: dict[int, float] = defaultdict(float)
    for play in heard[bisect_left(heard, start, key=lambda play: play.at) :]:
        counts[play.song] += 1
    return counts


def _act_r(heard: Sequence[Heard], cut: float) -> Mapping[int, float]:
    scores: dict[int, float] = defaultdict(float)
    for play in heard:
        scores[play.song] += (cut - play.at + 1) ** -0.8
    return scores


def _fused(*rankings: Ranked) -> Ranked:
    scores: dict[int, float] = defaultdict(float)
    for ranked in rankings:
        for rank, song in enumerate(ranked, 1):
            scores[song] += 1 / (SMOOTHING["deeper"] + rank)
    return nlargest(DEEP, scores, key=lambda song: scores[song])
