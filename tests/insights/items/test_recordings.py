"""The list of recordings, with their evidence or choices."""

from db.library.recording_choices import join_recordings, split_recording
from db.library.songs import BY_TITLE
from insights.answers.reading import reading
from insights.items.recordings import PlayedTrack, Recording, recordings
from tests.web import seed

ISRC = "GBAYE0601498"


def track(number: int, title: str = "Low Tide", **columns: object) -> int:
    defaults = {"uri": f"spotify:track:{number}", "name": title, "artist_name": "The Lanterns", "duration_ms": 200_000}
    return seed.track(**(defaults | columns))


def played(number: int, plays: int, title: str = "Low Tide", **columns: object) -> PlayedTrack:
    defaults = {"isrc": None, "evidence": None, "choice": None} | columns
    return PlayedTrack(number, f"spotify:track:{number}", title, "The Lanterns", 200_000, plays=plays, **defaults)  # type: ignore[arg-type]


def test_recordings_are_listed_with_their_evidence(database_url: str) -> None:
    alice, bob = seed.account(), seed.account("bob")
    lanterns = seed.insert("artist", name="The Lanterns", spotify_id=seed.LANTERNS)
    track(1, isrc="GBAYE0601499")
    track(2)
    track(3, "Ebb", isrc=ISRC)
    track(4, "Ebb", isrc=ISRC)
    track(5, "Flow")
    for number in range(1, 6):
        seed.insert("track_artist", track_id=number, position=0, artist_id=lanterns)
    kept = seed.play(alice, 1, "2026-06-01 12:00Z")
    seed.play(alice, 1, "2026-06-01 12:01Z", superseded_by=kept)
    for played_at in ("2026-06-01 13:00Z", "2026-06-01 14:00Z"):
        seed.play(alice, 2, played_at)
    for number in (3, 5):
        seed.play(alice, number, "2026-06-02Z")
    for number in (3, 4):
        seed.play(bob, number, "2026-06-02Z")
    both = Recording((played(1, 1, isrc="GBAYE0601499", evidence=BY_TITLE), played(2, 2, evidence=BY_TITLE)))
    with reading():
        assert recordings(alice) == [both]
        assert both.plays == 3
        assert recordings(bob) == [
            Recording(
                (
                    played(3, 1, "Ebb", isrc=ISRC, evidence=f"isrc {ISRC}"),
                    played(4, 1, "Ebb", isrc=ISRC, evidence=f"isrc {ISRC}"),
                )
            )
        ]
        split_recording(alice, 1)
        join_recordings(alice, 5, 3)
        assert recordings(alice) == [
            Recording((played(3, 1, "Ebb", isrc=ISRC), played(5, 1, "Flow", choice="joined"))),
            Recording((played(1, 1, isrc="GBAYE0601499", choice="alone"),)),
        ]
        assert recordings(99) == []
