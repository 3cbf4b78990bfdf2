"""Count what an import has read and stored, and report it."""

from collections.abc import Callable

OnProgress = Callable[[str, float, float, str], None]  # the phase, how much is done, of which total, and a detail


class ImportProgress:
    """Counts bytes, rows and plays while reading, and then the share that is stored."""

    stored_share = 0.0

    def __init__(self, on_progress: OnProgress) -> None:
        self.on_progress = on_progress
        self.read = self.total = self.rows = self.plays = 0

    def start(self, total_bytes: int) -> None:
        self.total = total_bytes

    def advance(self, read_bytes: int, rows: int, plays: int) -> None:
        self.read, self.rows, self.plays = self.read + read_bytes, self.rows + rows, self.plays + plays
        if self.read:
            detail = f"{self.rows:,} rows, {self.plays:,} plays"
            self.on_progress("Reading", self.read, max(self.total, self.read), detail)

    def storing(self) -> None:
        self.stored(0.0)

    def stored(self, share: float) -> None:
        self.stored_share = share
        self.on_progress(f"Storing {self.plays:,} plays", share, 1.0, "")

    @property
    def share(self) -> float:
        """How much of everything is done, from 0 to 1: reading and storing are about half of the work each."""
        return (self.read / max(self.total, self.read, 1) + self.stored_share) / 2
