"""Imports of one account change no answer about another, and /compare shows each account's music by its own names."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from collect.exports.streaming_history import undo_import
from tests.web.histories.importing import answer_to, imported, row
from tests.web.seed import account, insert, track

OWN = [
    row("2024-05-01T10:00:00Z", "Paper Boats", "The Lanterns", 1),
    row("2024-05-01T11:00:00Z", "Low Tide", "The Lanterns", 2),
]
# Some of Alice's tracks, one under another name, and music that she never played.
THEIRS = [
    row("2024-06-01T10:00:00Z", "Mine now", "Mallory", 1, master_metadata_album_album_name="Stolen"),
    row("2024-06-01T11:00:00Z", "Paper Boats", "The Lanterns", 3),
    row("2024-06-01T12:00:00Z", "Secret", "Nobody's Business", 4),
]
QUESTIONS = (
    "/top-tracks/alice", "/top-artists/alice", "/top-albums/alice", "/history/alice", "/totals/alice",
    "/discoveries/alice", "/milestones/alice", f"/track/{1:022}/alice", "/artist/1/alice", "/album/1/alice",
    "/quality/alice", "/recap/alice?period=2024",
)  # fmt: skip


def test_another_accounts_import_changes_no_answer(client: TestClient, tmp_path: Path) -> None:
    alice, bob = account(), account("bob")
    imported(alice, tmp_path, OWN)
    before = {question: answer_to(client, question) for question in QUESTIONS}
    number = imported(bob, tmp_path, THEIRS)
    assert {question: answer_to(client, question) for question in QUESTIONS} == before
    undo_import(number)
    assert {question: answer_to(client, question) for question in QUESTIONS} == before


def test_music_that_only_another_account_imported_is_not_found(client: TestClient, tmp_path: Path) -> None:
    account()
    imported(account("bob"), tmp_path, THEIRS)
    for address in (f"/track/{4:022}/alice", "/track/1/alice", "/artist/1/alice", "/album/1/alice"):
        assert client.get(address).status_code == 404, address
        assert client.get(address.replace("alice", "bob")).status_code == 200, address


def test_each_list_of_a_comparison_uses_its_owners_names(client: TestClient, tmp_path: Path) -> None:
    imported(account(), tmp_path, OWN)
    imported(account("bob"), tmp_path, THEIRS)
    answer = answer_to(client, "/compare/alice/bob")
    assert [(item["track"]["name"], item["plays"], item["other_plays"]) for item in answer["shared"]["tracks"]] == [
        ("Paper Boats", 1, 2)
    ]
    assert [item["track"]["name"] for item in answer["new_to_other"]["tracks"]] == ["Low Tide"]
    assert [item["track"]["name"] for item in answer["new_to_username"]["tracks"]] == ["Secret"]
    assert [item["artist"]["name"] for item in answer["shared"]["artists"]] == ["The Lanterns"]
    theirs = answer["new_to_username"]["artists"]
    assert [item["artist"]["name"] for item in theirs] == ["Mallory", "Nobody's Business"]


@pytest.mark.parametrize("names", [("Low Tide", "Low Tide (again)"), ("Low Tide", "Ebb")])
def test_a_recording_under_two_ids_is_shared(client: TestClient, tmp_path: Path, names: tuple[str, str]) -> None:
    """Each account plays another id of one ISRC, under the same name or another."""
    for number, (username, name) in enumerate(zip(("alice", "bob"), names, strict=True), 1):
        account_id = account(username)
        track(uri=f"spotify:track:{number:022}", isrc="GBAYE0601498", duration_ms=200_000)
        imported(account_id, tmp_path, [row("2024-05-01T10:00:00Z", name, "The Lanterns", number)])
    shared = answer_to(client, "/compare/alice/bob")["shared"]
    assert [item["track"]["name"] for item in shared["tracks"]] == ["Low Tide"]


def test_an_artist_described_by_spotify_and_one_known_by_name_are_one_in_a_comparison(
    client: TestClient, tmp_path: Path
) -> None:
    alice, bob = account(), account("bob")
    lanterns = insert("artist", name="The Lanterns", spotify_id="0OdUWJ0sBjDrqHygUXeCF9")
    described = track(
        uri=f"spotify:track:{1:022}", name="Paper Boats", artist_name="The Lanterns", fetched_at="2024-01-01Z"
    )
    insert("track_artist", track_id=described, position=0, artist_id=lanterns)
    imported(alice, tmp_path, [OWN[0]])
    imported(bob, tmp_path, [OWN[1]])
    answer = answer_to(client, "/compare/alice/bob")
    assert answer["affinity"] == 1.0
    assert [item["plays"] for item in answer["shared"]["artists"]] == [1]
