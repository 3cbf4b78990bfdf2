"""The listeners of the demo and their plays."""

from datetime import timedelta
from pathlib import Path

import pytest

from demo.household import Member, household
from tests.fake import NOON


@pytest.fixture(scope="module")
def members() -> tuple[Member, ...]:
    return household()


def test_the_household_is_large_enough_for_the_house(members: tuple[Member, ...]) -> None:
    """The house needs five other listeners for each member with an export."""
    heard = {member.username: len(member.heard(NOON)) for member in members}
    assert len(heard) == 6
    assert [name for name, plays in heard.items() if plays < 500] == []


def test_friends_have_just_come_and_export_nothing(members: tuple[Member, ...], tmp_path: Path) -> None:
    friends = [member for member in members if member.export is None]
    assert [friend.username for friend in friends] == ["dave", "erin", "frank"]
    for friend in friends:
        assert friend.connects
        friend.write_export(tmp_path / "none.zip", NOON)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", range(6))
def test_every_member_keeps_listening(members: tuple[Member, ...], number: int) -> None:
    member = members[number]
    before, after = (member.visible(NOON + timedelta(days=days)) for days in (0, 3))
    assert len(before) >= 50
    assert max(play.ended_at for play in after) > max(play.ended_at for play in before)
