"""The state of every account, for administrators: nothing about what anybody listens to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from db.engine.each_account import records_of_accounts
from db.plays.open_gaps import stored_open_gaps
from insights.plays.counts import counts
from insights.plays.gaps import gaps
from people.accounts import Account, all_accounts
from people.last_collected import last_collected

LAST_RUNS = """
    SELECT account.id AS account_id, account.reconnect_reason AS why_ended, run.collector, run.started_at,
           run.finished_at, run.outcome
    FROM account LEFT JOIN LATERAL (
        SELECT collector, started_at, finished_at, outcome FROM collection_run
        WHERE account_id = {account} ORDER BY started_at DESC, id DESC LIMIT 1
    ) run ON true
    WHERE account.id = {account}
"""


class RunRecord(Struct, frozen=True):
    """`why_ended` is about the account's consent; the others are None if the account has no run."""

    account_id: int
    why_ended: str | None
    collector: str | None
    started_at: datetime | None
    finished_at: datetime | None
    outcome: str | None

    def last_run(self) -> "LastRun | None":
        if self.collector is None or self.started_at is None or self.outcome is None:
            return None
        return LastRun(self.collector, self.started_at, self.finished_at, self.outcome)


@dataclass(frozen=True, slots=True)
class LastRun:
    """The newest run of a collector; `finished_at` is None while `outcome` is "running"."""

    collector: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Health:
    """`why_ended` is the reason for which consent is needed again, or None; `last_collected_at` is the last success.

    `open_gaps` counts the times for which plays are probably missing, or that nothing covers; `plays` counts music
    only.
    """

    account: Account
    why_ended: str | None
    last_run: LastRun | None
    last_collected_at: datetime | None
    open_gaps: int
    plays: int


def health_of_all(now: datetime) -> list[Health]:
    """The state of every account, by name; a few queries for all of them, and five for each."""
    return _health(now, {})


def health_at_last_count(now: datetime) -> list[Health]:
    """The same with the gaps that were counted last, at most an hour ago if the programs that collect are running; a
    few queries for all accounts, and five for each that was never counted.
    """
    return _health(now, stored_open_gaps())


def open_gaps(account_id: int, now: datetime) -> int:
    """How many there are now; five queries."""
    return sum(gap.closed_by is None for gap in gaps(account_id, now))


def _health(now: datetime, counted_gaps: Mapping[int, int]) -> list[Health]:
    accounts = all_accounts()
    ids = [account.id for account in accounts]
    runs, collected, counted = _last_runs(ids), last_collected(ids), counts(ids)
    return [
        Health(
            account,
            *runs.get(account.id, (None, None)),
            collected.get(account.id),
            counted_gaps[account.id] if account.id in counted_gaps else open_gaps(account.id, now),
            counted[account.id].plays,
        )
        for account in accounts
    ]


def _last_runs(account_ids: Sequence[int]) -> dict[int, tuple[str | None, LastRun | None]]:
    """The reason for which consent has ended, and the last run, by account id."""
    runs = records_of_accounts(RunRecord, LAST_RUNS, account_ids)
    return {run.account_id: (run.why_ended, run.last_run()) for run in runs}
