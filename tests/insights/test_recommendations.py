"""Reading recommendation lists."""

from datetime import UTC, date, datetime

from insights.answers.reading import reading
from insights.list_dates import ListDates, list_dates
from insights.plays.tracks import KnownTrack
from insights.recommendations import (
    ListedRun,
    MusicBrainzIds,
    NoRun,
    RecommendedTrack,
    StoredRun,
    latest_runs,
    musicbrainz_ids,
    recommendations,
)
from tests.web import seed

DAY = date(2026, 11, 20)


def test_a_list_belongs_to_one_account_and_one_date(database_url: str) -> None:
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
            1,
            backfilled=False,
            adventurousness=None,
            providers={},
            items=(
                RecommendedTrack(1, "rotation", 0.5, "Because", {"n": 1}, "", {}, False, "", track, None, None, known),
            ),
        )
        assert recommendations(bob, DAY, 10) == NoRun(date(2026, 11, 21))
        assert recommendations(bob + 1, DAY, 10) == NoRun(None)


def test_the_dates_before_and_after_have_a_list(database_url: str) -> None:
    alice = seed.account()
    for day in ("2026-11-02", "2026-11-17", "2026-11-20"):
        seed.run(alice, day)
    seed.run(seed.account("bob"), "2026-11-18")
    first, before = date(2026, 11, 2), date(2026, 11, 17)
    seed.run(alice, "2026-10-31")
    of_month = [first, before, DAY]
    with reading():
        assert list_dates(alice, before) == ListDates(first, DAY, date(2026, 10, 31), None, of_month)
        assert list_dates(alice, date(2026, 11, 18)) == ListDates(before, DAY, date(2026, 10, 31), None, of_month)
        assert list_dates(alice, DAY) == ListDates(before, None, date(2026, 10, 31), None, of_month)
        assert list_dates(alice, date(2020, 1, 1)) == ListDates(None, date(2026, 10, 31), None, date(2026, 10, 31), [])
        assert list_dates(alice, date.max) == ListDates(DAY, None, DAY, None, [])
        assert list_dates(alice + 7, DAY) == ListDates(None, None, None, None, [])


def test_the_latest_lists_are_those_of_the_given_accounts(database_url: str) -> None:
    alice, bob, carol = seed.account(), seed.account("bob"), seed.account("carol")
    for account, day in ((alice, "2026-11-02"), (alice, "2026-11-20"), (alice, "2026-11-19"), (bob, "2026-11-18")):
        seed.run(account, day)

    def listed(account: int, day: int) -> ListedRun:
        return ListedRun(account, "daily", date(2026, 11, day), datetime(2026, 11, day, 3, tzinfo=UTC))

    with reading():
        assert latest_runs([alice, carol], {"daily": 2}) == [listed(alice, 20), listed(alice, 19)]
        assert latest_runs([bob, alice], {"daily": 1}) == [listed(alice, 20), listed(bob, 18)]
        assert latest_runs([], {"daily": 7}) == []


def test_musicbrainz_ids_come_from_the_cache(database_url: str) -> None:
    for key, payload in (
        ("a", '{"recording_mbid": "r", "artist_mbid": "x"}'),
        ("b", "null"),
        ("c", '{"recording_mbid": null, "artist_mbid": "y"}'),
    ):
        seed.insert(
            "provider_cache", question="musicbrainz_ids", key=key, service="musicbrainz", payload=payload,
            expires_at="infinity",
        )  # fmt: skip
    with reading():
        assert musicbrainz_ids(["a", "b", "c", "d"]) == {
            "a": MusicBrainzIds("r", "x"), "c": MusicBrainzIds(None, "y")
        }  # fmt: skip
