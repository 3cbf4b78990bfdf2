"""The number of plays of each account."""

from datetime import UTC, datetime

from insights.answers.reading import reading
from insights.plays.counts import Counts, counts
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
