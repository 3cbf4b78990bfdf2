"""Requests of Last.fm clients are answered as the clients expect; they were written by hand from the clients' source.

docs/scrobbling.md names the programs and their versions.
"""

import re
from urllib.parse import urlencode

from starlette.testclient import TestClient

from tests.web.lastfm.scrobbling import BEGAN, PATH, key
from tests.web.listenbrainz.playing import played

SIGNED = {"api_key": "a" * 32, "api_sig": "b" * 32}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_requests_of_pylast_are_understood(client: TestClient) -> None:
    """pylast 7.2.0 asks for XML, and looks for the status of `lfm` and for `key`."""
    token = key()
    session = client.post(PATH, headers=FORM, data={"token": token, "method": "auth.getSession", **SIGNED}).text
    assert re.findall("<key>(.*)</key>.*<subscriber>", session) == [token]
    batch = {
        "artist[0]": "The Lanterns", "track[0]": "Paper Boats", "timestamp[0]": BEGAN, "album[0]": "Harbour",
        "albumArtist[0]": "Various Artists", "trackNumber[0]": "3", "duration[0]": "213", "mbid[0]": "x",
        "method": "track.scrobble", "sk": token, **SIGNED,
    }  # fmt: skip
    answer = client.post(PATH, headers={**FORM, "Accept-Charset": "utf-8"}, data=batch)
    assert '<lfm status="ok">' in answer.text
    playing = {"track": "Paper Boats", "artist": "The Lanterns", "method": "track.updateNowPlaying", "sk": token}
    assert '<lfm status="ok">' in client.post(PATH, headers=FORM, data={**playing, **SIGNED}).text
    assert played() == [("scrobble", "Paper Boats", "The Lanterns", "Harbour")]


def test_requests_of_pano_scrobbler_are_understood(client: TestClient) -> None:
    """Pano Scrobbler, set up for a GNU FM server, asks for JSON and needs counts that are numbers."""
    token, wanted = key(), {"format": "json", **SIGNED}
    credentials = {"method": "auth.getMobileSession", "username": "alice", "password": token}
    session = client.post(PATH, data={**credentials, **wanted}).json()["session"]
    assert (session["name"], session["key"]) == ("alice", token)
    sent = {"artist": "The Lanterns", "track": "Paper Boats", "duration": "213", "album": "Harbour", "sk": token}
    playing = client.post(PATH, data={"method": "track.updateNowPlaying", **sent, **wanted}).json()
    assert int(playing["nowplaying"]["ignoredMessage"]["code"]) == 0
    single = {"method": "track.scrobble", "timestamp": BEGAN, "chosenByUser": "1", **sent, **wanted}
    assert client.post(PATH, data=single).json()["scrobbles"]["@attr"]["ignored"] == 0
    numbered = {f"{name}[0]": value for name, value in sent.items() if name != "sk"}
    batch = {"method": "track.scrobble", "sk": token, **numbered, "timestamp[0]": BEGAN, **wanted}
    assert client.post(PATH, data=batch).json()["scrobbles"]["@attr"]["ignored"] == 0
    assert played() == [("scrobble", "Paper Boats", "The Lanterns", "Harbour")]


def test_requests_of_web_scrobbler_are_understood(client: TestClient) -> None:
    """Web Scrobbler sends every field in the query, and nothing in the body."""
    fields = {
        "method": "track.scrobble", "timestamp[0]": BEGAN, "track[0]": "Paper Boats", "artist[0]": "The Lanterns",
        "albumArtist[0]": "The Lanterns", "sk": key(), "format": "json", **SIGNED,
    }  # fmt: skip
    answer = client.post(f"{PATH}?{urlencode(fields)}").json()
    assert "error" not in answer
    assert answer["scrobbles"]["@attr"]["accepted"] == 1
    playing = {**fields, "method": "track.updatenowplaying", "track": "Paper Boats", "artist": "The Lanterns"}
    assert "error" not in client.post(f"{PATH}?{urlencode(playing)}").json()
