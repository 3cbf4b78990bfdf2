"""Every play of an account again, the oldest first, for a download: nothing is held between two batches."""

from datetime import UTC, datetime

from db.engine.records import records
from insights.plays.every_play import BETTER_ELSEWHERE, COLUMNS, COUNTED, IN_ORDER, REPORTS, StoredPlay

AFTER = f"SELECT {COLUMNS}, played_at, place, play.id {REPORTS} (played_at, place, play.id) > (%s, %s, %s) AND "
LIMITED = f" {IN_ORDER} LIMIT %s"
PLAYS = f"{AFTER} {COUNTED} {LIMITED}"
OTHER_REPORTS = f"{AFTER} {BETTER_ELSEWHERE} {LIMITED}"
BATCH = 2_000
FIRST = (datetime(1, 1, 1, tzinfo=UTC), 0, 0)


class PlacedPlay(StoredPlay, frozen=True):
    """A play, and its place in the order of all."""

    played_at: datetime
    place: int
    id: int


class PlaysInTurn:
    """Each call returns the next plays, and none at the end; it needs an open connection.

    A call that raises has read nothing, so the next one reads the same batch again.
    """

    def __init__(self, account_id: int, statement: str = PLAYS) -> None:
        self._account_id, self._statement, self._place = account_id, statement, FIRST

    def __call__(self) -> list[PlacedPlay]:
        plays = records(PlacedPlay, self._statement, (self._account_id, *self._place, BATCH))
        if plays:
            self._place = (plays[-1].played_at, plays[-1].place, plays[-1].id)
        return plays
