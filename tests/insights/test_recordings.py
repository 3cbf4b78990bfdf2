"""Which recordings are listed, with what evidence or choice."""

from db.recording_choices import join_recordings, split_recording
from db.recordings import BY_TITLE
from insights.reading import reading
from insights.recordings import PlayedTrack, Recording, recordings
from tests.web import seed

ISRC = "GBAYE0601498"


def track(number: int, title: str = "Low Tide", **columns: object) -> int:
    known = {"uri": f"spotify:track:{number}", "name": title, "artist_name": "The Lanterns", "duration_ms": 200_000}
    return seed.track(**(known | columns))


def played(number: int, plays: int, title: str = "Low Tide", **columns: object) -> PlayedTrack:
    known = {"isrc": None, "evidence": None, "choice": None} | columns
    return PlayedTrack(number, f"spotify:track:{number}", title, "The Lanterns", 200_000, plays=plays, **known)  # type: ignore[arg-type]


def test_what_counts_as_one_is_listed_with_what_shows_it(database_url: str) -> None:
    alice, bob = seed.account(), seed.account("bob")
    track(1, recording_id=1, recording_evidence=BY_TITLE, isrc=ISRC)
    track(2, recording_id=1, recording_evidence=BY_TITLE)
    track(3, "Ebb", recording_id=3, recording_evidence=f"isrc {ISRC}")
    track(4, "Ebb", recording_id=3, recording_evidence=f"isrc {ISRC}")
    track(5, "Flow")
    kept = seed.play(alice, 1, "2026-06-01 12:00Z")
    seed.play(alice, 1, "2026-06-01 12:01Z", superseded_by=kept)
    for played_at in ("2026-06-01 13:00Z", "2026-06-01 14:00Z"):
        seed.play(alice, 2, played_at)
    for number in (3, 5):
        seed.play(alice, number, "2026-06-02Z")
    for number in (3, 4):
        seed.play(bob, number, "2026-06-02Z")
    both = Recording((played(1, 1, isrc=ISRC, evidence=BY_TITLE), played(2, 2, evidence=BY_TITLE)))
    with reading():
        assert recordings(alice) == [both]
        assert both.plays == 3
        assert recordings(bob) == [
            Recording((played(3, 1, "Ebb", evidence=f"isrc {ISRC}"), played(4, 1, "Ebb", evidence=f"isrc {ISRC}")))
        ]
        split_recording(alice, 1)
        join_recordings(alice, 5, 3)
        assert recordings(alice) == [
            Recording((played(3, 1, "Ebb"), played(5, 1, "Flow", choice="joined"))),
            Recording((played(1, 1, isrc=ISRC, choice="alone"),)),
        ]
        assert recordings(99) == []
