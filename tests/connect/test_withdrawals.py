"""A consent that Spotify says has ended is tried until the last day; data is deleted only if it is refused then too."""

from datetime import timedelta
from pathlib import Path

import pytest

from collect.cleanup import forget_what_must_go
from collect.exports.streaming_history import import_history
from collect.outcomes import Report
from collect.recent import collect_recent
from db.engine.connection import connected, row, rows
from db.people.accounts import ensure_accounts
from db.people.apps import add_app, use_app
from demo.fake_wire import Answer, json_answer, refusal
from notify.notices import due_notices
from people.accounts import account_named
from people.withdrawal import account_data_deleted_at
from tests.collect.export_files import as_json, extended_row
from tests.collect.histories import Silent
from tests.fake import NOON, World, play, world
from tests.web import seed

pytestmark = pytest.mark.programs

REVOKED = json_answer(400, {"error": "invalid_grant", "error_description": "Refresh token revoked"})
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ENDED = "Spotify's consent has ended (it lasts six months) or was withdrawn: connect again."
OTHERWISE = (
    "Otherwise Insight deletes Spotify's data about alice on 25 November 2026, as Spotify's terms require when a "
    "consent is withdrawn; imports stay."
)
GOES_ON = "Spotify accepts the consent again, so collecting continues and nothing is deleted"
NOT_TRIED = "nothing is deleted yet, because Spotify has not confirmed again that the consent has ended; postponed to "
WRONG_APP = json_answer(400, {"error": "invalid_client", "error_description": "Invalid client"})
DELETED = (
    "{}: deleted 4 plays from Spotify's API, because the listener withdrew consent on Spotify; imports and settings "
    "stay"
)
NO_END = (None, None, None, None)


