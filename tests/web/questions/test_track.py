"""/track/<id>/<username> shows how a track was heard. What it has in common with /artist and /album is tested too."""

import pytest
from starlette.testclient import TestClient

from insights.plays import calendar_steps
from tests.web.conftest import Counting
from tests.web.contract import check_example, problem
from tests.web.known_music import know_genres, know_year
from tests.web.seed import HARBOUR, KNOWN_TRACK, LANTERNS, account, change, insert, known_track, learn, play, track

IN_2026 = {"name": "2026", "start": "2025-12-31T23:00:00.000Z", "end": "2026-12-31T23:00:00.000Z"}
LOW_TIDE: dict[str, object] = {
    "name": "Low Tide", "uri": "spotify:track:" + "x" * 22, "url": "https://open.spotify.com/track/" + "x" * 22,
    "duration_ms": None, "artists": [], "album": None,
}  # fmt: skip
GENRES = [{"genre": "dream pop", "share": 0.75}, {"genre": "shoegaze", "share": 0.25}]
UNHEARD: dict[str, object] = {
    "plays": 0, "ms_played": 0, "share": 0.0, "rank": None, "first_played_at": None, "last_played_at": None, "days": 0,
    "best_day": None, "step": "month", "steps": [], "years": [],
}  # fmt: skip


def test_a_track_has_its_neighbours(client: TestClient, queries: Counting) -> None:
    alice, boats, other = account(), known_track(), track(uri="spotify:track:" + "x" * 22, name="Low Tide")
    again = track(uri="spotify:track:" + "y" * 22, name="Paper Boats", isrc="GBAYE0601498")
    change("UPDATE track SET isrc = 'GBAYE0601498' WHERE id = %s", boats)
    for played_at in ("2026-03-01T12:00:00Z", "2026-03-01T23:30:00Z"):  # in Berlin, the second is of the next day
        play(alice, boats, played_at)
    play(alice, again, "2026-05-02T12:00:00Z", ms_played=100_000)
    for played_at in ("2026-03-01T12:30:00Z", "2026-03-01T22:59:59.999Z", "2025-03-01T12:00:00Z"):
        play(alice, other, played_at)  # half an hour after a play, and a millisecond more before one
    know_genres(boats, {"dream pop": 0.75, "shoegaze": 0.25})
    know_year(boats, 1991)
    with queries() as sent:
        answer = client.get(f"/track/{boats}/alice?period=2026")
    check_example("track", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": IN_2026,
        "min_seconds": 30,
        "id": boats,
        "track": KNOWN_TRACK,
        "plays": 3,
        "ms_played": 500_000,
        "share": 0.6,
        "rank": 1,
        "first_played_at": "2026-03-01T12:00:00.000Z",
        "last_played_at": "2026-05-02T12:00:00.000Z",
        "days": 3,
        "best_day": {"date": "2026-03-01", "plays": 1, "ms_played": 200_000},
        "step": "month",
        "steps": [
            {"start": "2026-03-01", "end": "2026-04-01", "plays": 2, "ms_played": 400_000},
            {"start": "2026-04-01", "end": "2026-05-01", "plays": 0, "ms_played": 0},
            {"start": "2026-05-01", "end": "2026-06-01", "plays": 1, "ms_played": 100_000},
        ],
        "years": [{"year": 2026, "rank": 1, "plays": 3}],
        "genres": GENRES,
        "year": 1991,
        "neighbours": [{"id": other, "track": LOW_TIDE, "before": 0, "after": 1}],
    }
    assert len(sent) == 12


def test_a_track_heard_in_another_period_is_answered_with_nothing(client: TestClient) -> None:
    alice, boats = account(), known_track()
    play(alice, boats, "2025-03-01T12:00:00Z")
    answer = client.get(f"/track/{HARBOUR.rpartition(':')[2]}/alice?period=2026").json()
    nothing = {"id": boats, "track": KNOWN_TRACK, **UNHEARD, "genres": [], "year": None, "neighbours": []}
    assert answer == {key: answer[key] for key in ("username", "time_zone", "period", "min_seconds")} | nothing


