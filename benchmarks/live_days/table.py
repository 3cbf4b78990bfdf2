"""The table of what was stored, by mode."""

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.live_days.comparing import Compared, compare
from benchmarks.live_days.days import Life
from connect.call_budget import LIVE_CALLS_A_DAY

HEAD = (
    "mode", "days", "plays", "told", "stored", "lost", "doubled", "halves", "leaked", "wrong by s, median/99 %/most",
    "too wrong", "local", "seen", "stored", "live calls a day (most)", "polls (most)",
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


def summary(found: Sequence[Line]) -> str:
    """What went wrong, in one line."""
    fields = ("lost", "doubled", "halves", "wrong", "leaked")
    wrong = {field: sum(len(getattr(line.compared, field)) for line in found) for field in fields}
    days, different = sum(line.days for line in found), sum(line.different for line in found)
    bad = ", ".join(line.label for line in found if not line.is_good)
    counts = ", ".join(f"{number} {field}" for field, number in {**wrong, "different": different}.items())
    return f"{days} days, {counts}" + (f" ({bad})" if bad else "")


def table(found: Sequence[Line]) -> str:
    """One row for each mode."""
    labels = dict.fromkeys(line.label for line in found)
    rows = [HEAD, *(tuple(_cells([line for line in found if line.label == label])) for label in labels)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    most = max(line.developer_calls for line in found)
    return "\n".join([*text, f"Live calls of a developer on a day: at most {most} of {LIVE_CALLS_A_DAY}"])


def _cells(some: Sequence[Line]) -> Iterator[str]:
    all_compared, days = [line.compared for line in some], sum(line.days for line in some)
    label, errors = some[0].label, [error for compared in all_compared for error in compared.errors]
    yield from (label, f"{days:,}")
    for field in ("plays", "told", "stored", "lost", "doubled", "halves", "leaked"):
        yield f"{sum(_count(getattr(compared, field)) for compared in all_compared):,}"
    yield f"{_share(errors, 50):.1f}/{_share(errors, 99):.0f}/{max(errors, default=0):.0f}"
    yield str(sum(len(compared.wrong) for compared in all_compared))
    for field in ("local", "local_seen", "local_stored"):
        yield f"{sum(getattr(compared, field) for compared in all_compared):,}"
    for kind in ("live", "recent"):
        calls = [number for line in some for day, number in line.calls.items() if day.startswith(f"{kind} ")]
        yield f"{sum(calls) / days:.0f} ({max(calls, default=0)})"


def _count(some: Sequence[object] | int) -> int:
    return some if isinstance(some, int) else len(some)
