"""How many recommended songs were played, over all accounts, for /metrics."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from db.lists.hit_counts import keep_hits, known_hits
from people.accounts import Account
from recommend.choosing.quality import NONE, KindQuality, Quality, Tally, quality
from recommend.listening.candidates import KINDS
from recommend.nightly import cut_off, listening_day

DAYS = 90
AT_ONCE = 50  # accounts to count: more would take too long for one request; the next one counts others
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class HitsOfAll:
    """Hits by kind, and by provider and kind, over the lists of 90 dates whose seven days are over."""

    kinds: Sequence[KindQuality]
    providers: Mapping[tuple[str, str], Tally]


def hits_of_all(accounts: Sequence[Account], now: datetime) -> HitsOfAll:
    """The hits, counted once per listening day for each account, and stored for all processes; 50 accounts at once.

    Needs an open connection.
    """
    ends = {account.id: _end(account, now) for account in accounts}
    counts = {account_id: counted for account_id, counted in known_hits().items() if account_id in ends}
    due = [account_id for account_id, end in ends.items() if counts.get(account_id, (NEVER,))[0] < end]
    for account_id in due[:AT_ONCE]:
        end = ends[account_id]
        tallies = _tallies(quality(account_id, end.date() - timedelta(days=DAYS), end.date(), end))
        keep_hits(account_id, end, tallies)
        counts[account_id] = end, tallies
    return _sum([tallies for _, tallies in counts.values()])


def _end(account: Account, now: datetime) -> datetime:
    """04:00 on the account's current listening day."""
    zone = account.zones.at(now)
    return cut_off(listening_day(now, zone), zone)


def _tallies(counted: Quality) -> dict[str, list[list[object]]]:
    """The stored numbers, by account."""
    providers = ((each.provider, kind) for each in counted.providers for kind in each.kinds)
    return {
        "kinds": [[each.kind, *_pair(each.shown), *_pair(each.baseline)] for each in counted.kinds],
        "providers": [[provider, kind.kind, *_pair(kind.shown)] for provider, kind in providers],
    }


def _pair(tally: Tally) -> tuple[int, int]:
    return tally.shown, tally.hits


def _sum(kept: Iterable[Mapping[str, Any]]) -> HitsOfAll:
    kinds: dict[str, KindQuality] = {kind: KindQuality(kind, NONE, NONE) for kind in KINDS}
    providers: dict[tuple[str, str], Tally] = {}
    for tallies in kept:
        for kind, *numbers in tallies["kinds"]:
            before = kinds.get(kind, KindQuality(kind, NONE, NONE))
            shown, baseline = Tally(*numbers[:2]), Tally(*numbers[2:])
            kinds[kind] = KindQuality(kind, before.shown + shown, before.baseline + baseline)
        for provider, kind, *numbers in tallies["providers"]:
            providers[provider, kind] = providers.get((provider, kind), NONE) + Tally(*numbers)
    return HitsOfAll(tuple(kinds.values()), dict(sorted(providers.items())))
