"""Several web processes give the same answers as one, with the same limits and common counts."""

import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from db.engine.connection import connected, rows
from demo.fake_spotify import FakeSpotify
from demo.fake_wire import Answer
from demo.server import serving
from tests.doors.programs import SECRET_KEY, run
from tests.fake import CATALOGUE, REDIRECT_URI, play
from tests.recommend.listed import night, track
from tests.suite.waiting import until
from tests.web import seed
from tests.web.server.instances import Instance, Reply, instance
from tests.web.visitors.visiting import by_our_page, shared, signed_in, with_token
from web.http.rate_limits import A_MINUTE

pytestmark = pytest.mark.programs

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BAD = {"Authorization": "Bearer insight_1_x"}


@dataclass
class World:
    """The service and the simulated Spotify that it uses."""

    service: Instance
    fake: FakeSpotify


@pytest.fixture(scope="module", params=[1, 2])
def one_or_several(request: pytest.FixtureRequest, migrated_database: str) -> Iterator[World]:
    fake = FakeSpotify(CATALOGUE, lambda: datetime.now(UTC))
    with (
        serving(fake) as address,
        instance(
            request.param, DATABASE_URL=migrated_database, ADMINISTRATORS="root", TRUSTED_PROXIES="127.0.0.1",
            CLIENT_ID=fake.client_id, CLIENT_SECRET=fake.client_secret, SPOTIFY_ACCOUNTS_URL=address,
            SPOTIFY_API_URL=address, REDIRECT_URI=REDIRECT_URI,
        ) as service,
    ):  # fmt: skip
        yield World(service, fake)


@pytest.fixture
def world(one_or_several: World, database_url: str) -> World:
    return one_or_several


@pytest.fixture
def service(world: World) -> Instance:
    return world.service


@pytest.fixture
def alice(database_url: str) -> int:
    seed.account("root")
    return seed.account("alice", visibility="private")


def at(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": address, "X-Forwarded-Proto": "http"}


def by_each(service: Instance, path: str, headers: dict[str, str] | None = None) -> list[Reply]:
    """The answer of each process."""
    return [service.ask(path, of=worker, headers=headers) for worker in service.workers()]


def test_invalid_tokens_are_counted_over_all_processes(service: Instance, alice: int) -> None:
    workers, bad = service.workers(), BAD | at("192.0.2.7")
    tries = [service.ask("/users", of=workers[number % len(workers)], headers=bad) for number in range(30)]
    assert [reply.status for reply in tries] == [401] * A_MINUTE["token"]
    for reply in by_each(service, "/users", bad):
        assert (reply.status, 1 <= int(reply.headers["retry-after"]) <= 60) == (429, True)
    assert {reply.status for reply in by_each(service, "/users", with_token(alice) | at("192.0.2.7"))} == {200}
    assert {reply.status for reply in by_each(service, "/users", BAD | at("192.0.2.8"))} == {401}


def test_sign_ins_are_counted_over_all_processes(service: Instance, alice: int) -> None:
    workers, elsewhere = service.workers(), FORM | at("192.0.2.9")
    tries = [
        service.ask("/sign-in/pass", "POST", of=workers[number % len(workers)], headers=elsewhere, body="pass=x").status
        for number in range(A_MINUTE["sign_in"] + 3)
    ]
    assert tries == [403] * A_MINUTE["sign_in"] + [429] * 3


def test_requests_are_summed_over_all_processes(service: Instance, alice: int) -> None:
    root = with_token(1, "administer")
    for _ in range(2):
        by_each(service, "/openapi.json")
    start = 'insight_http_request_duration_seconds_count{method="GET",route="/openapi.json",status="200"} '
    for reply in by_each(service, "/metrics", root):
        lines = [line for line in reply.text.splitlines() if line.startswith(start)]
        assert lines == [f"{start}{2.0 * len(service.workers())}"]
        assert ("process_cpu_seconds_total" in reply.text) is (len(service.workers()) == 1)


def test_hits_are_the_same_whichever_process_counts_them(service: Instance, alice: int) -> None:
    tide, day = track("Low Tide"), datetime.now(UTC).date() - timedelta(days=20)
    night(alice, [("deeper", tide, [])], [], day)
    for reply in by_each(service, "/metrics", with_token(1, "administer")):
        assert 'insight_recommendations_shown{kind="deeper",list="shown"} 1.0' in reply.text
    with connected():
        assert rows("SELECT count(*) FROM account_hits") == [(2,)]


def test_a_first_collection_runs_once_and_every_process_shows_it(
    world: World, alice: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, browser = world.service, signed_in(alice)
    world.fake.add_listener("alice", [play(minutes_ago=30, number=1, now=datetime.now(UTC))])
    real, go_on = world.fake.answer, threading.Event()

    def slow(method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        if "recently-played" in url:
            go_on.wait(60)
        return real(method, url, headers, body)

    monkeypatch.setattr(world.fake, "answer", slow)
    browser = connect(world, browser, service.workers()[0])
    for reply in by_each(service, "/connect/done", _cookies(browser)):
        assert "Collecting your most recent plays from Spotify" in reply.text
    with connected():
        assert rows("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")[0][0] > 0
    go_on.set()
    for worker in service.workers():
        until(partial(is_over, service, browser, worker))
    with connected():
        assert rows("SELECT count(*) FROM collection_run") == [(1,)]


def connect(world: World, browser: dict[str, str], worker: int) -> dict[str, str]:
    """Connect Alice through one process; returns the cookies of the browser, which is then signed in."""
    begun = world.service.ask("/connect?username=alice", of=worker, headers=_cookies(browser))
    assert begun.status == 302
    back = urlsplit(world.fake.consent(begun.headers["location"], "alice"))
    headers = _cookies(browser | begun.cookies)
    finished = world.service.ask(f"{back.path}?{back.query}", of=worker, headers=headers)
    assert (finished.status, finished.headers["location"]) == (303, "/connect/done")
    return browser | finished.cookies


def is_over(service: Instance, browser: dict[str, str], worker: int) -> bool:
    return "is finished: 1 new play" in service.ask("/connect/done", of=worker, headers=_cookies(browser)).text


def _cookies(cookies: dict[str, str]) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}


def test_a_deleted_account_is_gone_for_every_process_at_once(service: Instance, alice: int) -> None:
    token, browser, link = with_token(alice), signed_in(alice), shared(alice)
    questions = ("/totals/alice", "/users/alice")
    for path in questions:
        assert {reply.status for reply in by_each(service, path, token)} == {200}
    origin = f"http://127.0.0.1:{service.port}"
    sent = service.ask(
        "/account/delete", "POST", of=service.workers()[0], body="username=alice",
        headers=_cookies(browser) | by_our_page(browser) | FORM | {"Origin": origin},
    )  # fmt: skip
    assert sent.status == 200
    for path in questions:
        assert {reply.status for reply in by_each(service, path, token)} == {401}
        assert {reply.status for reply in by_each(service, path)} == {404}
    assert {reply.status for reply in by_each(service, "/account", _cookies(browser))} == {303}
    assert {reply.status for reply in by_each(service, f"/totals/alice?share={link}")} == {404}
    until(is_deleted)  # the deletion runs in the background, and another test's account may get the same id


def is_deleted() -> bool:
    with connected():
        return rows("SELECT FROM account WHERE username = 'alice'") == []


def test_signing_out_holds_for_every_process(service: Instance, alice: int) -> None:
    browser = signed_in(alice)
    assert {reply.status for reply in by_each(service, "/account", _cookies(browser))} == {200}
    headers = _cookies(browser) | by_our_page(browser) | {"Origin": f"http://127.0.0.1:{service.port}"}
    assert service.ask("/sign-out", "POST", headers=headers).status == 303
    assert {reply.status for reply in by_each(service, "/account", _cookies(browser))} == {303}


def test_answers_of_all_processes_are_identical(service: Instance, alice: int) -> None:
    a = seed.known_track()
    for hour in range(12):
        seed.play(alice, a, f"2026-11-01 {hour}:00Z")
    for path in ("/history/alice", "/totals/alice?period=2026", "/top-tracks/alice?period=2026", "/clock/alice"):
        replies = by_each(service, path, with_token(alice))
        assert {reply.status for reply in replies} == {200}
        assert len({(reply.text, reply.headers["etag"]) for reply in replies}) == 1


@pytest.fixture
def several(database_url: str) -> Iterator[Instance]:
    """Two processes only, because each starts Python itself."""
    with instance(2, DATABASE_URL=database_url) as service:
        yield service


def test_a_process_that_dies_is_replaced(several: Instance) -> None:
    before = several.workers()
    os.kill(before[0], signal.SIGKILL)
    until(lambda: before[0] not in several.workers() and len(several.workers()) == 2)
    after = several.all_at_work()
    assert set(before[1:]) < set(after)
    assert {reply.status for reply in by_each(several, "/ready")} == {200}
    assert f"Web process {before[0]} ended unexpectedly; starting another one." in iter(several.lines.get, "")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP])
