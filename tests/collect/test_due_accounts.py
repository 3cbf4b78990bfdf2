"""The queue of accounts that are due: how workers share it, and when an account comes next."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from collect.due_accounts import LEASE, collect_due
from collect.dueness import ACTIVE, IDLE
from collect.outcomes import Report
from collect.recent import collect_account, collect_recent
from db.collecting.live import due_accounts
from db.collecting.quota import StoredQuota
from db.collecting.schedule import PROLONGED, claim_batch
from db.collecting.shards import EVERYTHING, Shard
from db.engine.connection import connected, row, rows
from db.people.account_status import disable_account, enable_account
from db.people.apps import add_app, use_app
from db.people.scan_modes import pause, resume
from demo.fake_wire import json_answer, refusal
from people.accounts import account_named
from tests.collect.crowds import add_crowd, some_plays
from tests.fake import NOON, TRACKS, World, play, world
from tests.looked_at import work

pytestmark = pytest.mark.programs

STORED = (
    "SELECT username, count(*), count(DISTINCT played_at) FROM play JOIN account ON account.id = account_id GROUP BY 1"
)
MANY_SCHEDULED = """
    WITH made AS (INSERT INTO account (username) SELECT 'listener' || n FROM generate_series(1, 3000) n RETURNING id)
    INSERT INTO collection_schedule (account_id, due_at, decided_at)
    SELECT id, %(now)s::timestamptz + interval '20 minutes', %(now)s FROM made RETURNING 1
