"""The events that webhooks get: plays, imports, lists, milestones, gaps and consents."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collect.exports.streaming_history import import_history
from collect.live.hearing import Heard
from collect.live.storing import store_heard
from collect.recent import collect_recent
from collect.submissions.listens import read_submitted
from collect.submissions.submitting import submit_listens
from db.engine.connection import connected, database, rows
from db.library.exclusions import add_exclusion
from db.people.accounts import ensure_accounts
from db.webhooks.outbox import EVENTS
from notify.notices import due_notices
from notify.webhooks.consents import queue_consent_events
from notify.webhooks.milestones import queue_milestone_events
from people.accounts import account_named, all_accounts
from recommend.nightly import listening_day, recommend
from tests.collect.export_files import as_json, extended_row
from tests.collect.histories import Silent
from tests.fake import NOON, TRACKS, World, play, world
from tests.web import seed

OURS = "https://music.example"


@pytest.fixture
def here(database_url: str) -> World:
    """Alice is connected, and has a webhook that wants everything."""
    result = world()
    with connected():
        ensure_accounts(["alice", "bob"], "Europe/Berlin")
    for account_id in (1, 2):
        seed.insert("webhook", account_id=account_id, address="https://a.example", events=list(EVENTS), secret="sealed")
    result.fake.add_listener("alice")
    result.connect("alice")
    return result


def sent(event: str) -> list[dict[str, Any]]:
    """The data of each event of this kind, the oldest first; fails if another account's webhook gets any."""
    with connected():
        stored = rows("SELECT account_id, body FROM webhook_delivery WHERE event = %s ORDER BY id", event)
    assert {account_id for account_id, _ in stored} <= {1}
    bodies = [json.loads(body) for _, body in stored]
    assert all(body["type"] == event and body["data"].pop("username") == "alice" for body in bodies)
    return [body["data"] for body in bodies]


def names(plays: Sequence[dict[str, Any]]) -> list[str]:
    return [play["name"] for play in plays]


def test_a_collected_play_is_sent_once(here: World) -> None:
    here.fake.add_listener("alice", [play(10, 1)])
    for _ in range(2):
        collect_recent(here.spotify)
    assert sent("play") == [
        {
            "played_at": (NOON - timedelta(minutes=10)).isoformat().replace("+00:00", "Z"),
            "started_at": None,
            "ms_played": None,
            "source": "recent",
            "kind": "track",
            "uri": TRACKS[1].uri,
            "name": TRACKS[1].name,
            "artist_or_show": ", ".join(artist.name for artist in TRACKS[1].artists),
            "album": TRACKS[1].album.name if TRACKS[1].album else None,
        }
    ]


def test_a_play_that_two_collectors_report_is_sent_once(here: World) -> None:
    track, ended = TRACKS[1], NOON - timedelta(minutes=10)
    with connected(), database.atomic():
        began = ended - timedelta(seconds=200)
        store_heard(1, [Heard(track, None, began, ended, 200_000)])
    here.fake.add_listener("alice", [play(10, 1)])
    collect_recent(here.spotify)
    assert [each["source"] for each in sent("play")] == ["current"]


def test_a_hidden_play_is_not_sent(here: World) -> None:
    hidden, visible = TRACKS[1], next(track for track in TRACKS if track.artists[0] != TRACKS[1].artists[0])
    with connected():
        add_exclusion(1, "artist", hidden.artists[0].name)
    here.fake.add_listener("alice", [play(10, 1), play(5, TRACKS.index(visible))])
    collect_recent(here.spotify)
    assert names(sent("play")) == [visible.name]


def listen(minute: int) -> bytes:
    metadata = {"track_name": f"Song {minute}", "artist_name": "The Lanterns"}
    return json.dumps({"listened_at": int(NOON.timestamp()) + 60 * minute, "track_metadata": metadata}).encode()


@pytest.mark.parametrize(("is_import", "expected"), [(False, ["Song 1", "Song 2"]), (True, [])])
def test_submitted_plays_are_sent_unless_they_are_an_import(here: World, is_import: bool, expected: list[str]) -> None:
    listens = [read_submitted(listen(minute), NOON + timedelta(days=1)) for minute in (1, 2)]
    submit_listens(1, listens, is_import=is_import)
    assert names(sent("play")) == expected


def test_an_import_is_one_event_however_many_plays_it_has(here: World, tmp_path: Path) -> None:
    path = tmp_path / "Streaming_History_Audio_2023.json"
    path.write_bytes(as_json(*(extended_row(number) for number in range(1, 6))))
    import_history(1, [path], Silent())
    assert sent("play") == []
    (event,) = sent("import")
    assert (event["number"], event["rows"], sum(event["fates"].values())) == (1, 5, 5)


def test_an_import_that_fails_is_not_sent(here: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "Streaming_History_Audio_2023.json"
    path.write_bytes(as_json(extended_row(1)))
    monkeypatch.setattr("collect.exports.streaming_history.ImportReport", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        import_history(1, [path], Silent())
    assert sent("import") == []


def test_a_gap_is_sent(here: World) -> None:
    here.fake.add_listener("alice", [play(300, 1)])
    collect_recent(here.spotify)
    here.fake.add_listener("alice", [play(minute, minute % 20) for minute in range(1, 51)])
    collect_recent(here.spotify)
    (gap,) = sent("gap")
    assert gap == {
        "start": (NOON - timedelta(minutes=300)).isoformat().replace("+00:00", "Z"),
        "end": (NOON - timedelta(minutes=50)).isoformat().replace("+00:00", "Z"),
    }


def test_a_list_is_sent_when_it_is_made_and_when_it_changes(here: World) -> None:
    track = seed.known_track()
    day = listening_day(datetime.now(UTC), "Europe/Berlin")
    seed.plays(1, track, [datetime.now(UTC) - timedelta(days=days) for days in range(3, 20)])
    seed.copy_library(1)
    with connected():
        alice = account_named("alice")
        recommend(alice, day)
        recommend(alice, day, rebuild=True)
        recommend(alice, day - timedelta(days=1))
    (event,) = sent("list")
    assert event["date"] == str(day)
    assert (event["items"], event["status"]) == (len(event["first"]), "cold")


def test_a_consent_is_sent_when_it_is_given_and_when_it_is_about_to_end(here: World) -> None:
    for _ in range(2):
        with connected():
            notices = due_notices(NOON + timedelta(days=170), OURS, keep_after_disconnect=False)
        queue_consent_events(notices)
    given, soon = sent("consent")
    assert (given["state"], soon["state"]) == ("given", "ends_soon")
    assert given["given_at"] == soon["given_at"]
    assert soon["title"].startswith("alice: consent on Spotify ends in ")


def test_a_milestone_of_the_last_days_is_sent_once(here: World) -> None:
    track = seed.known_track()
    seed.plays(1, track, [NOON - timedelta(days=400, minutes=minute) for minute in range(99)])
    seed.plays(1, track, [NOON - timedelta(days=1)])
    for _ in range(2):
        with connected():
            accounts = all_accounts()
        queue_milestone_events(accounts, NOON)
    (milestone,) = [each for each in sent("milestone") if each["kind"] == "plays"]
    assert (milestone["number"], milestone["track"]["name"]) == (100, "Paper Boats")
