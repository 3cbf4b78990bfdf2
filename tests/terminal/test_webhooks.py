"""`webhooks` creates, lists, pauses and deletes webhooks, and shows their log."""

import re
from datetime import UTC, datetime

import pytest

from advice import command
from tests.doors.programs import SECRET_KEY, run
from tests.terminal.unaudited import without_audit
from tests.web import seed

ADDRESS = "https://example.org/hook"
TODAY = datetime.now(UTC).date()


@pytest.fixture(autouse=True)
def alice(database_url: str) -> int:
    return seed.account()


def ask(database_url: str, *words: str, hosts: str = "") -> tuple[int, str, str]:
    return without_audit(
        run(
            "cli.py",
            "webhooks",
            *words,
            env={"DATABASE_URL": database_url, "SECRET_KEY": SECRET_KEY, "WEBHOOK_PRIVATE_HOSTS": hosts},
        )
    )


def test_a_webhook_is_made_listed_paused_and_deleted(database_url: str) -> None:
    creating = command("cli.py", "webhooks create alice ADDRESS")
    assert ask(database_url, "list", "alice")[1] == f"alice has no webhooks: `{creating}` creates one.\n"
    status, out, _ = ask(database_url, "create", "alice", ADDRESS, "--event", "gap", "--event", "play")
    assert status == 0
    assert re.fullmatch(r"Webhook 1 of alice\. Its secret, shown only once:\n\nwhsec_[A-Za-z0-9+/]{43}=\n\n", out)
    listed = f"   1  {ADDRESS}: play, gap; created {TODAY}, 0 waiting\n"
    assert ask(database_url, "list", "alice") == (0, listed, "")
    assert ask(database_url, "pause", "alice", "1")[:2] == (0, "Webhook 1 paused.\n")
    assert f"play, gap; paused {TODAY}, created" in ask(database_url, "list", "alice")[1]
    assert ask(database_url, "resume", "alice", "1")[0] == 0
    assert ask(database_url, "delete", "alice", "1")[:2] == (0, "Webhook 1 deleted.\n")
    refusal = "There is no webhook 1; the list of webhooks shows their numbers."
    assert ask(database_url, "delete", "alice", "1") == (1, "", f"{refusal}\n")


NOT_PUBLIC = "This address is not on the public internet: the operator can allow its host (WEBHOOK_PRIVATE_HOSTS)."


def test_an_address_at_home_needs_the_operators_setting(database_url: str) -> None:
    status, _, err = ask(database_url, "create", "alice", "http://10.0.0.5/")
    assert (status, err) == (1, f"{NOT_PUBLIC}\n")
    assert ask(database_url, "create", "alice", "http://10.0.0.5/", hosts="10.0.0.5")[0] == 0


def test_the_log_shows_the_outcome_of_each_delivery(database_url: str, alice: int) -> None:
    nothing = "The webhooks of alice had no deliveries in the last 30 days.\n"
    assert ask(database_url, "log", "alice") == (0, nothing, "")
    ask(database_url, "create", "alice", ADDRESS)
    ask(database_url, "test", "alice", "1")
    moment = datetime(2026, 11, 20, 12, tzinfo=UTC)
    ids: dict[str, object] = {"account_id": alice, "webhook_id": 1, "event": "play", "body": "{}", "created_at": moment}
    outcomes: tuple[dict[str, object], ...] = (
        {"attempts": 1, "delivered_at": moment, "status": 204, "next_at": None},
        {"attempts": 1, "problem": "late", "next_at": moment},
        {"attempts": 10, "status": 500, "problem": "status", "next_at": None},
    )
    for number, columns in enumerate(outcomes):
        seed.insert("webhook_delivery", **ids, event_id=f"00000000-0000-0000-0000-{number:012}", **columns)
    lines = ask(database_url, "log", "alice")[1].splitlines()
    assert lines[:3] == [
        "2026-11-20 12:00:00     1  play: failed after 10 attempts, status 500",
        "2026-11-20 12:00:00     1  play: 1 attempt, late; again at 2026-11-20 12:00 UTC",
        "2026-11-20 12:00:00     1  play: delivered 12:00:00 (status 204)",
    ]
    assert lines[3].endswith("    1  test: waiting")