"""
MINUTE = timedelta(minutes=1)


@pytest.fixture
def here(database_url: str) -> World:
    return world()


def crowd(here: World, size: int, plays: int = 3) -> list[str]:
    with connected():
        return add_crowd(here.fake, here.spotify.cipher, size, some_plays(TRACKS, NOON, plays), NOON)


def polled(here: World, shard: Shard = EVERYTHING) -> set[str]:
    """The names of the accounts that a worker polls until nothing is due."""
    reports: list[Report] = []
    collect_due(here.spotify, reports.append, shard)
    assert len({report.username for report in reports}) == len(reports)
    return {report.username for report in reports}


def connect(here: World, name: str = "listener") -> int:
    with connected():
        account_id = rows("INSERT INTO account (username) VALUES (%s) RETURNING id", name)[0][0]
        rows("INSERT INTO account_time_zone (account_id, time_zone) VALUES (%s, 'UTC') RETURNING 1", account_id)
    here.fake.add_listener(name)
    here.connect(name)
    return int(account_id)


def due_after(here: World) -> timedelta:
    """From now until the only account is due, to the minute."""
    begun, interval = here.clock.now, timedelta()
    while not polled(here):
        here.clock.forward(minutes=1)
        interval += MINUTE
        assert interval < timedelta(days=3)
    assert here.clock.now == begun + interval
    return interval


def test_every_due_account_is_collected_once_and_then_none_is_due(here: World) -> None:
    names = crowd(here, 70)
    assert polled(here) == set(names)
    assert polled(here) == set()
    with connected():
        assert sorted(rows(STORED)) == sorted((name, 3, 3) for name in names)


def test_an_account_that_was_just_connected_comes_before_all_others(here: World) -> None:
    crowd(here, 20)
    new = connect(here)
    with connected():
        assert claim_batch(here.clock.now, LEASE, 1).account_ids == [new]


def test_shards_divide_the_accounts(here: World) -> None:
    names = crowd(here, 40)
    parts = [polled(here, Shard(index, 3)) for index in range(3)]
    assert sorted(name for part in parts for name in part) == sorted(names)
    assert min(map(len, parts)) >= 13


def test_shards_divide_live_collecting(here: World) -> None:
    crowd(here, 9)
    with connected():
        rows("UPDATE account SET scan_mode = 'live' RETURNING 1")
        parts = [{due.account_id for due in due_accounts(NOON, [], 9, Shard(index, 3))} for index in range(3)]
        assert set().union(*parts) == {due.account_id for due in due_accounts(NOON, [], 9)}
    assert list(map(len, parts)) == [3, 3, 3]


def test_another_worker_takes_over_a_dead_workers_batch_once_its_lease_ends(here: World) -> None:
    crowd(here, 10)
    with connected():
        dead = claim_batch(here.clock.now, LEASE, 4).account_ids
        claimed = {name for (name,) in rows("SELECT username FROM account WHERE id = ANY(%s)", list(dead))}
    assert len(claimed) == 4
    assert len(polled(here)) == 6
    here.clock.forward(minutes=4)
    assert polled(here) == set()
    here.clock.forward(minutes=1)
    assert polled(here) == claimed


@pytest.mark.parametrize("is_blocked", [False, True])
def test_a_clock_that_was_set_back_prolongs_no_wait(here: World, *, is_blocked: bool) -> None:
    """Neither what was collected nor what a dead worker claimed, and not what Spotify refused either."""
    names = crowd(here, 10)
    with connected():
        claim_batch(here.clock.now, LEASE, 4)
    assert len(polled(here)) == 6
    if is_blocked:
        quota = StoredQuota(here.fake.client_id, lambda: here.clock.now)
        with connected():
            quota.block("player", here.clock.now + 90 * MINUTE, "too many")
            assert quota.blocked_until("player") is not None
    here.clock.now -= timedelta(hours=5)
    assert polled(here) == set(names)
    assert polled(here) == set()
    here.clock.forward(minutes=61)
    assert polled(here) == set(names)


def test_a_run_reads_none_of_the_queue_to_end_waits_that_no_clock_has_prolonged(here: World) -> None:
    with connected():
        rows(MANY_SCHEDULED, now=here.clock.now)
        rows("ANALYZE collection_schedule; SELECT 1")
        assert work(PROLONGED, now=here.clock.now, shard=0, shards=1) == 0
        assert work(PROLONGED, now=here.clock.now - timedelta(minutes=10), shard=0, shards=1) >= 3_000


def test_workers_whose_clocks_differ_a_little_wait_for_each_other(here: World) -> None:
    crowd(here, 10)
    assert len(polled(here)) == 10
    here.clock.now -= timedelta(minutes=4)
    assert polled(here) == set()


def test_an_account_that_cannot_be_collected_waits_after_the_clock_was_set_back(here: World) -> None:
    (name,) = crowd(here, 1)
    with connected():
        rows("UPDATE account SET disabled_at = now() WHERE username = %s RETURNING 1", name)
    assert polled(here) == set()
    here.clock.now -= timedelta(hours=5)
    assert polled(here) == set()
    with connected():
        assert row("SELECT due_at = 'infinity' FROM collection_schedule") == (True,)


def test_two_workers_never_claim_the_same_account(here: World) -> None:
    crowd(here, 10)
    with connected():
        first, second = (claim_batch(here.clock.now, LEASE, 6).account_ids for _ in range(2))
    assert (len(first), len(second), set(first) & set(second)) == (6, 4, set())


def test_no_account_waits_longer_than_a_lease_and_an_interval_while_workers_die(here: World) -> None:
    """Four simulated hours, in which half of all batches are claimed by a worker that dies."""
    names, chance = crowd(here, 30), Random(3)
    times: dict[str, list[datetime]] = {name: [] for name in names}

    def note(report: Report) -> None:
        times[report.username].append(here.clock.now)

    for _ in range(4 * 60):
        with connected():
            if chance.random() < 0.5:
                claim_batch(here.clock.now, LEASE, 10)
        collect_due(here.spotify, note)
        here.clock.forward(minutes=1)
    # A lease may begin whenever an account is due: at most two dead workers in a row with this seed.
    waits = [later - earlier for polls in times.values() for earlier, later in pairwise([NOON, *polls])]
    assert max(waits) <= IDLE + 2 * (LEASE + MINUTE)
    assert min(map(len, times.values())) >= 4
    with connected():
        assert sorted(rows(STORED)) == sorted((name, 3, 3) for name in names)


def test_a_listener_who_listens_is_polled_more_often_than_one_who_does_not(here: World) -> None:
    connect(here)
    here.fake.add_listener("listener", [play(10, 1)])
    assert polled(here) == {"listener"}
    assert due_after(here) == ACTIVE
    here.clock.forward(hours=3)
    assert polled(here) == {"listener"}
    assert due_after(here) == IDLE


def test_failures_make_an_account_wait_longer_and_success_ends_that(here: World) -> None:
    connect(here)
    here.fake.refuse(refusal(503, "no"), "/v1/me/player", times=4 * 4)
    assert polled(here) == {"listener"}
    assert [due_after(here) // MINUTE for _ in range(3)] == [20, 40, 60]
    assert due_after(here) // MINUTE == 60
    assert due_after(here) == IDLE


def test_trouble_that_a_person_must_end_is_retried_less_and_less_often_down_to_once_a_day(here: World) -> None:
    connect(here)
    here.fake.owner_has_premium = False
    assert polled(here) == {"listener"}
    assert [due_after(here) // MINUTE for _ in range(8)] == [20, 40, 80, 160, 320, 640, 1280, 1440]


def test_a_blocked_app_delays_no_account_of_another_app_and_resumes_when_the_block_ends(here: World) -> None:
    names = crowd(here, 100)
    blocked, others = names[:80], names[80:]
    with connected():
        add_app("blocked-app", None, "somebody")
        use_app("blocked-app", blocked)
        rows("INSERT INTO quota VALUES ('somebody', 'player', %s, 'too many') RETURNING 1", NOON + 90 * MINUTE)
        assert len(claim_batch(NOON, MINUTE, 20).account_ids) == 20
    here.clock.forward(minutes=1)
    assert polled(here) == set(others)
    here.clock.forward(minutes=90)
    assert set(blocked) <= polled(here)


def test_a_block_that_a_poll_meets_ends_when_spotify_said(here: World) -> None:
    connect(here)
    body = {"error": {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}}
    here.fake.refuse(json_answer(429, body, retry_after="36000"), "/v1/me/player")
    assert polled(here) == {"listener"}
    assert due_after(here) == timedelta(hours=10)


@pytest.mark.parametrize(
    ("end", "begin"),
    [
        (lambda account_id: pause(account_id, NOON), lambda account_id: resume(account_id, NOON + 300 * MINUTE)),
        (disable_account, enable_account),
    ],
)
def test_a_paused_or_disabled_account_is_not_due_until_collecting_resumes(
    here: World, end: Callable[[int], object], begin: Callable[[int], object]
) -> None:
    account_id = connect(here)
    with connected():
        end(account_id)
    polled(here)
    here.clock.forward(days=30)
    assert polled(here) == set()
    with connected():
        begin(account_id)
    assert polled(here) == {"listener"}


def test_collecting_by_hand_collects_at_once_and_counts_as_a_poll(here: World) -> None:
    names = crowd(here, 5)
    assert polled(here) == set(names)
    assert {report.username for report in collect_recent(here.spotify)} == set(names)
    here.clock.forward(minutes=19)
    collect_recent(here.spotify)
    here.clock.forward(minutes=2)
    assert polled(here) == set()


def test_a_consent_during_a_poll_is_not_forgotten(here: World) -> None:
    """The poll fails with the old consent after the listener has given a new one."""
    account_id = connect(here)
    with connected():
        batch = claim_batch(here.clock.now, LEASE, 1)
    here.connect("listener")
    here.fake.owner_has_premium = False
    assert list(batch.account_ids) == [account_id]
    with connected():
        account = account_named("listener")
    collect_account(here.spotify, account, claim=batch.claim)
    here.fake.owner_has_premium = True
    assert polled(here) == {"listener"}


def test_a_worker_that_is_stopped_gives_back_what_it_has_not_begun(here: World) -> None:
    crowd(here, 60)

    def stop(_: Report) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        collect_due(here.spotify, stop)
    with connected():
        assert row("SELECT count(*) FROM collection_schedule WHERE claim IS NOT NULL") == (0,)
        (done,) = row("SELECT count(*) FROM collection_run WHERE outcome = 'collected'") or (0,)
    assert len(polled(here)) == 60 - done
