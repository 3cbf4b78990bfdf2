"""/metrics has the figures for a monitoring program, and is for administrators unless the operator opens it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from db.collecting.clock import note_clock
from db.engine.connection import connected
from db.plays.open_gaps import store_open_gaps
from tests.insights.recording import ALWAYS, imports
from tests.recommend.listed import night, track
from tests.web import seed
from tests.web.conftest import NOW, VERSION, Counting, service_client
from tests.web.contract import problem
from tests.web.visitors.visiting import signed_in, with_token
from web.http.services import Services

SERVICES = Services(VERSION, lambda: NOW, administrators=frozenset({"root"}), calls_a_day=100, client_id="our-app")
SIGN_IN = "This is for administrators: sign in at /sign-in, or send a token with the scope `administer`."
NOT_AN_ADMINISTRATOR = (
    "This is for administrators: ADMINISTRATORS names them, and their tokens need the scope `administer` for it."
)
CONSENT_ENDS = "1.7950032e+09"  # 2026-11-18 12:00 UTC


@pytest.fixture
def watched(database_url: str) -> Iterator[TestClient]:
    with service_client(SERVICES) as client:
        yield client


@pytest.fixture
def root(database_url: str) -> dict[str, str]:
    """The headers of an administrator's program, beside four other accounts."""
    root = seed.account("root")
    seed.account("alice", visibility="private", refresh_token="sealed", authorised_at="2026-05-18 12:00Z")
    seed.account("bob", refresh_token="sealed", reconnect_reason="Consent was withdrawn.")
    seed.account("carol", refresh_token="sealed", disabled_at="2026-11-01")
    seed.account("dora")
    return with_token(root, "administer")