@pytest.mark.parametrize(
    ("kind", "of_spotify"), [("track", HARBOUR[-22:]), ("artist", LANTERNS), ("album", "2noRn2Aes5aoNVsU6iWThc")]
)
def test_music_of_another_account_is_refused_like_unknown_music(client: TestClient, kind: str, of_spotify: str) -> None:
    """Otherwise a visitor who asks for a Spotify id again and again would see when somebody first hears it."""
    account()
    dave, boats = account("dave", visibility="private"), known_track()
    change("UPDATE track SET fetched_at = now()")
    play(dave, boats, "2026-03-01T12:00:00Z")
    for number, unknown in (("1", "99"), (of_spotify, "x" * 22)):
        there, absent = (client.get(f"/{kind}/{value}/alice") for value in (number, unknown))
        assert (there.status_code, there.text.replace(number, unknown)) == (404, absent.text)
        there, absent = (client.get(f"/totals/alice?{kind}={value}") for value in (number, unknown))
        assert (there.status_code, there.json()) == (400, absent.json())


@pytest.mark.parametrize("kind", ["track", "artist", "album"])
@pytest.mark.parametrize("item_id", ["99", "x" * 22, "no-id", "99999999999999999999"])
def test_an_unknown_id_is_not_found(client: TestClient, kind: str, item_id: str) -> None:
    account()
    answer = client.get(f"/{kind}/{item_id}/alice", headers={"If-None-Match": "*"})
    detail = f"There is no {kind} '{item_id}'; /top-{kind}s/alice shows ids."
    assert (answer.status_code, answer.json()) == (404, problem(404, "Not Found", detail, f"/{kind}/{item_id}/alice"))


@pytest.mark.parametrize("kind", ["track", "artist", "album"])
@pytest.mark.parametrize(
    ("query", "parameter", "detail"),
    [
        ("step=hour", "step", "`step` must be one of day, week, month, year."),
        ("limit=51", "limit", "`limit` must be a whole number from 1 to 50."),
    ],
)
def test_wrong_parameters_are_refused(client: TestClient, kind: str, query: str, parameter: str, detail: str) -> None:
    account()
    known_track()
    answer = client.get(f"/{kind}/1/alice?{query}")
    assert answer.json() == problem(400, "Bad Request", detail, f"/{kind}/1/alice", parameter=parameter)


def test_too_many_steps_are_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    alice, boats = account(), known_track()
    for played_at in ("2026-03-01T12:00:00Z", "2026-03-04T12:00:00Z"):
        play(alice, boats, played_at)
    monkeypatch.setattr(calendar_steps, "MOST_STEPS", 4)
    assert len(client.get(f"/track/{boats}/alice?step=day").json()["steps"]) == 4
    monkeypatch.setattr(calendar_steps, "MOST_STEPS", 3)
    answer = client.get(f"/track/{boats}/alice?step=day")
    detail = "`step` must be a longer step for this period: an answer lists at most 3 steps."
    assert answer.json() == problem(400, "Bad Request", detail, f"/track/{boats}/alice", parameter="step")


def test_the_listeners_decision_about_recordings_is_respected(client: TestClient) -> None:
    alice, boats = account(), known_track()
    other = track(uri="spotify:track:" + "x" * 22, name="Low Tide")
    learn(alice, boats)
    insert("recording_choice", account_id=alice, track_id=other, recording_id=boats)
    play(alice, other, "2026-03-01T12:00:00Z")
    answer = client.get(f"/track/{boats}/alice").json()
    assert (answer["plays"], answer["rank"], answer["share"]) == (1, 1, 1.0)


def test_an_id_without_plays_leads_to_the_song_of_its_recording(client: TestClient) -> None:
    """The id has the ISRC and length of a played track. A movement of the same work, longer, is another song."""
    alice, recording = account(), {"isrc": "GBAYE0601498", "duration_ms": 200_000}
    played = track(uri="spotify:track:" + "x" * 22, name="Low Tide", **recording)
    again = track(uri="spotify:track:" + "y" * 22, name="Low Tide (again)", **recording)
    movement = track(uri="spotify:track:" + "z" * 22, name="High Tide", **recording | {"duration_ms": 400_000})
    play(alice, played, "2026-03-01T12:00:00Z")
    learn(alice, again, movement)
    assert [client.get(f"/track/{number}/alice").json()["plays"] for number in (played, again, movement)] == [1, 1, 0]
