"""Collect the accounts that are due, in batches that any number of workers share, until none is due.

Each batch is claimed in one transaction and polled outside of it. If a worker is stopped, killed or too slow, other
workers may claim the rest of its batch after the lease.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from datetime import timedelta

from collect.outcomes import Report
from collect.recent import collect_account
from connect.session import Spotify
from db.collecting.schedule import Batch, claim_batch, collect_no_more, end_prolonged_waits, release
from db.collecting.shards import EVERYTHING, Shard
from db.engine.connection import DatabaseUnreachable, connected
from people.accounts import find_numbered

BATCH = 60
LEASE = timedelta(minutes=5)  # ten polls one after the other, each as slow as Spotify can be
POLLS_AT_ONCE = 6  # each holds a connection while Spotify answers: fewer than composition.CONNECTIONS
OnReport = Callable[[Report], None]


def collect_due(
    spotify: Spotify, on_report: OnReport, shard: Shard = EVERYTHING, lease: timedelta = LEASE, most: int = BATCH
) -> int:
    """Collect until no due account is left unclaimed; returns the number of accounts that were polled.

    Raises DatabaseUnreachable.
    """
    polled = 0
    with connected():
        end_prolonged_waits(spotify.now(), shard)
    while batch := _claimed(spotify, shard, lease, most):
        for report in _collected(spotify, batch):
            on_report(report)
            polled += 1
    return polled


def _claimed(spotify: Spotify, shard: Shard, lease: timedelta, most: int) -> Batch | None:
    with connected():
        batch = claim_batch(spotify.now(), lease, most, spotify.apps.client_id or "", shard)
    return batch if batch.account_ids else None


def _collected(spotify: Spotify, batch: Batch) -> Iterator[Report]:
    with _polling(spotify, batch) as polls:
        for poll in as_completed(polls):
            if report := poll.result():
                yield report


@contextmanager
def _polling(spotify: Spotify, batch: Batch) -> Iterator[dict[Future[Report | None], int]]:
    """Poll several accounts at once. If the block ends early, finish the polls that have begun and release the rest."""
    workers, polls = ThreadPoolExecutor(POLLS_AT_ONCE, "collect"), dict[Future[Report | None], int]()
    try:
        for account_id in batch.account_ids:
            polls[workers.submit(_poll, spotify, batch, account_id)] = account_id
        yield polls
    finally:
        workers.shutdown(wait=True, cancel_futures=True)
        begun = {account_id for poll, account_id in polls.items() if not poll.cancelled()}
        if left := [account_id for account_id in batch.account_ids if account_id not in begun]:
            with suppress(DatabaseUnreachable), connected():  # if this fails, others may claim them after the lease
                release(batch, left, spotify.now())


def _poll(spotify: Spotify, batch: Batch, account_id: int) -> Report | None:
    """None for an account that another worker has claimed by now, or that must not be collected."""
    if spotify.now() >= batch.until:
        return None
    with connected():
        account = find_numbered(account_id)
        if account is None or account.disabled or not account.has_tokens:
            collect_no_more(account_id, batch.claim)
            return None
    return collect_account(spotify, account, claim=batch.claim)