class Household:
    """Listeners who have connected and whose plays were collected, and the hourly program."""

    def __init__(self, *names: str) -> None:
        self.here: World = world()
        with connected():
            ensure_accounts(names, "UTC")
        for number, name in enumerate(names):
            self.here.fake.add_listener(name, [play(10 * count + number, count) for count in range(1, 5)])
            self.here.connect(name)
        assert all(report.outcome == "collected" for report in self.collect())

    def collect(self) -> list[Report]:
        return collect_recent(self.here.spotify)

    def outcomes(self) -> list[str]:
        return [report.outcome for report in self.collect()]

    def forget(self) -> list[str]:
        with connected():
            result = forget_what_must_go(self.here.clock(), keep_after_disconnect=False, spotify=self.here.spotify)
            return list(result)

    def goes_wrong(self, times: int) -> None:
        """Two hours from now, Spotify refuses this many consents that are still valid."""
        self.here.clock.forward(hours=2)
        self.here.fake.refuse(REVOKED, "/api/token", times)

    def days(self, days: int, every: int = 1) -> list[str]:
        """The program's lines about deletions in so many days, in which it runs every `every` hours."""
        lines = []
        for _ in range(24 * days // every):
            self.here.clock.forward(hours=every)
            lines += self.forget()
            self.collect()
        return lines

    def consent_state(self, name: str = "alice") -> tuple[object, ...] | None:
        with connected():
            return row(
                "SELECT reconnect_reason, consent_ended_at, consent_refused_at, deletion_put_off_to FROM account "
                "WHERE username = %s", name,
            )  # fmt: skip

    def plays(self) -> dict[str, int]:
        with connected():
            return dict(rows("SELECT username, count(play.id) FROM account LEFT JOIN play ON account_id = account.id "
                             "GROUP BY 1"))  # fmt: skip


@pytest.fixture
def two(database_url: str) -> Household:
    return Household("alice", "bob")


@pytest.fixture
def single(database_url: str) -> Household:
    return Household("alice")


def test_an_incident_of_an_hour_deletes_nothing(two: Household) -> None:
    two.goes_wrong(times=2)
    assert two.outcomes() == ["reconnect", "reconnect"]
    two.here.fake.add_listener("alice", [play(-150, 1)])  # what she heard since
    two.here.clock.forward(hours=1)
    assert [str(report) for report in two.collect()] == ["alice: 1 new play, 0 known", "bob: 0 new plays, 4 known"]
    assert (two.consent_state("alice"), two.consent_state("bob")) == (NO_END, NO_END)
    two.here.clock.forward(days=5)
    assert two.forget() == []
    assert two.plays() == {"alice": 5, "bob": 4}


@pytest.mark.parametrize("days", [1, 3])
def test_an_incident_of_days_deletes_nothing(two: Household, days: int) -> None:
    two.goes_wrong(times=100)
    two.days(days)
    two.here.fake.queued.clear()
    assert two.days(6, every=3) == []
    assert (two.consent_state(), two.outcomes()) == (NO_END, ["collected", "collected"])
    assert two.plays() == {"alice": 4, "bob": 4}


def test_a_single_refusal_deletes_nothing(two: Household) -> None:
    """Not even if the consent cannot be tried again before the day of the deletion."""
    two.goes_wrong(times=2)
    two.collect()
    two.here.clock.forward(days=5)
    with connected():
        lines = list(forget_what_must_go(two.here.clock(), keep_after_disconnect=False))
    assert [line.partition(": ")[2][:26] for line in lines] == ["nothing is deleted yet, be"] * 2
    assert two.plays() == {"alice": 4, "bob": 4}


def test_success_of_the_last_retry_prevents_the_deletion(single: Household) -> None:
    single.goes_wrong(times=1)
    single.collect()
    single.here.clock.forward(days=5)
    assert single.forget() == [f"alice: {GOES_ON}"]
    assert (single.consent_state(), single.outcomes()) == (NO_END, ["collected"])


def test_data_refused_until_the_last_day_is_deleted_and_the_account_stays(single: Household) -> None:
    """The same happens to a listener who withdrew consent and to one whose password Spotify has reset."""
    single.here.fake.revoke("alice")
    single.here.clock.forward(hours=2)
    began = single.here.clock()
    assert single.outcomes() == ["reconnect"]
    assert single.days(4) == []
    lines: list[str] = []
    while not lines:
        single.here.clock.forward(hours=1)
        lines = single.forget()
    assert lines == [DELETED.format("alice")]
    with connected():
        assert rows("SELECT track_id FROM account_track") == []
    assert began + 5 * DAY - 2 * HOUR < single.here.clock() <= began + 5 * DAY
    assert single.plays() == {"alice": 0}
    assert single.days(2) == []
    single.here.connect("alice")
    assert single.outcomes() == ["collected"]


def test_consent_is_retried_after_an_hour_and_then_daily(single: Household) -> None:
    single.here.fake.revoke("alice")
    single.here.clock.forward(hours=2)
    single.collect()
    hours_with_calls = []
    for hour in range(1, 119):
        before = len(single.here.fake.requests)
        single.here.clock.forward(hours=1)
        single.collect()
        if len(single.here.fake.requests) > before:
            hours_with_calls.append(hour)
    assert hours_with_calls == [1, 24, 47, 70, 93, 116]


def test_imports_always_stay(single: Household, tmp_path: Path) -> None:
    path = tmp_path / "Streaming_History_Audio_2023.json"
    path.write_bytes(as_json(extended_row(1), extended_row(2)))
    with connected():
        import_history(account_named("alice").id, [path], Silent())
    single.here.fake.revoke("alice")
    single.here.clock.forward(hours=2)
    single.collect()
    assert single.days(6) == [DELETED.format("alice")]
    assert single.plays() == {"alice": 2}


def test_deletions_for_consents_that_ended_together_wait_for_each_other(two: Household) -> None:
    """Bob's consent has not been tried again, so both ends may be a mistake of Spotify's."""
    two.here.fake.revoke("alice")
    two.goes_wrong(times=2)
    two.collect()
    seed.move_times("account", "consent_ended_at", "30 minutes", "username = 'bob'")
    two.here.clock.forward(days=4, hours=23)
    assert two.forget() == [
        "alice: nothing is deleted yet, because the consents of 2 connected accounts ended within an hour, which may "
        "be a mistake of Spotify's, and Spotify has not refused all of them again since; postponed to 2026-11-26 13:00 "
        "UTC"
    ]
    with connected():
        assert account_data_deleted_at(account_named("alice").id) == NOON + 6 * DAY + HOUR
    two.here.clock.forward(hours=1)
    assert two.forget() == ["bob: Spotify accepts the consent again, so collecting continues and nothing is deleted"]
    assert two.days(1) == [DELETED.format("alice")]
    assert two.plays() == {"alice": 0, "bob": 4}


def test_a_household_that_left_together_is_deleted_together(two: Household) -> None:
    for name in ("alice", "bob"):
        two.here.fake.revoke(name)
    two.here.clock.forward(hours=2)
    two.collect()
    assert two.days(5) == [DELETED.format("alice"), DELETED.format("bob")]


def test_a_single_withdrawal_among_many_accounts_does_not_wait(database_url: str) -> None:
    many = Household("alice", "bob", "carol")
    many.here.fake.revoke("alice")
    many.here.clock.forward(hours=2)
    many.collect()
    assert many.days(5, every=3) == [DELETED.format("alice")]
    assert many.plays() == {"alice": 0, "bob": 4, "carol": 4}


@pytest.mark.parametrize(
    "answer",
    [refusal(503, "down"), json_answer(400, {"error": "invalid_client", "error_description": "Invalid client"})],
)
def test_without_a_retry_nothing_is_deleted_and_the_new_date_is_reported(single: Household, answer: Answer) -> None:
    single.goes_wrong(times=1)
    single.collect()
    single.here.clock.forward(days=5)
    single.here.fake.refuse(answer, "/api/token")
    assert single.forget() == [f"alice: {NOT_TRIED}2026-11-26 14:00 UTC"]
    with connected():
        (notice,) = due_notices(single.here.clock(), "https://music.example", keep_after_disconnect=False)
    assert "on 26 November 2026" in notice.body
    assert single.plays() == {"alice": 4}


def test_the_report_of_every_run_has_the_date_of_the_deletion(single: Household) -> None:
    single.here.fake.revoke("alice")
    single.here.clock.forward(hours=2)
    lines = [str(report) for _ in range(3) for report in single.collect()]
    assert lines == [f"alice: {ENDED} {OTHERWISE}"] * 3


def test_a_second_end_after_a_false_one_is_announced_again(single: Household) -> None:
    for _ in range(2):
        single.goes_wrong(times=1)
        single.collect()
        with connected():
            account_id = account_named("alice").id
            (notice,) = due_notices(single.here.clock(), "https://music.example", keep_after_disconnect=False)
            assert notice.kind == "deletion"
            rows("INSERT INTO notice (account_id, kind, about, channel) VALUES (%s, %s, %s, 'hook') RETURNING 1",
                 account_id, notice.kind, notice.about)  # fmt: skip
        single.here.clock.forward(hours=1)
        assert single.outcomes() == ["collected"]
        with connected():
            assert rows("SELECT FROM notice") == []


def test_a_lasting_401_does_not_end_a_consent(single: Household) -> None:
    single.here.fake.refuse(refusal(401, "Access token missing"), "/v1/me/player", times=24)
    for _ in range(6):
        (report,) = single.collect()
        assert (report.outcome, report.needs_a_person) == ("try_later", False)
        single.here.clock.forward(minutes=10)
    single.here.fake.queued.clear()
    assert (single.consent_state(), single.outcomes()) == (NO_END, ["collected"])


def test_connecting_again_meanwhile_keeps_everything(single: Household) -> None:
    single.here.fake.revoke("alice")
    single.here.clock.forward(hours=2)
    single.collect()
    single.here.clock.forward(days=4)
    single.here.connect("alice")
    assert single.days(5, every=3) == []
    assert single.plays() == {"alice": 4}


def test_a_token_of_another_app_does_not_prove_an_end(single: Household) -> None:
    single.goes_wrong(times=1)
    single.collect()
    with connected():
        add_app("another-app", None, "somebody")
        use_app("another-app", ["alice"])
    requests_before = len(single.here.fake.requests)
    assert single.days(6) == []
    assert (len(single.here.fake.requests), single.plays()) == (requests_before, {"alice": 4})


def test_an_expired_consent_is_not_retried(single: Household) -> None:
    single.here.clock.forward(days=190)
    single.collect()
    requests_before = len(single.here.fake.requests)
    assert single.days(6) == []
    assert (len(single.here.fake.requests), single.plays()) == (requests_before, {"alice": 4})
