"""An answer is right even if the sums that it reads are made anew, and others deleted, while it is computed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

import insights.plays.scope
from collect.period_sums import sum_up
from db.engine.connection import connected
from db.joined_sums import current_sums
from recommend.questions import all_questions
from tests.web import seed
from tests.web.conftest import NOW
from tests.web.known_music import know_genres, know_sound
from tests.web.reading import content

pytestmark = pytest.mark.programs  # it makes the sums anew before each answer

EARLIER = datetime(2025, 6, 10, tzinfo=UTC)  # when the months of 2025 were summed, each on its own
GENRE = "dream pop"
OTHERS = (
    "/1/user/alice/listen-count",
    "/1/stats/user/alice/artists",
    "/1/stats/user/alice/recordings",
    "/recap/alice/feed.atom",
    "/recap/alice/card.svg?period=2025",
    *(f"/{name}/alice?format=html" for name in ("totals", "top-tracks", "recap", "clock", "genre-activity", "profile")),
)


@pytest.fixture
def alice(database_url: str) -> int:
    alice, boats = seed.account(), seed.known_track()
    tide = seed.track(uri="spotify:track:" + "x" * 22, name="Low Tide", artist_name="The Lanterns", duration_ms=180_000)
    know_genres(boats, {GENRE: 1.0})
    know_sound(boats, (0.5, 0.5, 0.5, 0.5, 100.0))
    seed.play(alice, tide, "2025-04-05 12:00Z", ms_played=9_000_000)  # so long that /quality says so
    for track, hour in ((boats, 10), (tide, 11)):
        months = [f"{year}-{month:02}" for year in (2023, 2024, 2025) for month in range(1, 13)]
        seed.plays(alice, track, [f"{month}-0{day} {hour}:0{day}Z" for month in months for day in (2, 3)])
    bob = seed.account("bob", visibility="public")
    seed.plays(bob, boats, ["2024-03-02 10:00Z"])
    return alice


@pytest.fixture
def remade_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks which sums there are uses them only after another program has made all of them anew."""

    def remade(account_id: int) -> object:
        known = current_sums(account_id)
        with ThreadPoolExecutor(1) as other:
            other.submit(_sum_up, account_id, NOW).result()
        return known

    monkeypatch.setattr(insights.plays.scope, "current_sums", remade)


def _sum_up(account_id: int, now: datetime) -> None:
    with connected():
        sum_up(account_id, now)


def forget_sums() -> None:
    for table in ("summed_period", "joined_sum"):
        seed.change(f"DELETE FROM {table}")  # noqa: S608 - ours


def answers(client: TestClient, prepare: Callable[[], None]) -> dict[str, str]:
    paths = [q.path.format(username="alice", id=1, other="bob", name=GENRE) for q in all_questions().values()]
    collected = {}
    for path in (*paths, *OTHERS):
        seed.forget_attempts(client.app)
        prepare()
        answer = client.get(path)
        collected[path] = content(answer.text) if "html" in path else answer.text
    return collected


def test_sums_that_are_made_anew_meanwhile_change_no_answer(
    client: TestClient, alice: int, request: pytest.FixtureRequest
) -> None:
    expected = answers(client, forget_sums)
    request.getfixturevalue("remade_meanwhile")

    def summed_earlier() -> None:
        forget_sums()
        _sum_up(alice, EARLIER)

    different = {path: text for path, text in answers(client, summed_earlier).items() if text != expected[path]}
    assert list(different) == []
