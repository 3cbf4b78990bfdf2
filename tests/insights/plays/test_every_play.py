"""Every play that counts, of any kind, the oldest first, with everything known about it."""

from msgspec.structs import asdict

from db.engine.connection import connected, rows
from db.engine.streaming import snapshot
from insights.plays.every_play import described_tracks, every_play
from music import Album, Artist, Track
from tests.web.seed import HARBOUR, LANTERNS, account, change, insert, known_track, learn, play, track

NOTHING_SAID = {
    "started_ms": None, "album": None, "duration_ms": None, "isrc": None, "described_id": None, "occurrence": 0,
    "reason_start": None, "reason_end": None, "shuffle": None, "skipped": None, "offline": None, "incognito": None,
    "platform": None, "country": None, "context_uri": None,
}  # fmt: skip


def heard(account_id: int) -> list[dict[str, object]]:
    """What each play has that differs from NOTHING_SAID."""
    with connected(), snapshot():
        plays = [each for batch in every_play(account_id) for each in batch]
    return [
        {name: value for name, value in asdict(each).items() if value != NOTHING_SAID.get(name, ...)} for each in plays
    ]


def test_no_plays_give_no_batches(database_url: str) -> None:
    alice = account()
    play(account("bob"), track(), "2023-05-01 12:00+00")
    with connected(), snapshot():
        assert list(every_play(alice)) == []


def test_plays_of_every_kind_come_the_oldest_first(database_url: str) -> None:
    alice, known = account(), known_track()
    change("UPDATE track SET fetched_at = now(), isrc = 'QZES71982312'")
    names_only = track(uri=None, name="Tides", artist_name="Sea")
    episode = insert("episode", kind="episode", uri="spotify:episode:1", name="Tides", show_name="Sea Talk")
    chapter = insert("episode", kind="chapter", name="Chapter 1", show_name="The Lighthouse")
    play(alice, names_only, "2023-05-01 12:03+00", source="account")
    insert(
        "play", account_id=alice, played_at="2023-05-01 12:02:00.5+00", track_id=known, source="recent", digest=1,
        context_uri="spotify:album:1",
    )  # fmt: skip
    insert(
        "play", account_id=alice, played_at="2023-05-01 12:01+00", started_at="2023-05-01 12:00:59.999+00",
        episode_id=episode, ms_played=0, source="extended", digest=2, occurrence=1, reason_start="a", reason_end="b",
        shuffle=True, skipped=False, offline=False, incognito=True, platform="ios", country="DE",
    )  # fmt: skip
    insert(
        "play", account_id=alice, played_at="2023-05-01 12:00+00", episode_id=chapter, ms_played=1,
        source="extended", digest=3,
    )  # fmt: skip
    learn(alice)
    assert heard(alice) == [
        {
            "ended_at": "2023-05-01T12:00:00.000Z", "ended_ms": 1682942400000, "kind": "chapter", "uri": None,
            "name": "Chapter 1", "artist_or_show": "The Lighthouse", "ms_played": 1, "source": "extended",
        },
        {
            "ended_at": "2023-05-01T12:01:00.000Z", "ended_ms": 1682942460000, "started_ms": 1682942459999,
            "kind": "episode", "uri": "spotify:episode:1", "name": "Tides", "artist_or_show": "Sea Talk",
            "ms_played": 0, "source": "extended", "occurrence": 1, "reason_start": "a", "reason_end": "b",
            "shuffle": True, "skipped": False, "offline": False, "incognito": True, "platform": "ios",
            "country": "DE",
        },
        {
            "ended_at": "2023-05-01T12:02:00.500Z", "ended_ms": 1682942520500, "kind": "track", "uri": HARBOUR,
            "name": "Paper Boats", "artist_or_show": "The Lanterns", "album": "Harbour", "duration_ms": 213000,
            "isrc": "QZES71982312", "described_id": known, "ms_played": None, "source": "recent",
            "context_uri": "spotify:album:1",
        },
        {
            "ended_at": "2023-05-01T12:03:00.000Z", "ended_ms": 1682942580000, "kind": "track", "uri": None,
            "name": "Tides", "artist_or_show": "Sea", "ms_played": 200000, "source": "account",
        },
    ]  # fmt: skip


def test_superseded_reports_are_left_out_and_excluded_plays_are_not(database_url: str) -> None:
    alice, harbour = account(), track()
    counted = play(alice, harbour, "2023-05-01 12:00+00", ms_played=1)
    play(alice, harbour, "2023-05-01 12:00:03+00", ms_played=2, superseded_by=counted)
    insert("exclusion", account_id=alice, kind="incognito")
    change("UPDATE play SET excluded_by = (SELECT id FROM exclusion) WHERE id = %s", counted)
    assert [each["ms_played"] for each in heard(alice)] == [1]


def test_plays_of_the_same_instant_come_in_the_order_in_which_they_began(database_url: str) -> None:
    alice, harbour = account(), track()
    for ms_played in (3, 1, 2):
        play(alice, harbour, "2023-05-01 12:00+00", ms_played=ms_played)
    assert [each["ms_played"] for each in heard(alice)] == [3, 2, 1]


def test_a_described_track_has_all_its_artists_and_its_album(database_url: str) -> None:
    known = known_track()
    bare = track(uri="spotify:track:bare", name="Bare")
    change("UPDATE track SET fetched_at = now(), isrc = 'QZES71982312'")
    change("UPDATE album SET release_date = '2019-05', artist_id = (SELECT id FROM artist WHERE spotify_id = %s)",
           LANTERNS)  # fmt: skip
    undescribed = track(uri="spotify:track:undescribed")
    lanterns = Artist("The Lanterns", LANTERNS)
    album = Album("Harbour", (lanterns,), "2noRn2Aes5aoNVsU6iWThc", "2019-05", "https://i.scdn.co/image/1")
    with connected():
        assert described_tracks(77, {known, bare, undescribed, 77}) == {
            known: Track("Paper Boats", (lanterns, Artist("A Guest")), album, HARBOUR, 213000, "QZES71982312"),
            bare: Track("Bare", (), None, "spotify:track:bare", None, "QZES71982312"),
        }
        assert described_tracks(77, []) == {}
        assert rows("SELECT count(*) FROM track") == [(3,)]
