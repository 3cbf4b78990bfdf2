"""Count the lookups that are planned and made, and report the progress."""

from collections.abc import Callable

OnProgress = Callable[[str, float, float, str], None]  # the phase, how much is done, of which total, and a detail
PHASE = "Looking up music"


def ignore_progress(_phase: str, _done: float, _total: float, _detail: str) -> None:
    """For a run that shows no progress."""


class LookupProgress:
    """Reports nothing before a lookup is planned."""

    def __init__(self, on_progress: OnProgress = ignore_progress) -> None:
        self.on_progress = on_progress
        self.planned = self.answered = 0

    def plan(self, lookups: int) -> None:
        """Add lookups; a negative number removes some."""
        self.planned += lookups
        self._report("")

    def answered_by(self, name: str) -> None:
        """Count a lookup that the service of this name has answered."""
        self.answered += 1
        self._report(name)

    def _report(self, name: str) -> None:
        if self.planned > 0:
            self.on_progress(PHASE, self.answered, self.planned, name)
