"""Show the progress of a long task: a bar with the time left at a terminal, and lines anywhere else."""

import logging
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TextIO

from tqdm import tqdm

import logs
from printing import fit

log = logging.getLogger(__name__)
LOOKS = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}{postfix}"
LINE_EVERY = 5.0  # seconds between lines of one phase


class Progress:
    """Call it with a phase, how much of what total is done, and a detail. The bar disappears when the block ends.

    Where there is no bar, a phase gets a line when it begins, if nothing is done yet, and then one every few seconds.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self._display: _Bar | _Lines = _Bar(stream) if stream.isatty() else _Lines(stream)

    def __call__(self, phase: str, done: float, total: float, detail: str = "") -> None:
        self._display.show(fit(phase), done, total, fit(detail))

    def begin(self, phase: str, done: float, total: float) -> None:
        """Begin a phase of which so much is done already; where there is no bar, this writes a line in any case."""
        self._display.begin(fit(phase), done, total)

    def close(self) -> None:
        """Remove the bar before something is printed; the next call draws it again."""
        self._display.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Steps:
    """Call it with the name of each of `total` steps, as it begins."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self.total, self.begun, self.progress = total, 0, Progress(stream)

    def __call__(self, step: str) -> None:
        self.progress.begin(step, self.begun, self.total)
        self.begun += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.progress.close()


def share_of(progress: Progress, phase: str) -> Callable[[float], None]:
    """A function that shows which share of the phase is done, from 0 to 1."""
    return lambda share: progress(phase, share, 1.0)


class _Bar:
    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.bar: Any = None  # tqdm is generic in what it iterates over, and this one iterates over nothing
        self.phase = ""

    def show(self, phase: str, done: float, total: float, detail: str) -> None:
        if self.bar is None or phase != self.phase:
            self.begin(phase, done, total)
        self.bar.total = total
        self.bar.set_postfix_str(detail, refresh=False)
        self.bar.update(done - self.bar.n)

    def begin(self, phase: str, done: float, total: float) -> None:
        self.close()
        self.phase = phase
        self.bar = tqdm(total=total, initial=done, desc=phase, file=self.stream, leave=False, bar_format=LOOKS)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()
            self.bar = None


class _Lines:
    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.phase, self.began, self.shown = "", 0.0, 0.0

    def show(self, phase: str, done: float, total: float, detail: str) -> None:
        now = time.monotonic()
        if phase != self.phase and not done:
            self.begin(phase, done, total)
        elif phase != self.phase:
            self.phase, self.began, self.shown = phase, now, now
        elif done and now - self.shown >= LINE_EVERY:
            self.shown = now
            left = (now - self.began) * max(total - done, 0) / done
            self._write(f"{phase}: {detail}{', ' if detail else ''}{100 * done / total:.0f} %, about {left:.0f} s left")

    def begin(self, phase: str, _done: float, _total: float) -> None:
        self.phase, self.began, self.shown = phase, time.monotonic(), time.monotonic()
        self._write(f"{phase} …")

    def _write(self, line: str) -> None:
        if logs.is_json():  # readers of the stream expect only JSON then
            log.info("%s", line)
            return
        self.stream.write(f"{line}\n")
        self.stream.flush()

    def close(self) -> None:
        """Nothing to remove: lines stay."""
