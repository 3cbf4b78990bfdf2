"""Notices that a consent ends: what they say, how often they are sent, and that no address shows."""

import logging
import re
import resource
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from connect.connecting import Connecting
from db.engine.connection import connected, rows
from db.people.accounts import ensure_accounts
from notify.channels import MEMORY, WrongAddress, channels
from notify.notices import Notice, due_notices, send_notices
from tests.fake import REDIRECT_URI, world
from tests.hostile import ENDLESS, SLOW, Answer, answering, packed
from tests.web import seed
from tests.web.conftest import VERSION, service_client
from tests.webhook import Webhook, webhook
from web.http.consent_flow import Consent
from web.http.services import Services

GIVEN = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
END = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OURS = "https://music.example"
LINK = f"{OURS}/sign-in/spotify?username=alice&next=%2Fconnect%3Fusername%3Dalice"
RENEW = f"Renew it with one click, so that no plays are lost: {LINK}"
AGAIN = f"Connect again soon, because Spotify shows only the newest 50 plays: {LINK}"
REVOKED = "Spotify's consent has ended (it lasts six months) or was withdrawn: connect again."


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with webhook() as result:
        yield result


def due(now: datetime, *, keep: bool = False) -> list[Notice]:
    with connected():
        return due_notices(now, OURS, keep_after_disconnect=keep)


def due_texts(now: datetime) -> list[tuple[str, str, str]]:
    return [(notice.kind, notice.title, notice.body) for notice in due(now)]


def connected_account(username: str = "alice", zone: str = "Europe/Berlin", **columns: object) -> int:
    return seed.account(username, zone, refresh_token="sealed", authorised_at=GIVEN, **columns)


def send_due(now: datetime, *hooks: Webhook) -> list[str]:
    return list(send_notices(due(now), channels([hook.address for hook in hooks])))


@pytest.mark.parametrize(
    ("before_end", "kind", "when"),
    [
        (timedelta(days=30), "ends_soon", "in 30 days"),
        (timedelta(days=7, minutes=1), "ends_soon", "in 7 days"),
        (timedelta(days=7), "ends_very_soon", "in 7 days"),
        (timedelta(days=1), "ends_very_soon", "in 1 day"),
        (timedelta(hours=3), "ends_very_soon", "within a day"),
    ],
)
def test_a_notice_has_the_date_and_the_link_to_renew(
    database_url: str, before_end: timedelta, kind: str, when: str
) -> None:
    connected_account(zone="Asia/Tokyo")
    title = f"alice: consent on Spotify ends {when}"
    body = f"A consent lasts six months; the consent of alice ends on 20 November 2026. {RENEW}"
    assert due_texts(END - before_end) == [(kind, title, body)]


def test_the_date_follows_the_listeners_calendar(database_url: str) -> None:
    connected_account(zone="Pacific/Kiritimati")  # 14 hours ahead
    (notice,) = due(END - timedelta(days=1))
    assert "ends on 21 November 2026" in notice.body


def test_a_notice_of_the_end_has_the_reason(database_url: str) -> None:
    connected_account(reconnect_reason=REVOKED)
    assert due_texts(END) == [("ended", "alice: collecting has stopped", f"{REVOKED} {AGAIN}")]


def test_the_end_follows_from_spotifys_answer_not_from_the_calendar(database_url: str) -> None:
    connected_account()
    assert due(END + timedelta(days=1)) == []


def test_a_notice_of_a_withdrawal_says_when_data_is_deleted(database_url: str) -> None:
    withdrawn = END - timedelta(days=90)
    connected_account(reconnect_reason=REVOKED, consent_ended_at=withdrawn)
    going = (
        f"{REVOKED} {AGAIN} Otherwise Insight deletes Spotify's data about alice on 27 August 2026, as Spotify's "
        "terms require when a consent is withdrawn; imports stay."
    )
    assert due_texts(withdrawn) == [("deletion", "alice: collecting has stopped", going)]
    assert [(notice.kind, notice.body) for notice in due(withdrawn, keep=True)] == [("ended", f"{REVOKED} {AGAIN}")]


def test_accounts_that_are_fine_never_connected_or_disabled_get_no_notice(database_url: str) -> None:
    connected_account()
    seed.account("bob")
    assert due(END - timedelta(days=30, seconds=1)) == []
    connected_account("carol", disabled_at=GIVEN, reconnect_reason=REVOKED)
    assert due(END - timedelta(days=30, seconds=1)) == []


def test_each_notice_is_sent_once_per_consent(database_url: str, hook: Webhook) -> None:
    connected_account()
    for days in range(35, 0, -1):
        send_due(END - timedelta(days=days), hook)
        send_due(END - timedelta(days=days), hook)
    seed.change("UPDATE account SET reconnect_reason = %s", REVOKED)
    for days in range(3):
        send_due(END + timedelta(days=days), hook)
    titles = [f"alice: consent on Spotify ends in {days} days" for days in (30, 7)]
    assert [title for title, _ in hook.taken] == [*titles, "alice: collecting has stopped"]
    given_again = datetime(2026, 12, 1, tzinfo=UTC)
    seed.change("UPDATE account SET reconnect_reason = NULL, authorised_at = %s", given_again)
    send_due(datetime(2027, 5, 5, tzinfo=UTC), hook)
    assert hook.taken[3:] == [
        ("alice: consent on Spotify ends in 27 days", hook.taken[0][1].replace("20 November 2026", "1 June 2027"))
    ]
    assert hook.tried == 4


