"""How many gaps of each account are open, for programs that ask about all accounts every minute."""

from collections.abc import Sequence
from datetime import UTC, datetime

from insights.plays.gaps import gaps

AT_ONCE = 50  # accounts: the gaps of one take five queries, and ten thousand accounts would take a minute
NEVER = datetime.min.replace(tzinfo=UTC)


def count_open(account_id: int, now: datetime) -> int:
    return sum(gap.closed_by is None for gap in gaps(account_id, now))


class OpenGaps:
    """Counts the gaps of 50 accounts at a time, those first whose turn is longest ago, and remembers the others'."""

    def __init__(self) -> None:
        self._counted: dict[int, tuple[datetime, int]] = {}

    def of(self, account_ids: Sequence[int], now: datetime) -> dict[int, int]:
        """By account, without those whose first turn is still to come. Needs an open connection."""
        counted = {each: self._counted[each] for each in account_ids if each in self._counted}
        by_turn = sorted(account_ids, key=lambda account_id: counted.get(account_id, (NEVER, 0))[0])
        counted |= {account_id: (now, count_open(account_id, now)) for account_id in by_turn[:AT_ONCE]}
        self._counted = counted
        return {account_id: number for account_id, (_, number) in counted.items()}
