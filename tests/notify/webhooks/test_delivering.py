"""An event reaches a webhook signed and once; if the webhook cannot be reached, it is tried again later."""

import base64
import hashlib
import hmac
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from bounded_http import Bounds, post
from db.engine.cipher import Cipher
from db.engine.connection import connected, database, row
from db.people.scan_modes import pause, resume
from db.webhooks.deliveries import LEASE, claim_deliveries, forget_old_deliveries
from db.webhooks.outbox import EVENTS, record_event
from db.webhooks.webhooks import delete_webhook, pause_webhook, resume_webhook
from notify.webhooks import sending
from notify.webhooks.delivering import Delivering
from notify.webhooks.sending import Sender
from people.accounts import account_named
from people.webhooks.changes import make_webhook, try_webhook
from tests.hostile import SLOW, Answer, answering
from tests.notify.webhooks.conftest import PRIVATE, Hooked
from tests.notify.webhooks.receiver import Request
from tests.suite.waiting import until
from tests.web import seed

DOCS = Path(__file__).parents[3] / "docs" / "webhooks.md"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def happens(hooked: Hooked, **data: object) -> None:
    """Record an event, and let the deliverer's clock reach it."""
    with connected():
        record_event(hooked.account_id, "gap", data)
    hooked.clock = max(hooked.clock, datetime.now(UTC))