def test_all_processes_shut_down_in_order(several: Instance, how: signal.Signals) -> None:
    assert several.end(how) == 0
    assert several.child.stderr is not None
    assert several.child.stderr.read() == ""


def test_ctrl_c_at_a_terminal_shuts_down_all_processes_in_order(several: Instance) -> None:
    os.killpg(several.child.pid, signal.SIGINT)
    assert several.end() == 0
    assert several.child.stderr is not None
    assert several.child.stderr.read() == ""


def test_a_killed_program_leaves_no_process_and_frees_its_port(several: Instance, database_url: str) -> None:
    assert several.end(signal.SIGKILL) == -signal.SIGKILL
    with instance(1, DATABASE_URL=database_url, PORT=str(several.port)) as again:
        assert again.ask("/ready").status == 200


def test_the_counts_of_a_killed_program_are_removed_by_the_next_start(database_url: str, tmp_path: Path) -> None:
    for how in (signal.SIGKILL, signal.SIGTERM):
        with instance(2, DATABASE_URL=database_url, TMPDIR=str(tmp_path)) as service:
            assert len(list(tmp_path.glob("insight-counts-*"))) == 1
            service.end(how)
    assert list(tmp_path.glob("insight-*")) == []


def test_more_processes_than_the_database_has_connections_for_are_refused(database_url: str) -> None:
    environment = {"WEB_PROCESSES": "64", "DATABASE_URL": database_url, "SECRET_KEY": SECRET_KEY, "PORT": "8999"}
    status, out, err = run("application.py", env=environment)
    with connected():
        allowed = rows("SELECT current_setting('max_connections')::int - 3")[0][0]
    assert (status, out) == (78, "")
    assert err == (
        f"WEB_PROCESSES is 64: together with collecting and importing, they need 978 connections to PostgreSQL, which "
        f"grants {allowed}. Raise its max_connections by {978 - allowed} or more, or set WEB_PROCESSES to "
        f"{(allowed - 18) // 15}.\n"
    )
