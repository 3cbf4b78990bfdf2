"""The table of what was stored, by mode."""

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.live_days.comparing import Compared, compare
from benchmarks.live_days.days import Life
from connect.call_budget import LIVE_CALLS_A_DAY

HEAD = (
    "mode", "days", "plays", "told", "lost", "doubled", "halves", "leaked", "ms median/99 %/wrong", "local seen/stored/of",
    "live calls", "polls", "broken", "differ",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One account; `developer_calls` are the most live calls that all accounts of its developer made on a day."""

    label: str
    days: int
    compared: Compared
    calls: Counter[str]
    developer_calls: int
    breaks: int
    different: int

    @property
    def is_good(self) -> bool:
        wrong = self.compared.lost or self.compared.doubled or self.compared.wrong or self.compared.leaked
        return not wrong and self.developer_calls <= LIVE_CALLS_A_DAY and not self.different

    def cells(self) -> Iterator[str]:
        compared = self.compared
        yield from (self.label, f"{self.days:,}")
        yield from (f"{number:,}" for number in (compared.plays, compared.told))
        yield from (str(len(some)) for some in (compared.lost, compared.doubled, compared.halves, compared.leaked))
        yield f"{_share(compared.errors, 50):.1f}/{_share(compared.errors, 99):.0f} s/{len(compared.wrong)}"
        yield f"{compared.local_seen}/{compared.local_stored}/{compared.local}"
        for kind in ("live", "recent"):
            calls = [number for day, number in self.calls.items() if day.startswith(f"{kind} ")]
            yield f"{sum(calls) / self.days:.0f} (most {max(calls, default=0)})"
        yield from (str(self.breaks), str(self.different))


def _share(numbers: Sequence[float], percent: int) -> float:
    return statistics.quantiles(numbers, n=100, method="inclusive")[percent - 1] if len(numbers) > 1 else 0.0


def lines(lives: Sequence[Life]) -> list[Line]:
    together: Counter[str] = Counter()
    for life in lives:
        together.update({day: number for day, number in life.truth.calls.items() if day.startswith("live ")})
    most = max(together.values(), default=0)
    return [
        Line(
            life.listening.habits.label, life.listening.days, compare(life), life.truth.calls, most,
            life.instance.breaks, life.collecting.different,
        )
        for life in lives
    ]  # fmt: skip


def table(found: Sequence[Line]) -> str:
    rows = [HEAD, *(tuple(line.cells()) for line in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    most = max(line.developer_calls for line in found)
    return "\n".join([*text, f"A developer's live calls a day: at most {most} of {LIVE_CALLS_A_DAY}"])
