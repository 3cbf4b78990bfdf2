"""The same plays give the same answers, whatever the order and number of imports."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from db.engine.connection import connected, rows
from insights.plays.checksum import checksum
from tests.suite.emptying import DELETE
from tests.web.histories.importing import Row, answer_to, imported, row
from tests.web.seed import account

# A long and a short play end in the same second: ordered by their beginnings they form one session with the play before
# them, in the other order two sessions. The rest have equal places in every ranking.
PLAYED = [
    row("2024-05-01T10:00:00Z", "Low Tide", "The Lanterns", 2, 180_000),
    row("2024-05-01T10:30:00Z", "Paper Boats", "The Lanterns", 3, 900_000),
    row("2024-05-01T10:30:00Z", "Glass", "Quiet Rooms", 4, 60_000),
    *(
        row("2024-05-01T10:40:00Z", f"Twin {name}", f"Artist {name}", ord(name), master_metadata_album_album_name=name)
        for name in "DACB"
    ),
    *(row("2024-05-02T09:00:00Z", "Low Tide", "The Lanterns", 2, ms) for ms in (180_000, 180_001)),
]
ARRANGEMENTS: list[Callable[[list[Row]], list[list[Row]]]] = [
    lambda played: [played],
    lambda played: [played[::-1]],
    lambda played: [played[::2], played[1::2]],
    lambda played: [played[4:], played[:4]],
    lambda played: [[each] for each in reversed(played)],
]
QUESTIONS = (
    "/sessions/alice", "/streaks/alice", "/history/alice", "/clock/alice", "/calendar/alice?year=2024",
    "/activity/alice", "/totals/alice", "/top-tracks/alice", "/top-tracks/alice?by=time&limit=3", "/top-artists/alice",
    "/top-artists/alice?limit=2", "/top-albums/alice", "/discoveries/alice", "/obsessions/alice?min_plays=2",
    "/forgotten/alice?min_plays=1&months=1", "/milestones/alice", "/skips/alice?min_plays=1",
    "/on-this-day/alice?date=2025-05-01", "/recap/alice?period=2024", "/quality/alice?examples=20",
    f"/track/{4:022}/alice", f"/track/{ord('C'):022}/alice",
)  # fmt: skip


def answers(client: TestClient, folder: Path, parts: list[list[Row]]) -> dict[str, Any]:
    """The checksum and all answers after importing these files one after the other into an empty database."""
    with connected():
        rows(DELETE)
    alice = account()
    for part in parts:
        imported(alice, folder, part)
    with connected():
        result: dict[str, Any] = {"checksum": checksum(alice)}
    return result | {question: _without_coverage(answer_to(client, question)) for question in QUESTIONS}


def _without_coverage(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer without what depends on the covered time, which is shorter for several exports than for one."""
    kept = {name: value for name, value in answer.items() if name not in {"completeness", "days_not_recorded"}}
    return kept | {
        name: [each for each in kept[name] if each["name"] != "open_gaps"] for name in {"checks"} & set(kept)
    }


@pytest.mark.parametrize("arranged", ARRANGEMENTS[1:], ids=["backwards", "by turns", "the end first", "one by one"])
def test_no_answer_depends_on_the_order_of_imports(
    client: TestClient, tmp_path: Path, arranged: Callable[[list[Row]], list[list[Row]]]
) -> None:
    expected = answers(client, tmp_path, [PLAYED])
    assert answers(client, tmp_path, arranged(PLAYED)) == expected
    assert expected["/sessions/alice"]["total"] == 2  # one on each day


def test_of_plays_ending_in_one_second_the_one_that_began_last_is_the_newest(
    client: TestClient, tmp_path: Path
) -> None:
    imported(account(), tmp_path, PLAYED[:3])
    listed = answer_to(client, "/history/alice")["plays"]
    assert [play["track"]["name"] for play in listed] == ["Glass", "Paper Boats", "Low Tide"]
    assert answer_to(client, "/sessions/alice")["total"] == 1
