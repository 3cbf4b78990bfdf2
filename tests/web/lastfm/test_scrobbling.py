"""track.scrobble and track.updateNowPlaying store plays, and answer which were accepted and which were ignored."""

import xml.dom.minidom

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.conftest import NOW
from tests.web.lastfm.scrobbling import BEGAN, PATH, PLAYED, call, failed, key, key_of, numbered
from tests.web.listenbrainz.playing import played
from tests.web.visitors.visiting import with_token
from web.http.rate_limits import A_MINUTE

ACCEPTED = {"code": "0", "#text": ""}


def text(value: str) -> dict[str, str]:
    return {"corrected": "0", "#text": value}


def answered(**changed: object) -> dict[str, object]:
    names = {"track": text("Paper Boats"), "artist": text("The Lanterns"), "album": text(""), "albumArtist": text("")}
    return {**names, "timestamp": BEGAN, "ignoredMessage": ACCEPTED, **changed}


def test_a_scrobble_is_a_play(client: TestClient) -> None:
    alice = seed.account(visibility="private")
    more = {"album": "Harbour", "duration": "213", "trackNumber": "3", "chosenByUser": "1", "mbid": ""}
    answer = call(client, "track.scrobble", sk=key_of(alice), **PLAYED, **more)
    expected = {"scrobble": answered(album=text("Harbour")), "@attr": {"accepted": 1, "ignored": 0}}
    assert (answer.status_code, answer.json()) == (200, {"scrobbles": expected})
    assert answer.headers["x-ratelimit-remaining"] == "299"
    (play,) = client.get("/history/alice", headers=with_token(alice)).json()["plays"]
    assert (play["played_at"], play["source"]) == ("2026-11-20T10:23:33.000Z", "scrobble")
    assert (play["track"]["name"], play["track"]["album"]["name"]) == ("Paper Boats", "Harbour")


def test_a_batch_of_fifty_is_stored(client: TestClient) -> None:
    token, batch = key(), dict[str, str]()
    for number in range(50):
        batch |= numbered(number, timestamp=str(int(BEGAN) - 300 * number), track=f"Song {number}")
    answer = call(client, "track.scrobble", sk=token, **batch).json()["scrobbles"]
    assert answer["@attr"] == {"accepted": 50, "ignored": 0}
    assert [each["track"]["#text"] for each in answer["scrobble"]] == [f"Song {number}" for number in range(50)]
    assert len(played()) == 50
    refused = call(client, "track.scrobble", sk=token, **batch, **numbered(50))
    assert failed(refused) == (400, 6, "At most 50 scrobbles at a time.")


def test_a_repeated_scrobble_is_stored_once(client: TestClient) -> None:
    token = key()
    for more in ({}, {}, {"duration": "213"}, {"album": "Harbour"}):
        counts = call(client, "track.scrobble", sk=token, **PLAYED, **more).json()["scrobbles"]["@attr"]
        assert counts == {"accepted": 1, "ignored": 0}
    assert len(played()) == 1


def test_an_invalid_scrobble_is_ignored_with_its_reason(client: TestClient) -> None:
    ahead = str(int(NOW.timestamp()) + 90_000)
    batch = (
        numbered(0) | numbered(1, artist="") | numbered(2, track=" ") | numbered(3, timestamp="soon")
        | numbered(4, timestamp=ahead)
    )  # fmt: skip
    answer = call(client, "track.scrobble", sk=key(), **batch).json()["scrobbles"]
    assert answer["@attr"] == {"accepted": 1, "ignored": 4}
    assert [each["ignoredMessage"] for each in answer["scrobble"]] == [
        ACCEPTED,
        {"code": "1", "#text": "This is not a play: no `artist`."},
        {"code": "2", "#text": "This is not a play: no `track`."},
        {"code": "3", "#text": "This is not a play: `timestamp` is not a number of seconds since 1970."},
        {"code": "4", "#text": "This is not a play: ended in the future."},
    ]
    assert len(played()) == 1


def test_the_answer_is_escaped_xml_unless_json_is_requested(client: TestClient) -> None:
    """Characters that XML does not allow are replaced."""
    odd = {"artist": "Salt & <Light>", "track": 'Say "when"\x07', "timestamp": BEGAN}
    answer = client.post(PATH, data={"method": "track.scrobble", "sk": key(), **odd})
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    document = xml.dom.minidom.parseString(answer.text)  # noqa: S318 - our own answer
    scrobbles = document.getElementsByTagName("scrobbles")[0]
    assert (scrobbles.getAttribute("accepted"), scrobbles.getAttribute("ignored")) == ("1", "0")
    texts = {name: document.getElementsByTagName(name)[0].firstChild for name in ("artist", "track")}
    assert {name: node.nodeValue for name, node in texts.items() if node} == {
        "artist": "Salt & <Light>", "track": 'Say "when"\ufffd'
    }  # fmt: skip
    assert document.getElementsByTagName("ignoredMessage")[0].getAttribute("code") == "0"


def test_fields_may_be_in_the_query(client: TestClient) -> None:
    fields = {"method": "track.scrobble", "format": "json", "sk": key(), **numbered(0)}
    answer = client.post(PATH, params=fields).json()["scrobbles"]
    assert answer["@attr"] == {"accepted": 1, "ignored": 0}


