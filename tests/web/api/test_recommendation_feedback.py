"""/recommendation-feedback takes feedback from pages and programs, and lists it."""

from datetime import UTC, datetime

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from db.engine.connection import connected, row
from tests.web import seed
from tests.web.conftest import NOW, VERSION, Counting, service_client
from tests.web.contract import problem
from tests.web.visitors.visiting import by_our_page, shared, signed_in, with_token
from web.http.services import Services

PATH = "/recommendation-feedback"
ONE_MUSIC_ID = "Give exactly one of `track`, `artist`, `album`: an id."
MUST_BE_AN_ID = "`track` must be an id: our number, or Spotify's 22 letters and digits."
VERBS = "like, dislike, block, not_now, forget"


@pytest.fixture
def alice(database_url: str) -> int:
    alice = seed.account(visibility="private")
    seed.learn(alice, seed.known_track())
    return alice


@pytest.fixture
def program(client: TestClient, alice: int) -> TestClient:
    """Alice's program, which may both read and submit."""
    client.headers.update(with_token(alice, "read", "submit"))
    return client


def ids(*names: str) -> list[int]:
    with connected():
        result = [row(f"SELECT min(id) FROM {name}") for name in names]  # noqa: S608 - ours
    return [number for (number,) in filter(None, result)]


def listed(client: TestClient) -> list[tuple[str, int, str, str | None]]:
    verdicts = client.get(f"{PATH}/alice").json()["verdicts"]
    return [(each["kind"], each["id"], each["verb"], each["until"]) for each in verdicts]


