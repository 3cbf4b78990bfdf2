"""Every rule of contrib/prometheus/ finds its metrics in /metrics of an instance where everything is wrong."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.api.test_metrics import SERVICES
from tests.web.conftest import service_client
from tests.web.contrib.files import parsed
from tests.web.visitors.visiting import with_token

RULES = parsed("prometheus/alerts.yml")["groups"][0]["rules"]
OF_PROMETHEUS = "InsightDown"  # `up` is its own metric
METRIC = re.compile(r"\binsight_\w+")
MATCHER = re.compile(r'(\w+)=~?"')
LABEL = re.compile(r"\$labels\.(\w+)")


@pytest.fixture
def troubled(database_url: str) -> Iterator[TestClient]:
    with service_client(replace(SERVICES, client_id="our-app")) as client:
        yield client


def wrong_everywhere() -> dict[str, str]:
    """Insert every kind of trouble; returns the headers of an administrator's program."""
    root = seed.account("root")
    alice = seed.account("alice", refresh_token="sealed", authorised_at="2026-05-18 12:00Z")
    seed.account("bob", refresh_token="sealed", reconnect_reason="Consent was withdrawn.",
                 authorised_at="2026-11-01 12:00Z", consent_ended_at="2026-11-19 12:00Z")  # fmt: skip
    at = "2026-11-20 02:00Z"
    seed.insert("collection_run", account_id=alice, collector="recent", outcome="collected", started_at=at,
                finished_at=at)  # fmt: skip
    seed.insert("quota_hour", developer="our-app", endpoint_group="player", hour="2026-11-20 11:00Z", calls=99)
    seed.insert("quota", developer="our-app", endpoint_group="search", blocked_until="2026-11-20 13:00Z",
                reason="too many requests")  # fmt: skip
    seed.insert("service_standing", service="lastfm", blocked_until="2026-11-21 12:00Z")
    return with_token(root, "administer")


def scraped(client: TestClient) -> dict[str, list[dict[str, str]]]:
    """The labels of every sample, by its name."""
    headers, samples = wrong_everywhere(), dict[str, list[dict[str, str]]]()
    client.get("/health")
    for family in text_string_to_metric_families(client.get("/metrics", headers=headers).text):
        for sample in family.samples:
            samples.setdefault(sample.name, []).append(dict(sample.labels))
    return samples


def test_every_rule_finds_its_metric_with_its_labels(troubled: TestClient) -> None:
    samples = scraped(troubled)
    for rule in RULES:
        if rule["alert"] == OF_PROMETHEUS:
            continue
        for metric in METRIC.findall(rule["expr"]):
            labels = set(MATCHER.findall(rule["expr"])) | set(LABEL.findall(str(rule["annotations"])))
            assert samples.get(metric), f"{rule['alert']} asks for {metric}"
            assert labels <= set(samples[metric][0]), rule["alert"]


def test_the_rule_for_reconnecting_names_the_state_of_the_metric() -> None:
    (rule,) = (rule for rule in RULES if rule["alert"] == "InsightReconnectNeeded")
    assert 'state="reconnect_needed"' in rule["expr"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_says_what_is_wrong_and_what_follows(rule: dict[str, Any]) -> None:
    assert set(rule["annotations"]) == {"summary", "description"}
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}


def test_prometheus_reads_metrics_with_an_administrators_token(troubled: TestClient) -> None:
    (job,) = parsed("prometheus/scrape.yml")["scrape_configs"]
    assert job["job_name"] == "insight"
    assert 'job="insight"' in RULES[0]["expr"]
    assert troubled.get("/metrics").status_code == 401
    assert troubled.get("/metrics", headers=wrong_everywhere()).status_code == 200
