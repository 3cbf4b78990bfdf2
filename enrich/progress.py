"""Show people how far asking services has come: a bar on a terminal, nothing anywhere else."""

import sys
from typing import Any, TextIO

from tqdm import tqdm

from printing import fit

LOOKS = "{desc}: {n_fmt} of {total_fmt} |{bar}| {elapsed}<{remaining}"


class Quiet:
    """For logs: a line at the end says enough."""

    def plan(self, questions: int) -> None:
        """Nothing is shown."""

    def asked(self, name: str) -> None:
        """Nothing is shown."""

    def close(self) -> None:
        """Nothing was shown."""


class Bar:
    """Questions asked and still to be asked, with the time left; gone when it closes."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.bar: Any = None  # tqdm is generic in what it iterates over, and this one iterates over nothing

    def plan(self, questions: int) -> None:
        if self.bar is None and questions > 0:
            self.bar = tqdm(total=0, file=self.stream, leave=False, bar_format=LOOKS, desc="Asking services")
        if self.bar is not None:
            self.bar.total += questions
            self.bar.refresh()

    def asked(self, name: str) -> None:
        if self.bar is not None:
            self.bar.set_description_str(f"Asking {fit(name)}", refresh=False)
            self.bar.update(1)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()


def progress_on(stream: TextIO = sys.stderr) -> Bar | Quiet:
    return Bar(stream) if stream.isatty() else Quiet()