def test_the_slash_at_the_end_does_not_matter(client: TestClient) -> None:
    fields = {"method": "track.scrobble", "format": "json", "sk": key(), **PLAYED}
    assert client.post("/2.0", data=fields).status_code == 200


def test_a_playing_track_is_shown_until_it_ends(client: TestClient) -> None:
    alice = seed.account(visibility="private")
    playing = {"artist": "The Lanterns", "track": "Paper Boats", "album": "Harbour", "duration": "213"}
    answer = call(client, "track.updateNowPlaying", sk=key_of(alice), **playing)
    expected = answered(album=text("Harbour"))
    del expected["timestamp"]
    assert answer.json() == {"nowplaying": expected}
    now = client.get("/1/user/alice/playing-now", headers=with_token(alice)).json()["payload"]
    assert [each["track_metadata"]["track_name"] for each in now["listens"]] == ["Paper Boats"]
    assert played() == []


def test_a_track_without_a_name_cannot_be_playing(client: TestClient) -> None:
    answer = call(client, "track.updateNowPlaying", sk=key(), artist="The Lanterns")
    assert failed(answer) == (400, 6, "This cannot be playing: no `track`.")


METHODS = "auth.getMobileSession, auth.getSession, track.scrobble, track.updateNowPlaying"


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize("method", ["", "track.love", "user.getInfo"])
def test_other_methods_are_refused(client: TestClient, method: str, form: str) -> None:
    answer = call(client, method, format=form)
    assert failed(answer) == (400, 3, f"`method` must be one of {METHODS}.")


def test_methods_are_recognised_in_any_case(client: TestClient) -> None:
    assert call(client, "track.updatenowplaying", sk=key(), **PLAYED).status_code == 200


def test_a_body_that_is_not_a_form_is_refused(client: TestClient) -> None:
    answer = client.post(PATH, content=b"artist=\xff")
    assert failed(answer) == (400, 6, "This is not a form: send name=value&\u2026 in UTF-8.")


def test_a_body_that_is_too_large_is_refused(client: TestClient) -> None:
    answer = client.post(f"{PATH}?format=json", content=b"x" * 300_000)
    assert failed(answer) == (413, 6, "This address takes at most 256 KiB.")


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
@pytest.mark.parametrize("method", ["track.scrobble", "track.updateNowPlaying", "auth.getMobileSession"])
def test_nothing_is_stored_by_get(client: TestClient, method: str, accept: str) -> None:
    fields = {"method": method, "sk": key(), **PLAYED}
    answer = client.get(PATH, params=fields, headers={"Accept": accept})
    assert failed(answer) == (400, 6, f"`{method}` has to be sent by POST.")
    assert played() == []


def test_other_http_methods_are_refused_in_the_format_of_lastfm(client: TestClient) -> None:
    assert failed(client.put(PATH)) == (405, 3, "This address accepts GET, HEAD and POST only.")


def test_an_unreachable_database_is_reported_in_the_format_of_lastfm(nowhere: TestClient) -> None:
    answer = nowhere.post(f"{PATH}?format=json", data={"method": "track.scrobble", "sk": f"insight_1_{'x' * 43}"})
    assert failed(answer) == (503, 16, "The database cannot be reached now; try again.")
    in_form = call(nowhere, "track.scrobble", sk=f"insight_1_{'x' * 43}")
    assert (in_form.headers["content-type"], failed(in_form)) == ("application/json", failed(answer))


def test_every_refusal_is_json_if_the_form_asks_for_json(client: TestClient) -> None:
    """Even a form that is too large to be read gets a refusal in JSON."""
    token = key()
    large = call(client, "track.scrobble", sk=token, **PLAYED, album="x" * 300_000)
    many = [call(client, "track.updateNowPlaying", sk=token, **PLAYED) for _ in range(A_MINUTE["player"] + 1)][-1]
    for answer, status, code in ((large, 413, 6), (many, 429, 29)):
        assert answer.headers["content-type"] == "application/json"
        assert failed(answer)[:2] == (status, code)


@pytest.mark.parametrize("path", ["/2.0/nothing", "/2.0//"])
def test_an_unknown_address_is_refused_in_the_format_of_lastfm(client: TestClient, path: str) -> None:
    sentence = "There is nothing at this address; /openapi.json lists every address."
    answer = client.get(f"{path}?format=json", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.json()) == (404, {"error": 3, "message": sentence})
    assert f'<error code="3">{sentence}</error>' in client.get(path).text


def test_a_scrobble_from_a_pause_is_ignored_with_its_reason(client: TestClient) -> None:
    alice = seed.account(visibility="private")
    seed.insert("collecting_pause", account_id=alice, since="2026-11-20 10:00Z", until="2026-11-20 10:30Z")
    batch = numbered(0) | numbered(1, artist="") | numbered(2, timestamp=str(int(BEGAN) + 3600))
    answer = call(client, "track.scrobble", sk=key_of(alice), **batch).json()["scrobbles"]
    assert answer["@attr"] == {"accepted": 1, "ignored": 2}
    assert [each["ignoredMessage"] for each in answer["scrobble"]] == [
        {"code": "2", "#text": "This is not a play: collecting was paused then."},
        {"code": "1", "#text": "This is not a play: no `artist`."},
        ACCEPTED,
    ]
    assert len(played()) == 1
