"""What was recommended to an account for a date."""

from datetime import UTC, date, datetime

from insights.reading import reading
from insights.recommendations import NoRun, RecommendedTrack, StoredRun, recommendations
from insights.tracks import KnownTrack
from tests.web import seed

DAY = date(2026, 11, 20)


def test_a_list_is_one_account_and_one_date(database_url: str) -> None:
    alice, bob, track = seed.account(), seed.account("bob"), seed.track()
    item = {"rank": 1, "kind": "rotation", "track_id": track, "score": 0.5, "reason": "Because", "evidence": {"n": 1}}
    seed.run(alice, "2026-11-20", [item])
    seed.run(alice, "2026-11-19", [item | {"rank": 2}])
    seed.run(bob, "2026-11-21")
    known = KnownTrack(None, seed.HARBOUR, None, (), None, None)
    with reading():
        assert recommendations(alice, DAY, 10) == StoredRun(
            DAY,
            datetime(2026, 11, 20, 3, tzinfo=UTC),
            "Europe/Berlin",
            1,
            "ok",
            (RecommendedTrack(1, "rotation", 0.5, "Because", {"n": 1}, known),),
        )
        assert recommendations(bob, DAY, 10) == NoRun(date(2026, 11, 21))
        assert recommendations(bob + 1, DAY, 10) == NoRun(None)