def figures(client: TestClient, headers: dict[str, str] | None = None, prefix: str = "") -> list[str]:
    """Every line with a metric whose name begins with `prefix`."""
    answer = client.get("/metrics", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    return [line for line in answer.text.splitlines() if line.startswith(f"insight_{prefix}")]


def test_enrichment_is_measured_over_all_plays_and_per_account(watched: TestClient, root: dict[str, str]) -> None:
    for account_id, plays, with_genre, minutes in ((2, 100, 90, 12), (3, 300, 270, None)):
        seed.insert(
            "enrichment_progress",
            account_id=account_id, measured_at=NOW, plays=plays, with_genre=with_genre, with_year=0, with_origin=0,
            with_sound=0, minutes=minutes,
        )  # fmt: skip
    assert figures(watched, root, "plays_with_genre") == ["insight_plays_with_genre_ratio 0.9"]
    assert figures(watched, root, "genres_minutes_left") == ["insight_genres_minutes_left 12.0"]
    assert figures(watched, root, "account_genre") == [
        'insight_account_genre_ratio{account="alice"} 0.9',
        'insight_account_genre_ratio{account="bob"} 0.9',
    ]


def test_accounts_are_counted_by_state_and_measured_one_by_one(watched: TestClient, root: dict[str, str]) -> None:
    alice, track = 2, seed.known_track()
    seed.play(alice, track, "2026-11-01 12:00Z")
    seed.play(alice, track, "2026-11-01 13:00Z")
    imports(alice, ALWAYS)
    for minute, outcome in ((30, "collected"), (40, "collected"), (50, "try_later")):
        at = f"2026-11-20 11:{minute}Z"
        seed.insert(
            "collection_run", account_id=alice, collector="recent", outcome=outcome, started_at=at, finished_at=at
        )
    assert figures(watched, root, "account") == [
        'insight_accounts{state="connected"} 1.0',
        'insight_accounts{state="reconnect_needed"} 1.0',
        'insight_accounts{state="not_connected"} 2.0',
        'insight_accounts{state="disabled"} 1.0',
        'insight_account_seconds_since_collection{account="alice"} 1200.0',
        f'insight_account_consent_ends_timestamp_seconds{{account="alice"}} {CONSENT_ENDS}',
        'insight_account_plays{account="alice"} 2.0',
        'insight_account_plays{account="bob"} 0.0',
        'insight_account_plays{account="carol"} 0.0',
        'insight_account_plays{account="dora"} 0.0',
        'insight_account_plays{account="root"} 0.0',
        'insight_account_open_gaps{account="alice"} 0.0',
        'insight_account_open_gaps{account="bob"} 0.0',
        'insight_account_open_gaps{account="carol"} 0.0',
        'insight_account_open_gaps{account="dora"} 0.0',
        'insight_account_open_gaps{account="root"} 0.0',
    ]


def test_calls_are_counted_for_a_day_and_blocks_shown_until_they_end(watched: TestClient, root: dict[str, str]) -> None:
    for developer, group, hour, calls in (
        ("our-app", "player", "2026-11-20 11:00Z", 30),
        ("our-app", "player", "2026-11-19 12:00Z", 5),
        ("our-app", "player", "2026-11-19 11:00Z", 1000),  # over a day ago
        ("our-app", "me", "2026-11-20 11:00Z", 1),
        ("bob", "player", "2026-11-20 11:00Z", 120),
    ):
        seed.insert("quota_hour", developer=developer, endpoint_group=group, hour=hour, calls=calls)
    seed.insert("spotify_app", client_id="idle-app", developer="idle")
    for group, until in (("search", "2026-11-20 13:00Z"), ("tracks", "2026-11-20 11:00Z")):
        seed.insert("quota", developer="bob", endpoint_group=group, blocked_until=until, reason="too many requests")
    assert figures(watched, root, "spotify") == [
        'insight_spotify_calls_in_24_hours{developer="bob",endpoint_group="player"} 120.0',
        'insight_spotify_calls_in_24_hours{developer="our-app",endpoint_group="me"} 1.0',
        'insight_spotify_calls_in_24_hours{developer="our-app",endpoint_group="player"} 35.0',
        'insight_spotify_budget_left{developer="bob"} 0.0',
        'insight_spotify_budget_left{developer="idle"} 100.0',
        'insight_spotify_budget_left{developer="our-app"} 64.0',
        'insight_spotify_blocked_until_timestamp_seconds{developer="bob",endpoint_group="search"} '
        "1.7951796e+09",  # 13:00 UTC
    ]


def test_live_collecting_has_a_budget_of_its_own(watched: TestClient, root: dict[str, str]) -> None:
    for group, calls in (("player", 30), ("live", 500)):
        seed.insert("quota_hour", developer="our-app", endpoint_group=group, hour="2026-11-20 11:00Z", calls=calls)
    seed.change("UPDATE account SET scan_mode = 'live', refresh_token = 'sealed', reconnect_reason = NULL")
    assert 'insight_spotify_budget_left{developer="our-app"} 70.0' in figures(watched, root, "spotify")
    (accounts, left) = figures(watched, root, "live")
    assert accounts != "insight_live_accounts 0.0"
    assert left == 'insight_live_budget_left{developer="our-app"} 1500.0'


@pytest.mark.parametrize("seconds", [0, 754.5, -3600])
def test_the_clocks_difference_is_shown_for_a_day(watched: TestClient, root: dict[str, str], seconds: float) -> None:
    assert figures(watched, root, "clock") == []
    with connected():
        note_clock(timedelta(seconds=seconds), NOW - timedelta(hours=20))
    assert figures(watched, root, "clock") == [f"insight_clock_ahead_seconds {float(seconds)}"]
    with connected():
        note_clock(timedelta(seconds=seconds), NOW - timedelta(hours=25))
    assert figures(watched, root, "clock") == [], "measured too long ago"
    assert not any("spotify" in line for line in figures(watched, root, "service")), (
        "Spotify is not one of the other services"
    )


def test_hits_of_lists_are_summed_over_all_accounts(watched: TestClient, root: dict[str, str]) -> None:
    a, b = track("A"), track("B")
    for account_id in (2, 3):
        seed.play(account_id, a, "2026-11-02 12:00Z")
        night(
            account_id, [("rotation", a, ["rotation"]), ("deeper", b, ["house", "lb_cf"])],
            [("rotation", b), ("rotation", a)], date(2026, 11, 2),
        )  # fmt: skip
    night(4, [("deeper", b, ["house"])], [], date(2026, 11, 2), status="failed")
    night(4, [("deeper", b, ["house"])], [], date(2026, 11, 14))
    rest = ("forgotten", "rediscover", "new_artist", "new_release")
    others = [(kind, owner) for kind in rest for owner in ("shown", "baseline")]
    listed = {("rotation", "shown"): 2, ("rotation", "baseline"): 4, ("deeper", "shown"): 2, ("deeper", "baseline"): 0}
    heard = {("rotation", "shown"): 2, ("rotation", "baseline"): 2}
    lines = figures(watched, root, "recommendation")
    assert sorted(lines) == sorted([
        *(
            f'insight_recommendations_{name}{{kind="{kind}",list="{owner}"}} {counts.get((kind, owner), 0)}.0'
            for name, counts in (("shown", listed), ("hits", heard))
            for kind, owner in (*listed, *others)
        ),
        'insight_recommendation_lift{kind="rotation"} 2.0',
        'insight_recommendation_provider_shown{kind="deeper",provider="house"} 2.0',
        'insight_recommendation_provider_shown{kind="deeper",provider="lb_cf"} 2.0',
        'insight_recommendation_provider_shown{kind="rotation",provider="rotation"} 2.0',
        'insight_recommendation_provider_hits{kind="deeper",provider="house"} 0.0',
        'insight_recommendation_provider_hits{kind="deeper",provider="lb_cf"} 0.0',
        'insight_recommendation_provider_hits{kind="rotation",provider="rotation"} 2.0',
    ])  # fmt: skip


def test_lists_are_counted_once_a_day_and_not_at_every_scrape(root: dict[str, str], queries: Counting) -> None:
    now = [datetime(2026, 11, 20, 12, tzinfo=UTC)]
    tide = track("Low Tide")
    night(2, [("deeper", tide, [])], [], date(2026, 11, 12))
    night(2, [("deeper", tide, [])], [], date(2026, 11, 13))  # its week ends at 04:00 UTC, after 04:00 in Berlin
    with service_client(replace(SERVICES, now=lambda: now[0])) as client:
        counted = []
        for hours, is_counted in ((0, True), (1, False), (14, False), (15, True)):
            now[0] = datetime(2026, 11, 20, 12, tzinfo=UTC) + timedelta(hours=hours)
            with queries() as sent:
                lines = figures(client, root, "recommendations_shown")
            assert any("recommendation_run" in statement for statement in sent) is is_counted
            counted += [line for line in lines if 'kind="deeper",list="shown"' in line]
    line = 'insight_recommendations_shown{kind="deeper",list="shown"}'
    assert counted == [f"{line} 1.0", f"{line} 1.0", f"{line} 1.0", f"{line} 2.0"]


def test_with_many_accounts_lists_are_counted_a_few_accounts_at_a_time(
    watched: TestClient, root: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.lists.hit_metrics.AT_ONCE", 2)
    tide = track("Low Tide")
    for account_id in (2, 3, 4, 5):
        night(account_id, [("deeper", tide, [])], [], date(2026, 11, 2))
    line = 'insight_recommendations_shown{kind="deeper",list="shown"}'
    for number in (2, 4, 4):
        assert f"{line} {number}.0" in figures(watched, root, "recommendations_shown")


def test_other_services_have_the_time_of_their_last_answer_and_whether_they_are_blocked(
    watched: TestClient, root: dict[str, str]
) -> None:
    for service, answered_at, blocked_until in (
        ("lastfm", "2026-11-20 11:00Z", "2026-11-20 12:00:01Z"),
        ("listenbrainz", "2026-11-20 11:00Z", "2026-11-20 12:00Z"),
        ("musicbrainz", "2026-11-20 11:00Z", None),
        ("reccobeats", None, "2026-11-21 12:00Z"),
        ("of-another-version", "2026-11-20 11:00Z", "2026-11-21 12:00Z"),
    ):
        seed.insert("service_standing", service=service, answered_at=answered_at, blocked_until=blocked_until)
    assert figures(watched, root, "service") == [
        *(
            f'insight_service_answered_timestamp_seconds{{service="{service}"}} 1.7951724e+09'
            for service in ("lastfm", "listenbrainz", "musicbrainz")
        ),
        'insight_service_blocked{service="lastfm"} 1.0',
        'insight_service_blocked{service="listenbrainz"} 0.0',
        'insight_service_blocked{service="musicbrainz"} 0.0',
        'insight_service_blocked{service="reccobeats"} 1.0',
    ]


def test_requests_are_counted_by_route_and_status(watched: TestClient, root: dict[str, str]) -> None:
    for path in ("/health", "/health", "/totals/dora", "/totals/nobody", "/no/such/address", "/static/tokens.css"):
        watched.get(path)
    watched.request("BREW", "/health")
    lines = figures(watched, root, "http_request_duration_seconds_count")
    assert lines == [
        'insight_http_request_duration_seconds_count{method="GET",route="/health",status="200"} 2.0',
        'insight_http_request_duration_seconds_count{method="GET",route="/static",status="200"} 1.0',
        'insight_http_request_duration_seconds_count{method="GET",route="/totals/{username}",status="200"} 1.0',
        'insight_http_request_duration_seconds_count{method="GET",route="/totals/{username}",status="404"} 1.0',
        'insight_http_request_duration_seconds_count{method="GET",route="other",status="404"} 1.0',
        'insight_http_request_duration_seconds_count{method="other",route="/health",status="405"} 1.0',
    ]
    buckets = figures(watched, root, "http_request_duration_seconds_bucket")
    of_health = [line for line in buckets if 'route="/health",status="200"' in line]
    assert len(of_health) == 11
    assert of_health[-1].endswith('{le="+Inf",method="GET",route="/health",status="200"} 2.0')


def test_the_process_is_measured(watched: TestClient, root: dict[str, str]) -> None:
    text = watched.get("/metrics", headers=root).text
    measured = {name: float(value) for name, value in re.findall(r"^(process_\w+) (\S+)$", text, re.MULTILINE)}
    assert measured["process_resident_memory_bytes"] > 10 * 1024 * 1024
    assert measured["process_cpu_seconds_total"] > 0
    assert 0 < measured["process_open_fds"] < measured["process_max_fds"]


def test_the_version_is_shown(watched: TestClient, root: dict[str, str]) -> None:
    assert figures(watched, root, "build_info") == ['insight_build_info{version="1.2.3"} 1.0']


def test_only_administrators_read_metrics(watched: TestClient, root: dict[str, str]) -> None:
    nobody = watched.get("/metrics")
    assert (nobody.status_code, nobody.headers["www-authenticate"]) == (401, "Bearer")
    assert nobody.json() == problem(401, "Unauthorized", SIGN_IN, "/metrics")
    for headers in (with_token(1, "read"), with_token(2, "read", "administer")):
        refused = watched.get("/metrics", headers=headers)
        assert (refused.status_code, refused.json()) == (
            403,
            problem(403, "Forbidden", NOT_AN_ADMINISTRATOR, "/metrics"),
        )
    watched.cookies = signed_in(1)
    assert watched.get("/metrics").status_code == 200
    watched.cookies = signed_in(2)
    assert watched.get("/metrics").status_code == 403


def test_public_metrics_name_nobody(root: dict[str, str]) -> None:
    seed.insert("quota_hour", developer="bob", endpoint_group="player", hour="2026-11-20 11:00Z", calls=1)
    with service_client(replace(SERVICES, metrics_public=True)) as client:
        text = client.get("/metrics").text
        assert 'insight_accounts{state="connected"} 1.0' in text
        for word in ("insight_account_", "insight_spotify_", "account=", "developer="):
            assert word not in text
        assert [name for name in ("alice", "bob", "carol", "dora", "root", "our-app") if name in text] == []
        assert 'insight_account_plays{account="alice"} 0.0' in client.get("/metrics", headers=root).text


def test_a_username_cannot_break_out_of_its_label(watched: TestClient, root: dict[str, str]) -> None:
    seed.insert("spotify_app", client_id="odd", developer='a"} 1\nb\\')
    assert 'insight_spotify_budget_left{developer="a\\"} 1\\nb\\\\"} 100.0' in figures(watched, root, "spotify")


def test_metrics_are_limited_to_sixty_scrapes_a_minute(watched: TestClient, root: dict[str, str]) -> None:
    answers = [watched.get("/metrics", headers=root) for _ in range(61)]
    assert {answer.status_code for answer in answers[:60]} == {200}
    assert answers[60].status_code == 429
    assert 1 <= int(answers[60].headers["retry-after"]) <= 60


def test_gaps_of_accounts_are_as_last_counted(watched: TestClient, root: dict[str, str]) -> None:
    with connected():
        store_open_gaps(2, 3)
    assert 'insight_account_open_gaps{account="alice"} 3.0' in figures(watched, root, "account_open_gaps")
    assert watched.get("/accounts", headers=root).json()["accounts"][0]["open_gaps"] == 0  # counted anew


def test_a_scrape_costs_as_many_queries_for_many_accounts_as_for_few(
    watched: TestClient, root: dict[str, str], queries: Counting
) -> None:
    sent = list[int]()
    for more in ("a", "b"):
        for number in range(5):
            seed.account(f"{more}{number}")
        seed.change("UPDATE account SET open_gaps = 0")
        figures(watched, root)  # the first scrape counts the hits of new accounts, once a day
        with queries() as statements:
            figures(watched, root)
        sent.append(len(statements))
    assert sent[0] == sent[1]
