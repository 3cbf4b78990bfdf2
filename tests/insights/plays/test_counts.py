"""The number of plays of each account."""

from datetime import UTC, datetime

import pytest

from collect.period_sums import sum_up
from db.engine.connection import rows
from insights.answers.reading import reading
from insights.plays.counts import Counts, counts
from tests.looked_at import counting
from tests.web import seed


def test_only_plays_that_count_are_counted(database_url: str) -> None:
    alice, bob, carol = seed.account(), seed.account("bob"), seed.account("carol")
    track = seed.track()
    kept = seed.play(alice, track, "2020-06-01 10:00Z")
    seed.play(alice, track, "2021-06-01 10:00Z")
    seed.play(alice, track, "2022-06-01 10:00Z", superseded_by=kept)
    episode = seed.insert("episode", kind="episode", uri="spotify:episode:1")
    seed.insert("play", account_id=alice, episode_id=episode, played_at="2019-06-01Z", source="extended", digest=1)
    seed.play(bob, track, "2023-06-01 10:00Z")
    with reading():
        assert counts([alice, bob, carol]) == {
            alice: Counts(alice, 2, datetime(2020, 6, 1, 10, tzinfo=UTC), datetime(2021, 6, 1, 10, tzinfo=UTC)),
            bob: Counts(bob, 1, datetime(2023, 6, 1, 10, tzinfo=UTC), datetime(2023, 6, 1, 10, tzinfo=UTC)),
            carol: Counts(carol, 0, None, None),
        }
        assert counts([bob]).keys() == {bob}
        assert counts([]) == {}


def test_finished_years_are_not_counted_play_by_play(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    alice, track = seed.account(), seed.track()
    days = [f"2020-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    seed.plays(alice, track, [f"{day} {hour:02}:00Z" for day in days for hour in range(8, 20)])
    seed.plays(alice, track, ["2021-01-01 10:00Z", "2021-01-02 10:00Z"], ms_played=None)
    with reading():
        before = counts([alice])
        sum_up(alice, datetime(2021, 1, 20, tzinfo=UTC))
        assert counts([alice]) == before
        assert before[alice].plays == len(days) * 12 + 2
        rows("ANALYZE play; SELECT 1")
        with counting(monkeypatch) as looked_at:
            counts([alice])
    assert 0 < sum(looked_at.values()) < 60
