"""Show people which of a few steps is under way: a bar on a terminal, plain lines anywhere else."""

from types import TracebackType
from typing import Any, Self, TextIO

from tqdm import tqdm

from printing import fit

LOOKS = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}"


class Steps:
    """Called with what each of `total` steps is about, as it begins; gone when the block ends."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self.stream, self.begun = stream, 0
        # tqdm is generic in what it iterates over, and this one iterates over nothing
        self.bar: Any = tqdm(total=total, file=stream, leave=False, bar_format=LOOKS) if stream.isatty() else None

    def __call__(self, step: str) -> None:
        if self.bar is None:
            self.stream.write(f"{fit(step)} …\n")
            self.stream.flush()
            return
        self.bar.set_description_str(fit(step), refresh=False)
        self.bar.update(min(self.begun, 1))  # the one before is done
        self.bar.refresh()
        self.begun += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar is not None:
            self.bar.close()
