"""A song or artist counts once across exports, spellings and ids; "Various Artists" counts as no artist."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.histories.importing import account_row, answer_to, imported, row
from tests.web.seed import account

JANUARY = [account_row(f"2024-01-0{day} 10:00", "Song Z", "Artist Z", 200_000 + day) for day in range(1, 6)]
JUNE = [row(f"2024-06-0{day}T10:00:00Z", "Song Z", "Artist Z", 9) for day in range(1, 4)]
ACCOUNT_DATA = "StreamingHistory_music"


def names(items: list[dict[str, Any]], kind: str) -> list[tuple[str, int]]:
    return [(item[kind]["name"], item["plays"]) for item in items]


def test_a_song_imported_by_name_and_by_uri_is_one(client: TestClient, tmp_path: Path) -> None:
    alice = account()
    imported(alice, tmp_path, JANUARY, ACCOUNT_DATA)
    imported(alice, tmp_path, JUNE)
    assert answer_to(client, "/totals/alice")["totals"]["tracks"] == 1
    assert names(answer_to(client, "/top-tracks/alice")["tracks"], "track") == [("Song Z", 8)]
    (artist,) = client.get("/top-artists/alice").json()["artists"]
    assert (artist["plays"], artist["tracks"]) == (8, 1)
    discovered = answer_to(client, "/discoveries/alice?step=month")
    assert [step["start"] for step in discovered["steps"] if step["new_tracks"]] == ["2024-01-01"]
    assert names(discovered["newest"], "track") == [("Song Z", 8)]
    assert names(answer_to(client, "/forgotten/alice?min_plays=8&months=3")["tracks"], "track") == [("Song Z", 8)]
    assert answer_to(client, f"/track/{9:022}/alice")["plays"] == 8
    assert names(answer_to(client, f"/artist/{artist['id']}/alice")["tracks"], "track") == [("Song Z", 8)]


def test_two_uris_of_one_name_stay_two_songs_and_plays_by_name_count_for_the_most_played(
    client: TestClient, tmp_path: Path
) -> None:
    alice = account()
    imported(alice, tmp_path, JANUARY, ACCOUNT_DATA)
    imported(alice, tmp_path, [*JUNE, row("2024-07-01T10:00:00Z", "Song Z", "Artist Z", 10)])
    assert [item["plays"] for item in answer_to(client, "/top-tracks/alice")["tracks"]] == [8, 1]
    assert answer_to(client, "/totals/alice")["totals"]["tracks"] == 2


def test_an_artist_spelled_in_two_ways_is_one_with_one_album(client: TestClient, tmp_path: Path) -> None:
    alice = account()
    imported(alice, tmp_path, [
        row("2024-05-01T10:00:00Z", "Jóga", "Bj\u00f6rk", 1, master_metadata_album_album_name="Homogenic"),
        row("2024-05-01T11:00:00Z", "Jóga", "Bjo\u0308rk", 2, master_metadata_album_album_name="Homogenic"),
    ])  # fmt: skip
    for question in ("artists", "albums"):
        answer = answer_to(client, f"/top-{question}/alice")
        assert (answer["total"], [item["plays"] for item in answer[question]]) == (1, [2])
    totals = answer_to(client, "/totals/alice")["totals"]
    assert (totals["artists"], totals["albums"]) == (1, 1)


def test_either_spelling_of_an_artist_leads_to_the_same_artist(client: TestClient, tmp_path: Path) -> None:
    alice = account()
    imported(alice, tmp_path, [
        row("2024-05-01T10:00:00Z", "Jóga", "Bjo\u0308rk", 1), row("2024-05-01T11:00:00Z", "Hunter", "Bj\u00f6rk", 2),
    ])  # fmt: skip
    (artist,) = client.get("/top-artists/alice").json()["artists"]
    for number in (1, 2):  # both names are stored
        answer = client.get(f"/artist/{number}/alice").json()
        assert (answer["id"], answer["plays"]) == (artist["id"], 2)
        assert answer_to(client, f"/totals/alice?artist={number}")["totals"]["plays"] == 2


def test_various_artists_count_as_no_artist(client: TestClient, tmp_path: Path) -> None:
    alice, bob = account(), account("bob")
    compiled = [row(f"2024-05-0{day}T10:00:00Z", f"C{day}", "Various Artists", day) for day in range(1, 8)]
    compiled.append(row("2024-05-08T10:00:00Z", "C8", "various  artists", 8, 40_000, reason_end="fwdbtn"))
    tide = row("2024-05-09T10:00:00Z", "Low Tide", "The Lanterns", 9)
    for account_id in (alice, bob):
        imported(account_id, tmp_path, [*compiled, tide])
    assert names(answer_to(client, "/top-artists/alice")["artists"], "artist") == [("The Lanterns", 1)]
    assert answer_to(client, "/totals/alice")["totals"]["artists"] == 1
    assert sum(step["new_artists"] for step in answer_to(client, "/discoveries/alice")["steps"]) == 1
    assert answer_to(client, "/skips/alice?min_plays=1")["artists"] == []
    assert names(answer_to(client, "/recap/alice?period=2024")["top_artists"], "artist") == [("The Lanterns", 1)]
    shared = answer_to(client, "/compare/alice/bob")["shared"]
    assert [item["artist"]["name"] for item in shared["artists"]] == ["The Lanterns"]
    assert len(shared["tracks"]) == 9
    oldest = answer_to(client, "/history/alice")["plays"][-1]
    assert [artist["name"] for artist in oldest["track"]["artists"]] == ["Various Artists"]


@pytest.mark.parametrize(
    "name", ["Multi-interpre\u0300tes", "Artisti Vari", "Diverse Interpreten", "V\u00e1rios Artistas"]
)
def test_various_artists_count_as_no_artist_in_any_language(client: TestClient, tmp_path: Path, name: str) -> None:
    imported(account(), tmp_path, [row("2024-05-01T10:00:00Z", "C1", name, 1)])
    assert answer_to(client, "/top-artists/alice")["artists"] == []


def test_offline_plays_belong_to_the_hours_in_which_they_were_heard(client: TestClient, tmp_path: Path) -> None:
    """Thirty plays from 10:00 to 11:40 UTC, all reported at 20:00 of the next day."""
    first_begun = 1714557600  # 2024-05-01 10:00:00Z
    units = (1, 1000)  # seconds and milliseconds, mixed
    imported(account(zone="UTC"), tmp_path, [
        row("2024-05-02T20:00:00Z", f"Song {number}", "The Lanterns", number, offline=True,
            offline_timestamp=(first_begun + 200 * number) * units[number % 2])
        for number in range(30)
    ])  # fmt: skip
    (session,) = answer_to(client, "/sessions/alice")["longest"]
    assert (session["start"], session["end"]) == ("2024-05-01T10:00:00.000Z", "2024-05-01T11:40:00.000Z")
    assert (session["plays"], session["length_ms"], session["ms_played"]) == (30, 6_000_000, 6_000_000)
    assert answer_to(client, "/clock/alice")["busiest"]["weekday"] == "wednesday"
    assert answer_to(client, "/calendar/alice?year=2024")["most_active"]["date"] == "2024-05-01"
    assert answer_to(client, "/streaks/alice")["longest"] == {"first": "2024-05-01", "last": "2024-05-01", "days": 1}
    listed = answer_to(client, "/history/alice?limit=30")["plays"]
    assert [play["track"]["name"] for play in listed] == [f"Song {number}" for number in reversed(range(30))]
    assert listed[0]["played_at"] == "2024-05-01T11:40:00.000Z"