def signature(secret: str, request: Request) -> str:
    """The signature as Standard Webhooks defines it."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    head = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}."
    return "v1," + base64.b64encode(hmac.new(key, head.encode() + request.body, hashlib.sha256).digest()).decode()


def test_an_event_arrives_signed(hooked: Hooked) -> None:
    happens(hooked, start="2026-11-20T12:00:00Z")
    assert hooked.deliver() == (1, 0)
    (request,) = hooked.receiver.requests
    assert request.event["type"] == "gap"
    assert request.event["data"] == {"username": "alice", "start": "2026-11-20T12:00:00Z"}
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-timestamp"] == str(int(hooked.clock.timestamp()))
    assert request.headers["webhook-signature"] == signature(hooked.made.secret, request)
    assert hooked.deliver() == (0, 0)


def documented(secret: str, folder: Path) -> ModuleType:
    """The receiver of the documentation, without its server; it prints what it takes."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    # Each has a file of its own: Python would take one of the same second and size for the one it has compiled.
    path = folder / f"receiver{len(list(folder.iterdir()))}.py"
    path.write_text(code.replace("whsec_…", secret).partition("HTTPServer((")[0])
    spec = spec_from_file_location("receiver", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Body:
    def __init__(self, content: bytes) -> None:
        self.read = lambda _: content


def received_by(module: ModuleType, request: Request, **headers: str) -> int:
    """The status with which the documented receiver answers."""
    statuses: list[int] = []
    receiver = module.Receiver.__new__(module.Receiver)
    receiver.headers, receiver.rfile = request.headers | headers, Body(request.body)
    receiver.headers["content-length"] = str(len(request.body))
    receiver.send_response, receiver.end_headers = statuses.append, lambda: None
    receiver.do_POST()
    return statuses[0]


def test_the_documented_receiver_takes_an_event_once_and_refuses_forged_ones(
    hooked: Hooked, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    happens(hooked)
    hooked.deliver()
    (request,) = hooked.receiver.requests
    receiver = documented(hooked.made.secret, tmp_path)
    assert [received_by(receiver, request), received_by(receiver, request)] == [204, 204]
    assert capsys.readouterr().out == f"{request.event}\n"
    assert received_by(receiver, Request(request.headers, request.body + b" ")) == 401
    late = str(int(request.headers["webhook-timestamp"]) - 301)
    assert received_by(receiver, request, **{"webhook-timestamp": late}) == 401
    other = documented("whsec_" + base64.b64encode(bytes(32)).decode(), tmp_path)
    assert received_by(other, request) == 401


def test_a_webhook_gets_only_the_events_it_wants(hooked: Hooked) -> None:
    seed.change("UPDATE webhook SET events = '{list}'")
    happens(hooked)
    with connected():
        record_event(hooked.account_id, "list", {})
    hooked.clock += MINUTE
    hooked.deliver()
    assert hooked.receiver.types() == ["list"]


def test_an_event_that_did_not_happen_is_not_sent(hooked: Hooked) -> None:
    with connected(), database.atomic() as transaction:
        record_event(hooked.account_id, "gap", {})
        transaction.rollback()
    hooked.clock += MINUTE
    assert hooked.deliver() == (0, 0)


def test_a_failure_is_tried_again_later_and_given_up_after_three_days(hooked: Hooked) -> None:
    hooked.receiver.status = 500
    happens(hooked)
    began = hooked.clock
    while (following := hooked.log()[0].next_at) is not None:
        hooked.clock = max(hooked.clock, following)
        assert hooked.deliver() == (0, 1)
    (delivery,) = hooked.log()
    assert (delivery.attempts, delivery.status, delivery.is_given_up) == (10, 500, True)
    assert timedelta(days=3) < hooked.clock - began < timedelta(days=3, hours=2)
    assert len({request.headers["webhook-id"] for request in hooked.receiver.requests}) == 1
    assert len({request.headers["webhook-timestamp"] for request in hooked.receiver.requests}) == 10


def test_a_receiver_that_is_back_gets_what_it_missed(hooked: Hooked) -> None:
    hooked.receiver.status = 503
    for number in range(3):
        happens(hooked, number=number)
    assert hooked.deliver() == (0, 1), "the others wait for a receiver that is away"
    hooked.receiver.status = 200
    hooked.clock += 2 * MINUTE
    assert hooked.deliver() == (3, 0)
    assert sorted(request.event["data"]["number"] for request in hooked.receiver.requests[1:]) == [0, 1, 2]


def test_a_receiver_that_is_gone_gets_nothing_more(hooked: Hooked) -> None:
    hooked.receiver.status = 410
    happens(hooked)
    assert hooked.deliver() == (0, 1)
    (delivery,) = hooked.log()
    assert (delivery.problem, delivery.is_given_up) == ("gone", True)
    happens(hooked)
    hooked.clock += DAY
    assert hooked.deliver() == (0, 0)


def test_a_redirect_is_not_followed(hooked: Hooked) -> None:
    hooked.receiver.status = 307
    hooked.receiver.headers = {"location": hooked.receiver.address}
    happens(hooked)
    assert hooked.deliver() == (0, 1)
    assert (len(hooked.receiver.requests), hooked.log()[0].status) == (1, 307)


def test_a_host_of_this_network_is_contacted_only_if_the_operator_allows_it(hooked: Hooked) -> None:
    hooked.private = frozenset()
    happens(hooked)
    assert hooked.deliver() == (0, 1)
    assert (hooked.receiver.requests, hooked.log()[0].problem) == ([], "not_public")


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
def test_no_other_name_leads_to_a_host_of_this_network(hooked: Hooked, host: str) -> None:
    seed.change("UPDATE webhook SET address = %s", f"http://{host}:{hooked.receiver.port}/")
    happens(hooked)
    assert hooked.deliver() == (0, 1)
    assert (hooked.receiver.requests, hooked.log()[0].problem) == ([], "not_public")


def test_an_unknown_host_is_a_failure_with_its_reason(hooked: Hooked) -> None:
    seed.change("UPDATE webhook SET address = 'https://nobody.invalid/'")
    happens(hooked)
    assert hooked.deliver() == (0, 1)
    assert hooked.log()[0].problem == "unknown_host"


def test_an_invalid_host_name_is_a_failure_with_its_reason(hooked: Hooked) -> None:
    with connected():
        row("UPDATE webhook SET address = 'https://xn--/' RETURNING id")
    happens(hooked)
    assert hooked.deliver() == (0, 1)
    assert hooked.log()[0].problem == "no_answer"


def test_an_endless_answer_is_given_up(hooked: Hooked) -> None:
    hooked.receiver.status, hooked.receiver.answer = 200, bytes(sending.BOUNDS.largest + 1)
    happens(hooked)
    assert hooked.deliver() == (0, 1)
    assert hooked.log()[0].problem == "no_answer"


@pytest.mark.parametrize("answer", SLOW.values(), ids=SLOW)
def test_a_receiver_that_never_ends_its_answer_is_given_up(
    hooked: Hooked, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    monkeypatch.setattr(sending, "BOUNDS", Bounds(largest=10_000_000, seconds=0.5))
    with answering(answer) as address:
        seed.change("UPDATE webhook SET address = %s", address)
        happens(hooked)
        assert hooked.deliver() == (0, 1)
    assert hooked.log()[0].problem == "late"


def test_a_name_is_resolved_once_and_connected_to_where_it_led_then(hooked: Hooked) -> None:
    """This holds whatever the name leads to a moment later; the receiver still sees the name."""
    hosts: list[str] = []

    def resolve(host: str, port: int) -> str:
        hosts.append(host)
        return "127.0.0.1"

    url = f"http://hooks.example.org:{hooked.receiver.port}/"
    assert post(url, b"{}", {}, sending.BOUNDS, resolve) == 204
    assert hosts == ["hooks.example.org"]
    assert hooked.receiver.requests[0].headers["host"] == f"hooks.example.org:{hooked.receiver.port}"


def test_without_the_key_nothing_is_sent(hooked: Hooked) -> None:
    happens(hooked)
    hooked.cipher = Cipher("x" * 32)
    assert hooked.deliver() == (0, 1)
    assert (hooked.receiver.requests, hooked.log()[0].problem) == ([], "key")


def test_a_killed_program_loses_nothing(hooked: Hooked) -> None:
    """The deliveries that it had claimed are sent when its lease is over, with the same ids."""
    happens(hooked)
    with connected():
        (claimed,) = claim_deliveries(hooked.clock, 10)
    assert hooked.deliver() == (0, 0)
    hooked.clock += LEASE
    assert hooked.deliver() == (1, 0)
    assert hooked.receiver.requests[0].headers["webhook-id"] == claimed.event_id


@pytest.mark.parametrize("is_attempted", [False, True])
def test_a_clock_that_was_set_back_delays_nothing(hooked: Hooked, *, is_attempted: bool) -> None:
    """Neither what has just happened, nor what failed, nor what waits for another attempt of that."""
    for number in range(2):
        happens(hooked, number=number)
    if is_attempted:
        hooked.receiver.status = 500
        assert hooked.deliver() == (0, 1)
        hooked.receiver.status = 204
    hooked.clock -= timedelta(hours=5)
    assert hooked.deliver() == (2, 0)


def test_two_programs_send_an_event_once(hooked: Hooked) -> None:
    for number in range(10):
        happens(hooked, number=number)
    with ThreadPoolExecutor(2) as programs:
        delivered = [each.result()[0] for each in [programs.submit(hooked.deliver) for _ in range(2)]]
    numbers = [request.event["data"]["number"] for request in hooked.receiver.requests]
    assert (sum(delivered), sorted(numbers)) == (10, list(range(10)))


def test_webhooks_of_one_account_do_not_keep_those_of_others_waiting(hooked: Hooked) -> None:
    """Alice's have so many deliveries that they could fill everything that is sent at once."""
    bob = seed.account("bob")
    with connected():
        for username in ("alice", "alice", "alice", "bob"):
            make_webhook(account_named(username), hooked.receiver.address, EVENTS, hooked.cipher, PRIVATE)
        for number in range(5):
            record_event(hooked.account_id, "gap", {"number": number})
        record_event(bob, "gap", {})
    hooked.clock = datetime.now(UTC)
    assert hooked.deliver() == (21, 0)
    usernames = [request.event["data"]["username"] for request in hooked.receiver.requests]
    assert "bob" in usernames[:6]  # of the first two rounds


def test_a_test_that_waits_already_is_not_sent_twice(hooked: Hooked) -> None:
    for _ in range(3):
        with connected():
            try_webhook(account_named("alice"), hooked.made.number)
    hooked.clock = datetime.now(UTC)
    assert hooked.deliver() == (1, 0)
    with connected():
        try_webhook(account_named("alice"), hooked.made.number)
    hooked.clock = datetime.now(UTC)
    assert hooked.deliver() == (1, 0)


def test_a_paused_webhook_misses_what_happens_meanwhile(hooked: Hooked) -> None:
    happens(hooked, number=1)
    with connected():
        pause_webhook(hooked.account_id, hooked.made.number)
    happens(hooked, number=2)
    assert hooked.deliver() == (0, 0)
    with connected():
        resume_webhook(hooked.account_id, hooked.made.number)
    assert hooked.deliver() == (1, 0)
    assert hooked.receiver.requests[0].event["data"]["number"] == 1


def test_deliveries_wait_while_collecting_is_paused(hooked: Hooked) -> None:
    happens(hooked)
    with connected():
        pause(hooked.account_id, hooked.clock)
    assert hooked.deliver() == (0, 0)
    with connected():
        resume(hooked.account_id, hooked.clock)
    assert hooked.deliver() == (1, 0)


def test_a_disabled_account_sends_nothing(hooked: Hooked) -> None:
    happens(hooked)
    seed.change("UPDATE account SET disabled_at = now()")
    happens(hooked)
    assert (hooked.deliver(), len(hooked.log())) == ((0, 0), 1)


def test_a_deleted_webhook_leaves_nothing(hooked: Hooked) -> None:
    happens(hooked)
    with connected():
        delete_webhook(hooked.account_id, hooked.made.number)
    assert (hooked.deliver(), hooked.log()) == ((0, 0), [])


def test_the_log_is_kept_for_30_days(hooked: Hooked) -> None:
    happens(hooked)
    for days, left in ((29, 1), (31, 0)):
        with connected():
            forget_old_deliveries(hooked.clock + timedelta(days=days))
        assert len(hooked.log()) == left


def test_beside_live_collecting_an_event_is_sent_at_once(hooked: Hooked) -> None:
    with Delivering(Sender(hooked.cipher, PRIVATE, lambda: datetime.now(UTC)), print):
        happens(hooked)
        until(lambda: len(hooked.receiver.requests) == 1)
        until(lambda: hooked.log()[0].delivered_at is not None)
    assert "webhooks" not in {thread.name for thread in threading.enumerate()}


def test_the_secret_is_stored_sealed(hooked: Hooked) -> None:
    with connected():
        (stored,) = row("SELECT secret FROM webhook") or ("",)
    assert hooked.made.secret not in stored
    assert hooked.cipher.open_text(stored) == hooked.made.secret
