"""Count the questions to services that are planned and answered, and report them."""

from collections.abc import Callable

OnProgress = Callable[[str, float, float, str], None]  # a phase, how much of which total is done, a detail
PHASE = "Asking services"


def ignore_progress(_phase: str, _done: float, _total: float, _detail: str) -> None:
    """For runs that nobody watches."""


class QuestionProgress:
    """Nothing is reported before anything is planned."""

    def __init__(self, on_progress: OnProgress = ignore_progress) -> None:
        self.on_progress = on_progress
        self.planned = self.answered = 0

    def plan(self, questions: int) -> None:
        """So many more are to be asked; fewer if it is negative."""
        self.planned += questions
        self._report("")

    def asked(self, name: str) -> None:
        """A service has answered one of them."""
        self.answered += 1
        self._report(name)

    def _report(self, name: str) -> None:
        if self.planned > 0:
            self.on_progress(PHASE, self.answered, self.planned, name)