def refusal(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["detail"]


def test_a_program_sends_feedback_and_reads_it_again(program: TestClient) -> None:
    (track,) = ids("track")
    answer = program.post(PATH, json={"track": track, "verb": "like"})
    assert (answer.status_code, answer.json()) == (200, {"track": track, "verb": "like", "until": None})
    assert answer.headers["cache-control"] == "no-store"
    answer = program.get(f"{PATH}/alice").json()
    (verdict,) = answer["verdicts"]
    assert verdict.pop("at").endswith("Z")
    assert answer == {
        "username": "alice",
        "verdicts": [
            {
                "kind": "track",
                "id": track,
                "name": "Paper Boats",
                "artist": "The Lanterns",
                "verb": "like",
                "until": None,
            }
        ],
    }


def test_spotifys_ids_are_understood(program: TestClient) -> None:
    (artist,) = ids("artist")
    answer = program.post(PATH, data={"artist": seed.LANTERNS, "verb": "block"})
    assert answer.json() == {"artist": artist, "verb": "block", "until": None}
    program.post(PATH, json={"track": "4uLU6hMCjMI75M1A2tKUQC", "verb": "like"})
    program.post(PATH, json={"album": "2noRn2Aes5aoNVsU6iWThc", "verb": "dislike"})
    assert [verb for _, _, verb, _ in listed(program)] == ["block", "like", "dislike"]


@pytest.mark.parametrize(
    ("zone", "until", "ends"),
    [
        ("Europe/Berlin", None, "2026-12-19T23:00:00.000Z"),
        ("Europe/Berlin", "2026-11-21", "2026-11-20T23:00:00.000Z"),
        ("Pacific/Kiritimati", "2026-11-22", "2026-11-21T10:00:00.000Z"),
    ],
)
def test_not_now_ends_when_a_day_of_the_listener_begins(
    program: TestClient, zone: str, until: str | None, ends: str
) -> None:
    seed.change("UPDATE account_time_zone SET time_zone = %s", zone)
    (track,) = ids("track")
    feedback = {"track": track, "verb": "not_now"} | ({"until": until} if until else {})
    assert program.post(PATH, json=feedback).json() == {"track": track, "verb": "not_now", "until": ends}
    assert listed(program) == [("track", track, "not_now", ends)]
    later = datetime.fromisoformat(ends)
    with service_client(Services(VERSION, lambda: later)) as afterwards:
        assert listed_by(afterwards, program) == []


def listed_by(client: TestClient, as_who: TestClient) -> list[object]:
    answer: list[object] = client.get(f"{PATH}/alice", headers=dict(as_who.headers)).json()["verdicts"]
    return answer


def test_feedback_can_be_repeated_changed_and_taken_back(program: TestClient) -> None:
    (track,) = ids("track")
    for verb, left in (("like", 1), ("like", 1), ("dislike", 1), ("forget", 0), ("forget", 0)):
        answer = program.post(PATH, json={"track": track, "verb": verb})
        assert answer.json() == {"track": track, "verb": None if verb == "forget" else verb, "until": None}
        assert len(listed(program)) == left


def test_the_etag_changes_with_the_feedback_and_the_date(program: TestClient, queries: Counting) -> None:
    tag = program.get(f"{PATH}/alice").headers["etag"]
    with queries() as sent:
        assert program.get(f"{PATH}/alice", headers={"If-None-Match": tag}).status_code == 304
    assert len(sent) <= 3  # for the visitor and the account
    program.post(PATH, json={"track": ids("track")[0], "verb": "like"})
    changed = program.get(f"{PATH}/alice", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    tomorrow = NOW.replace(day=21)
    with service_client(Services(VERSION, lambda: tomorrow)) as client:
        assert client.get(f"{PATH}/alice", headers=dict(program.headers)).headers["etag"] != changed.headers["etag"]


def test_a_form_leads_back_to_its_place_on_the_page(client: TestClient, alice: int) -> None:
    cookies = signed_in(alice)
    client.cookies = cookies
    form = {"track": str(ids("track")[0]), "verb": "like", "date": "2026-11-19", "rank": "7"}
    answer = client.post(PATH, data=form, headers=by_our_page(cookies))
    assert (answer.status_code, answer.headers["location"]) == (303, "/today/alice?date=2026-11-19#7")
    assert [verb for _, _, verb, _ in listed(client)] == ["like"]
    form["csrf"] = by_our_page(cookies)["X-CSRF-Token"]
    assert client.post(PATH, data=form, headers={"Origin": "http://127.0.0.1"}).status_code == 303
    assert client.post(PATH, data=form, headers={"Origin": "https://evil.example"}).status_code == 403


def test_a_refused_form_is_answered_with_a_page(client: TestClient, alice: int) -> None:
    cookies = signed_in(alice)
    client.cookies = cookies
    form = {"track": "999", "verb": "like", "date": "2026-11-19"}
    answer = client.post(PATH, data=form, headers={**by_our_page(cookies), "Accept": "text/html"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is no track &#39;999&#39;: lists and rankings show ids." in answer.text


@pytest.mark.parametrize(
    ("problems", "name", "detail"),
    [
        ({"verb": "like"}, None, ONE_MUSIC_ID),
        ({"verb": "like", "track": 1, "artist": 1}, None, ONE_MUSIC_ID),
        ({"track": 1}, "verb", f"`verb` is missing: it must be one of {VERBS}."),
        ({"track": 1, "verb": "love"}, "verb", f"`verb` must be one of {VERBS}."),
        ({"track": 1, "verb": ["like"]}, "verb", "`verb` must be text without null characters."),
        ({"track": True, "verb": "like"}, "track", "`track` must be text without null characters."),
        ({"track": 1.5, "verb": "like"}, "track", "`track` must be text without null characters."),
        ({"track": -1, "verb": "like"}, "track", MUST_BE_AN_ID),
        ({"track": 2**63, "verb": "like"}, "track", MUST_BE_AN_ID),
        ({"track": 1, "verb": "like", "until": "2026-12-01"}, "until",
         "`until` must be left out unless the verb is not_now."),
        ({"track": 1, "verb": "not_now", "until": "tomorrow"}, "until",
         "`until` must be a date that exists, such as 2026-11-20."),
        ({"track": 1, "verb": "not_now", "until": "2026-11-20"}, "until",
         "`until` must be a date after 2026-11-20, within the next ten years."),
        ({"track": 1, "verb": "not_now", "until": "2026-11-19"}, "until",
         "`until` must be a date after 2026-11-20, within the next ten years."),
        ({"track": 1, "verb": "not_now", "until": "9999-12-31"}, "until",
         "`until` must be a date after 2026-11-20, within the next ten years."),
        ({"track": 1, "verb": "like", "username": "bob"}, "username",
         "There is no field `username`; this address takes `track`, `artist`, `album`, `verb`, `until`, `date`, "
         "`rank`, `list`."),
    ],
)  # fmt: skip
def test_invalid_feedback_is_refused_with_the_name_of_the_field(
    program: TestClient, problems: dict[str, object], name: str | None, detail: str
) -> None:
    answer = program.post(PATH, json=problems)
    more = {"parameter": name} if name else {}
    assert (answer.status_code, answer.json()) == (400, problem(400, "Bad Request", detail, PATH, **more))
    assert listed(program) == []


@pytest.mark.parametrize(
    ("kind", "number"), [("track", 99), ("artist", 99), ("album", 99), ("track", "7uLU6hMCjMI75M1A2tKUQC")]
)
def test_unknown_music_is_not_found(program: TestClient, kind: str, number: int | str) -> None:
    answer = program.post(PATH, json={kind: number, "verb": "block"})
    assert refusal(answer) == (404, f"There is no {kind} '{number}': lists and rankings show ids.")


@pytest.mark.parametrize("kind", ["track", "artist", "album"])
def test_music_of_other_listeners_is_not_found_unless_it_was_recommended(
    program: TestClient, alice: int, kind: str
) -> None:
    tides = seed.insert("album", name="Tides", spotify_id="T" * 22)
    track = seed.track(uri="spotify:track:" + "x" * 22, name="Low Tide", album_id=tides)
    artist = seed.insert("artist", name="Ebb", spotify_id="E" * 22)
    seed.insert("track_artist", track_id=track, position=0, artist_id=artist)
    seed.play(seed.account("dave", visibility="private"), track, "2026-03-01T12:00:00Z")
    number, of_spotify = {"track": (track, "x"), "artist": (artist, "E"), "album": (tides, "T")}[kind]
    for value in (number, of_spotify * 22):
        answer = program.post(PATH, json={kind: value, "verb": "block"})
        assert refusal(answer) == (404, f"There is no {kind} '{value}': lists and rankings show ids.")
    item = {"rank": 1, "kind": "deeper", "track_id": track, "score": 1, "reason": "", "evidence": {}}
    seed.run(alice, "2026-11-20", [item])
    for value in (number, of_spotify * 22):
        assert program.post(PATH, json={kind: value, "verb": "block"}).json()[kind] == number
    seed.change("DELETE FROM recommendation_run")
    assert program.post(PATH, json={kind: number, "verb": "forget"}).status_code == 200
    assert listed(program) == []


def test_feedback_from_anybody_but_the_listener_is_refused(client: TestClient, alice: int) -> None:
    feedback = {"track": ids("track")[0], "verb": "like"}
    answer = client.post(PATH, json=feedback)
    assert refusal(answer) == (401, "Sign in, or send a token with the scope `submit`.")
    assert answer.headers["www-authenticate"] == "Bearer"
    listener_only = "Only the listener, signed in or with a token that has the scope `submit`, may do this."
    for scope in ("read", "administer"):
        assert refusal(client.post(PATH, json=feedback, headers=with_token(alice, scope))) == (403, listener_only)
    assert refusal(client.post(f"{PATH}?share={shared(alice)}", json=feedback)) == (403, listener_only)
    with connected():
        assert row("SELECT count(*) FROM recommendation_feedback") == (0,)


def test_nobody_else_sees_feedback_even_of_a_public_account(client: TestClient) -> None:
    alice, bob = seed.account(), seed.account("bob")
    detail = "There is no account 'alice' that you may read; /users lists those that you may."
    for headers in ({}, with_token(bob), with_token(alice, "submit")):
        assert refusal(client.get(f"{PATH}/alice", headers=headers)) == (404, detail)
    assert refusal(client.get(f"{PATH}/alice?share={shared(alice)}")) == (404, detail)
    only = with_token(alice, questions=["user-recommendations"])
    assert client.get(f"{PATH}/alice", headers=only).status_code == 200
    other = with_token(alice, questions=["totals"])
    assert refusal(client.get(f"{PATH}/alice", headers=other)) == (404, detail)


def test_a_list_shows_feedback_to_its_listener_alone(client: TestClient) -> None:
    alice, track = seed.account(), seed.known_track()
    version = seed.track(uri="spotify:track:7uLU6hMCjMI75M1A2tKUQC", name="Paper Boats - Remastered 2011",
                         artist_name="The Lanterns")  # fmt: skip
    items = [
        {"rank": rank, "kind": "rotation", "track_id": each, "score": 1, "reason": "", "evidence": {}}
        for rank, each in enumerate((track, version, seed.track(uri="spotify:local:a")), 1)
    ]
    seed.run(alice, "2026-11-20", items)
    own = with_token(alice, "read", "submit")

    def feedback(headers: dict[str, str]) -> list[object]:
        answer = client.get("/user-recommendations/alice", headers=headers).json()
        return [item["feedback"] for item in answer["items"]]

    before = client.get("/user-recommendations/alice", headers=own).headers["etag"]
    assert feedback(own) == [None, None, None]
    client.post(PATH, json={"track": version, "verb": "like"}, headers=own)
    client.post(PATH, json={"artist": ids("artist")[0], "verb": "not_now", "until": "2026-11-21"}, headers=own)
    both = {"track": "like", "artist": "not_now", "album": None}
    assert feedback(own) == [both, both, None]
    assert feedback({}) == [None, None, None]
    assert client.get("/user-recommendations/alice", headers={**own, "If-None-Match": before}).status_code == 200
    tomorrow = datetime(2026, 11, 21, 12, tzinfo=UTC)
    with service_client(Services(VERSION, lambda: tomorrow)) as later:
        first = later.get("/user-recommendations/alice?date=2026-11-20", headers=own).json()["items"][0]
        assert first["feedback"] == {"track": "like", "artist": None, "album": None}
