"""An account's status and time zones: whoever changes them sees it in every answer from then on."""

from datetime import UTC, datetime, timedelta

import pytest

from db.account_changes.time_zones import set_time_zone
from db.engine.connection import connected, row
from db.library.exclusions import add_exclusion
from db.people.account_status import disable_account, enable_account, set_visibility
from db.people.accounts import AccountError
from people.accounts import Account, find_account
from tests.web import seed
from tests.web.visitors.visiting import signed_in

MAY = datetime(2024, 5, 1, tzinfo=UTC)
EVER = datetime(1, 1, 3, tzinfo=UTC)


@pytest.fixture
def alice(database_url: str) -> int:
    return seed.account(visibility="private")


def stored_account() -> Account:
    with connected():
        account = find_account("alice")
    assert account is not None
    return account


def move(account_id: int, zone: str, since: datetime | None = None, *, always: bool = False) -> None:
    with connected():
        set_time_zone(account_id, zone, since, always=always)


def test_a_move_leaves_earlier_zones_as_they_were(alice: int) -> None:
    version = stored_account().data_version
    move(alice, "Asia/Tokyo", MAY)
    assert stored_account().zones.moves == ((MAY, "Asia/Tokyo"), (EVER, "Europe/Berlin"))
    assert stored_account().data_version > version
    move(alice, "Asia/Seoul")
    (since, zone), *earlier = stored_account().zones.moves
    assert (zone, earlier) == ("Asia/Seoul", [(MAY, "Asia/Tokyo"), (EVER, "Europe/Berlin")])
    assert abs(datetime.now(UTC) - since) < timedelta(minutes=1)


def test_a_move_before_another_takes_its_place(alice: int) -> None:
    move(alice, "Asia/Tokyo", MAY)
    move(alice, "Asia/Seoul", MAY - timedelta(days=30))
    assert stored_account().zones.moves == ((MAY - timedelta(days=30), "Asia/Seoul"), (EVER, "Europe/Berlin"))


def test_moving_to_where_one_lives_is_no_move(alice: int) -> None:
    move(alice, "Europe/Berlin")
    assert stored_account().zones.moves == ((EVER, "Europe/Berlin"),)


def test_a_time_zone_can_be_corrected_for_all_time(alice: int) -> None:
    move(alice, "Asia/Tokyo", MAY)
    move(alice, "America/New_York", always=True)
    assert stored_account().zones.moves == ((EVER, "America/New_York"),)


def test_rules_about_hours_follow_the_listener(alice: int) -> None:
    track = seed.known_track()
    seed.play(alice, track, "2024-06-01 01:30Z")  # 03:30 in Berlin, 10:30 in Tokyo
    with connected():
        assert add_exclusion(alice, "hours", "03:00-04:00").changed == 1
    counted = "SELECT count(*) FROM counted_play WHERE account_id = %s"
    with connected():
        assert row(counted, alice) == (0,)
    move(alice, "Asia/Tokyo", MAY)
    with connected():
        assert row(counted, alice) == (1,)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "localtime", "posix/UTC", "europe/berlin"])
def test_an_invalid_time_zone_is_refused(alice: int, zone: str) -> None:
    with pytest.raises(AccountError, match="There is no time zone"):
        move(alice, zone)
    assert stored_account().zones.moves == ((EVER, "Europe/Berlin"),)


def test_visibility_is_private_or_public(alice: int) -> None:
    version = stored_account().data_version
    with connected():
        set_visibility(alice, "public")
        assert stored_account().visibility == "public"
        with pytest.raises(AccountError, match="visibility must be one of private, public"):
            set_visibility(alice, "link")
    assert stored_account().data_version > version


def test_a_disabled_account_has_no_sessions_and_keeps_everything_else(alice: int) -> None:
    signed_in(alice)
    seed.play(alice, seed.known_track(), "2024-06-01 01:30Z")
    with connected():
        disable_account(alice)
        disable_account(alice)
        assert (stored_account().disabled, row("SELECT count(*) FROM web_session")) == (True, (0,))
        enable_account(alice)
        assert (stored_account().disabled, row("SELECT count(*) FROM play")) == (False, (1,))


def test_an_account_that_is_being_deleted_cannot_be_enabled(alice: int) -> None:
    seed.change("UPDATE account SET disabled_at = now(), deletion_began_at = now() WHERE id = %s", alice)
    with connected(), pytest.raises(AccountError, match="is being deleted"):
        enable_account(alice)
    assert stored_account().disabled
