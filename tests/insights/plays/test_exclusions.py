"""The list of exclusion rules, with the plays that each hides."""

from datetime import UTC, datetime

from msgspec.structs import replace

from db.library.exclusions import add_exclusion
from insights.answers.reading import reading
from insights.plays.exclusions import Exclusion, exclusions
from tests.web import seed

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def test_every_rule_is_listed_with_the_plays_that_no_earlier_rule_hides(database_url: str) -> None:
    alice, bob = seed.account(zone="UTC"), seed.account("bob")
    track = seed.known_track()
    kept = seed.play(alice, track, "2026-06-01 12:00Z")
    seed.play(alice, track, "2026-06-01 12:00:01Z", superseded_by=kept)
    seed.play(alice, track, "2026-06-01 23:00Z")
    episode = seed.insert("episode", kind="episode", uri="spotify:episode:1")
    seed.insert("play", account_id=alice, episode_id=episode, played_at="2026-06-02Z", source="recent", digest=0)
    seed.play(bob, track, "2026-06-01 23:00Z")
    with reading():
        add_exclusion(bob, "incognito")
        add_exclusion(alice, "artist", "A Guest")
        add_exclusion(alice, "hours", "22-6")
        add_exclusion(alice, "artist", "The Lanterns")
        assert [replace(rule, created_at=NEVER) for rule in exclusions(alice)] == [
            Exclusion(2, "artist", "A Guest", NEVER, 2),
            Exclusion(3, "hours", "22:00-06:00", NEVER, 1),
            Exclusion(4, "artist", "The Lanterns", NEVER, 0),
        ]
        assert [rule.plays for rule in exclusions(bob)] == [0]
        assert exclusions(99) == []
