"""The simulated accounts: how each listens, and how its plays are collected."""

from dataclasses import dataclass

from db.people.scan_modes import ScanMode

PLAYS_A_SESSION = 6


@dataclass(frozen=True)
class Habits:
    """`players` submit plays as well; `changes` and `pauses` are of collecting; `exports` are imported at the end."""

    label: str
    mode: ScanMode
    sessions_a_day: float = 1.2
    players: int = 0
    changes: bool = False
    pauses: bool = False
    exports: bool = False


# Five accounts share the app and the quota of a developer, as many as Spotify allows.
DEVELOPERS: tuple[tuple[Habits, ...], ...] = (
    (
        Habits("recent", "recent"),
        Habits("hybrid", "hybrid"),
        Habits("live", "live"),
        Habits("live, submitting", "live", players=1),
        Habits("hybrid, exports", "hybrid", exports=True),
    ),
    (
        Habits("recent, submitting", "recent", players=2),
        Habits("changing", "recent", changes=True),
        Habits("live, pausing", "live", pauses=True),
        Habits("hybrid, submitting", "hybrid", players=2),
        Habits("recent, exports", "recent", exports=True),
    ),
    (
        Habits("recent", "recent", 3),
        Habits("hybrid", "hybrid", 3),
        Habits("live", "live", 3),
        Habits("changing", "live", 1, changes=True),
        Habits("live, exports", "live", 1, exports=True),
    ),
    (
        Habits("recent", "recent", 0.5),
        Habits("hybrid, pausing", "hybrid", pauses=True),
        Habits("live", "live", 0.5),
        Habits("recent, pausing", "recent", pauses=True),
        Habits("changing", "hybrid", 1, players=1, changes=True, pauses=True, exports=True),
    ),
)
