"""End the play that was being heard when the listener paused collecting: what follows is another play."""

from collections.abc import Sequence

from collect.live.hearing import Heard, Watched, end
from db.people.scan_modes import Pause


def end_at_pause(watched: Watched, pauses: Sequence[Pause]) -> tuple[Watched, list[Heard]]:
    """What is being heard after the pauses since the latest poll, and the play that they ended."""
    hearing = watched.hearing
    since = [pause for pause in pauses if hearing is not None and pause.until > hearing.seen_at]
    if hearing is None or not since:
        return watched, []
    return Watched(since[-1].until), end(hearing, max(since[0].since, hearing.seen_at))