def test_the_next_run_retries_only_failed_channels(database_url: str, hook: Webhook) -> None:
    connected_account()
    title = "alice: consent on Spotify ends in 7 days"
    now = END - timedelta(days=7)
    with webhook() as other:
        hook.status = 503
        assert send_due(now, hook, other) == [
            f"{title}; address 1 in NOTIFY_URLS does not respond; the next run tries again",
            f"{title}; sent to address 2 in NOTIFY_URLS",
        ]
        hook.status = 200
        assert send_due(now, hook, other) == [f"{title}; sent to address 1 in NOTIFY_URLS"]
        assert send_due(now, hook, other) == []
        assert (hook.tried, other.tried, hook.taken) == (2, 1, other.taken)


def test_the_link_renews_with_one_click_on_spotifys_page(database_url: str) -> None:
    here = world()
    with connected():
        ensure_accounts(["alice"], "UTC")
    here.fake.add_listener("alice")
    here.connect("alice")
    here.clock.forward(days=160)
    (notice,) = due(here.clock.now)
    (link,) = re.findall(rf"{OURS}(\S+)", notice.body)
    connector = Connecting(here.spotify.apps, here.spotify.http, here.clock)
    services = Services(VERSION, here.clock, Consent(connector, here.spotify.cipher, REDIRECT_URI))
    with service_client(services) as client:
        to_sign_in = client.get(link).headers["location"]
        assert "show_dialog=false" in to_sign_in  # nobody has to click there who has agreed before
        signed_in = client.get(here.fake.consent(to_sign_in, "alice").replace(":8000", ""))
        to_agree = client.get(signed_in.headers["location"]).headers["location"]
        client.get(here.fake.consent(to_agree, "alice").replace(":8000", ""))
    assert due(here.clock.now) == []
    with connected():
        assert rows("SELECT authorised_at FROM account") == [(here.clock.now,)]


def test_two_simultaneous_programs_send_a_notice_once(database_url: str, hook: Webhook) -> None:
    connected_account(reconnect_reason=REVOKED)
    threads = [Thread(target=send_due, args=(END, hook)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hook.tried == 1


def test_an_unreachable_address_is_retried(database_url: str) -> None:
    connected_account(reconnect_reason=REVOKED)
    with webhook() as gone:
        pass
    (line,) = send_due(END, gone)
    assert line.endswith("does not respond; the next run tries again")
    with connected():
        assert rows("SELECT count(*) FROM notice") == [(0,)]


def bomb(client: socket.socket) -> None:
    """Packed only when a client connects, because that takes a while."""
    packed("gzip")(client)


@pytest.mark.parametrize("answer", [bomb, ENDLESS["body"]])
def test_huge_answers_of_a_webhook_take_little_memory(answer: Answer, capfd: pytest.CaptureFixture[str]) -> None:
    with answering(answer) as address:
        (channel,) = channels([f"{address}/s3cr3t"])
        channel.send("alice: collecting has stopped", "Connect again.")
    assert capfd.readouterr() == ("", "")
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < MEMORY


def test_an_endless_webhook_times_out() -> None:
    with answering(SLOW["body"]) as address:
        (channel,) = channels([address])
        assert not channel.send("alice: collecting has stopped", "Connect again.", seconds=3)


def test_addresses_never_appear_in_output(database_url: str, caplog: pytest.LogCaptureFixture, hook: Webhook) -> None:
    caplog.set_level(logging.DEBUG, "apprise")
    connected_account(reconnect_reason=REVOKED)
    hook.status = 500
    output = [*send_due(END, hook), *map(repr, channels([hook.address])), caplog.text]
    with connected():
        output += map(str, rows("SELECT * FROM notice"))
    assert not [text for text in output if "s3cr3t" in text]


@pytest.mark.parametrize("address", ["nonsense-s3cr3t", "ftp://s3cr3t.example/x", "https://", "json://"])
def test_an_invalid_address_is_reported_by_its_number(address: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(WrongAddress) as refusal:
        channels(["ntfy://ntfy.sh/topic", address])
    assert str(refusal.value) == (
        "Address number 2 in NOTIFY_URLS is neither a webhook (https://…) nor an Apprise URL such as "
        "ntfy://ntfy.sh/TOPIC. Separate several with commas."
    )
    assert "s3cr3t" not in caplog.text


@pytest.mark.parametrize(
    "address", ["https://hooks.example/x", "http://127.0.0.1:8/x", "jsons://hooks.example/x", "ntfy://ntfy.sh/topic",
                "https://ntfy.sh/topic", "mailto://user:password@mail.example"],
)  # fmt: skip
def test_webhooks_and_apprise_urls_are_accepted(address: str) -> None:
    (channel,) = channels([address])
    assert (channel.number, address in repr(channel)) == (1, False)
