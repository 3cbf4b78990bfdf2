"""Measure lists as they are shown, over blocks of fourteen nights."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import sqrt
from statistics import fmean, stdev

from benchmarks.list_quality.histories import History
from benchmarks.list_quality.listening import DAY
from benchmarks.list_quality.nights import Listed, Night, blocks, nights
from benchmarks.list_quality.tasks import TASKS, ndcg

TOMORROW, NEXT_WEEK, _ = TASKS
Figures = dict[str, float]  # by name; of a block, a listener, or several
Block = Mapping[str, Figures]  # by method
RESTED = {"rotation": 0, "rediscover": 28, "forgotten": 60}  # days without a play before a song may be of that kind
# In the order in which tables show them; those of kinds follow.
FIGURES = {
    "hits": "heard within a day, a night",
    "distinct": "different ones of them, in 14 nights",
    "surprising": "of them not heard for a week, a night",
    "week": "heard within 7 days, a night",
    "ndcg_1": "nDCG@10 tomorrow",
    "ndcg_7": "nDCG@10 next week",
    "songs": "songs a night",
    "novel": "share not heard for 28 days",
    "artists": "different artists a night",
    "again": "share shown the night before, too",
}


def measured_block(history: History, start: float) -> Block:
    of_block = list(nights(history, start))
    return {method: _figures(history, of_block, method) for method in of_block[0].lists}


def block_starts(history: History) -> list[float]:
    return blocks(history)


def _figures(history: History, of_block: Sequence[Night], method: str) -> Figures:
    lists = [(night, night.lists[method]) for night in of_block]
    hits = [[each.song for each in listed if each.song in night.heard_within[1]] for night, listed in lists]
    figures = {
        "hits": fmean(map(len, hits)),
        "distinct": float(len({song for songs in hits for song in songs})),
        "surprising": fmean(
            sum(night.last.get(song, 0) < night.cut - 7 * DAY for song in songs)
            for (night, _), songs in zip(lists, hits, strict=True)
        ),
        "week": fmean(sum(each.song in night.heard_within[7] for each in listed) for night, listed in lists),
        "songs": fmean(len(listed) for _, listed in lists),
        "novel": _share(lists, lambda night, each: night.last.get(each.song, 0) < night.cut - 28 * DAY),
        "artists": fmean(len({history.songs[each.song].artist for each in listed}) for _, listed in lists),
        "again": fmean(
            _part(each.song in {one.song for one in before} for each in listed)
            for (_, before), (_, listed) in pairwise(lists)
        ),
    }
    return figures | _gains(lists) | _of_kinds(lists)


def _gains(lists: Iterable[tuple[Night, Sequence[Listed]]]) -> Figures:
    """nDCG of the list as it is shown, on the nights that the task of that name would not leave out."""
    found: dict[str, list[float]] = defaultdict(list)
    for night, listed in lists:
        for task in (TOMORROW, NEXT_WEEK):
            window = [play for play in night.after if play.at < night.cut + task.days * DAY]
            right = {play.song for play in window if play.song in night.last}
            if len(window) >= task.least_plays and right:
                found[f"ndcg_{task.days}"].append(ndcg([each.song for each in listed], right, task.at))
    return {name: fmean(values) for name, values in found.items()}


def _of_kinds(lists: Sequence[tuple[Night, Sequence[Listed]]]) -> Figures:
    """For each kind: its places a night, the shares of them that are heard within 1, 7 and 28 days, and nDCG among the
    songs that may be of this kind.
    """
    figures: Figures = {}
    for kind in {each.kind for _, listed in lists for each in listed}:
        of_kind = [(night, [each for each in listed if each.kind == kind]) for night, listed in lists]
        figures[f"{kind}: songs a night"] = fmean(len(listed) for _, listed in of_kind)
        for days in (1, 7, 28):
            figures[f"{kind}: share heard within {days} d"] = _share(of_kind, partial(_heard_within, days))
        if kind in RESTED:
            gains = [gain for night, listed in of_kind if (gain := _gain_of_kind(night, listed, kind)) is not None]
            figures |= {f"{kind}: nDCG@10 next week": fmean(gains)} if gains else {}
    return figures


def _gain_of_kind(night: Night, listed: Sequence[Listed], kind: str) -> float | None:
    since = night.cut - RESTED[kind] * DAY
    right = {song for song in night.heard_within[7] if song in night.last and night.last[song] < since}
    return ndcg([each.song for each in listed], right, 10) if right else None


def _heard_within(days: int, night: Night, each: Listed) -> bool:
    return each.song in night.heard_within[days]


def _share(
    lists: Iterable[tuple[Night, Sequence[Listed]]], fits: Callable[[Night, Listed], bool]
) -> float:  # fmt: skip
    return _part(fits(night, each) for night, listed in lists for each in listed)


def _part(outcomes: Iterable[bool]) -> float:
    several = list(outcomes)
    return sum(several) / len(several) if several else 0.0


@dataclass(frozen=True)
class Shown:
    """The figures of each listener (the means over their blocks), by method."""

    listeners: Sequence[Mapping[str, Figures]]

    @classmethod
    def of(cls, listeners: Sequence[Sequence[Block]]) -> "Shown":
        return cls([{method: _mean([block[method] for block in each]) for method in each[0]} for each in listeners])

    def mean_and_error(self, method: str, figure: str) -> tuple[float, float] | None:
        """Over the listeners who have it; the error is that of the mean between listeners."""
        values = [each[method][figure] for each in self.listeners if figure in each[method]]
        if not values:
            return None
        return fmean(values), stdev(values) / sqrt(len(values)) if len(values) > 1 else 0.0


def _mean(several: Sequence[Figures]) -> Figures:
    names = dict.fromkeys(name for figures in several for name in figures)
    return {name: fmean(figures[name] for figures in several if name in figures) for name in names}


def shown_table(title: str, shown: Shown) -> Iterator[str]:
    methods = list(shown.listeners[0])
    count = len(shown.listeners)
    yield f"\n{title}: {count} listener{'' if count == 1 else 's'}"
    yield f"  {'':40}" + "".join(f"{method:>17}" for method in methods)
    of_kinds = sorted({name for each in shown.listeners for name in each["ours"] if name not in FIGURES})
    for name in (*FIGURES, *of_kinds):
        cells = [shown.mean_and_error(method, name) for method in methods]
        written = "".join(f"{f'{cell[0]:.3f} ± {cell[1]:.3f}' if cell else '':>17}" for cell in cells)
        yield f"  {FIGURES.get(name, name):40}{written}"
