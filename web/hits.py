"""How much of what was recommended here was heard, of all accounts together: told by /metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from insights.accounts import KnownAccount
from recommend.candidates import KINDS
from recommend.nightly import cut_off, listening_day
from recommend.quality import NONE, KindQuality, Quality, Tally, quality

DAYS = 90
AT_ONCE = 50  # accounts: more would let whoever asks wait; those asked about next time have their turn then
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class HitsOfAll:
    """By kind, and by provider and kind, of the lists of 90 dates whose seven days are over."""

    kinds: Sequence[KindQuality]
    providers: Mapping[tuple[str, str], Tally]


class Hits:
    """Worked out once a listening day for each account, in this process."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[datetime, Quality]] = {}

    def of_all(self, accounts: Sequence[KnownAccount], now: datetime) -> HitsOfAll:
        """Needs an open connection. After a start, the first 50 accounts only, and 50 more each time."""
        ends = {account.id: _end(account, now) for account in accounts}
        due = [account_id for account_id, end in ends.items() if self._known.get(account_id, (NEVER,))[0] < end]
        for account_id in due[:AT_ONCE]:
            end = ends[account_id]
            self._known[account_id] = end, quality(account_id, end.date() - timedelta(days=DAYS), end.date(), end)
        return _sum([self._known[account_id][1] for account_id in ends if account_id in self._known])


def _end(account: KnownAccount, now: datetime) -> datetime:
    """04:00 of the account's listening day."""
    zone = account.zones.at(now)
    return cut_off(listening_day(now, zone), zone)


def _sum(found: Sequence[Quality]) -> HitsOfAll:
    kinds: dict[str, KindQuality] = {kind: KindQuality(kind, NONE, NONE) for kind in KINDS}
    providers: dict[tuple[str, str], Tally] = {}
    for each in found:
        for kind in each.kinds:
            before = kinds[kind.kind]
            kinds[kind.kind] = KindQuality(kind.kind, before.shown + kind.shown, before.baseline + kind.baseline)
        for provider in each.providers:
            for kind in provider.kinds:
                whose = provider.provider, kind.kind
                providers[whose] = providers.get(whose, NONE) + kind.shown
    return HitsOfAll(tuple(kinds.values()), dict(sorted(providers.items())))
