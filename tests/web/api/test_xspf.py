"""/user-recommendations/<username>?format=xspf follows the rules of XSPF, version 1 (https://xspf.org/spec)."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit
from xml.parsers.expat import ParserCreate

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from insights.plays.tracks import KnownTrack
from insights.recommendations import RecommendedTrack, StoredRun
from music import Artist
from tests.web import seed
from tests.web.api.test_user_recommendations import PATH, item
from tests.web.conftest import NOW
from web.lists.xspf import xspf

NAMESPACE = "http://xspf.org/ns/0/"
SEVERAL = {"attribution", "link", "meta", "extension", "track", "location", "identifier"}
OF_TRACK_ALONE = {"album", "trackNum", "duration"}
COMMON = {"title", "creator", "annotation", "info", "image", "link", "meta", "extension", "location", "identifier"}
OF_PLAYLIST = COMMON | {"date", "license", "attribution", "trackList"}
OF_TRACK = COMMON | OF_TRACK_ALONE
URIS = {"location", "identifier", "info", "image", "license"}
IN_A_URI = re.compile(r"[A-Za-z0-9:/?#\[\]@!$&'()*+,;=._~-]|%[0-9A-Fa-f]{2}")


@dataclass
class Element:
    name: str
    attributes: dict[str, str]
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def all_of(self, name: str) -> list[str]:
        return [child.text for child in self.children if child.name == name]

    def child(self, name: str) -> "Element":
        (child,) = [child for child in self.children if child.name == name]
        return child


def parsed(document: str) -> Element:
    parser, above = ParserCreate(namespace_separator=" "), [Element("", {})]

    def begin(name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        assert namespace == NAMESPACE
        above.append(Element(local, attributes))

    def end(_: str) -> None:
        done = above.pop()
        above[-1].children.append(done)

    def text(data: str) -> None:
        above[-1].text += data

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, text
    parser.Parse(document, True)
    (root,) = above.pop().children
    return root


def check(document: str) -> Element:
    """Fail if the document breaks a rule; returns the playlist."""
    playlist = parsed(document)
    assert (playlist.name, playlist.attributes) == ("playlist", {"version": "1"})
    tracks = playlist.child("trackList")
    assert (tracks.text.strip(), {track.name for track in tracks.children} - {"track"}) == ("", set())
    _check_members(playlist, OF_PLAYLIST, {"identifier", "location"})
    for track in tracks.children:
        _check_members(track, OF_TRACK, set())
    assert all(datetime.fromisoformat(date).tzinfo for date in playlist.all_of("date"))
    return playlist


def _check_members(element: Element, allowed: set[str], once: set[str]) -> None:
    counts = Counter(child.name for child in element.children)
    assert counts.keys() - allowed == set()
    assert all(count == 1 for name, count in counts.items() if name in once or name not in SEVERAL)
    assert element.text.strip() == ""
    for child in element.children:
        assert child.attributes == {}
        if child.name in URIS:
            assert urlsplit(child.text).scheme
            assert IN_A_URI.sub("", child.text) == ""
        if child.name in {"duration", "trackNum"}:
            assert int(child.text) >= 0


def test_a_list_is_a_valid_playlist(client: TestClient) -> None:
    named = seed.track(uri=None, name="Kitchen & <song>", artist_name="Grandma")
    seed.run(seed.account(), "2026-11-20", [item(1, seed.known_track()), item(2, named)])
    answer = client.get(f"{PATH}?format=xspf")
    assert answer.headers["content-type"] == "application/xspf+xml"
    assert answer.headers["content-disposition"] == 'attachment; filename="today-alice-2026-11-20.xspf"'
    playlist = check(answer.text)
    assert playlist.all_of("title") == ["Today for alice, 2026-11-20"]
    assert playlist.all_of("date") == ["2026-11-20T03:00:00.000Z"]
    boats, kitchen = playlist.child("trackList").children
    assert [(child.name, child.text) for child in boats.children] == [
        ("location", "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC"),
        ("identifier", "spotify:track:4uLU6hMCjMI75M1A2tKUQC"),
        ("title", "Paper Boats"),
        ("creator", "The Lanterns, A Guest"),
        ("annotation", "You played it 6 times in the last two weeks"),
        ("album", "Harbour"),
        ("duration", "213000"),
    ]
    assert [(child.name, child.text) for child in kitchen.children] == [
        ("title", "Kitchen & <song>"),
        ("creator", "Grandma"),
        ("annotation", "You played it 6 times in the last two weeks"),
    ]


def test_the_identifier_is_the_same_as_in_jspf(client: TestClient) -> None:
    seed.run(seed.account(), "2026-11-20")
    jspf = client.get(f"{PATH}?format=jspf").json()["playlist"]["identifier"]
    assert check(client.get(f"{PATH}?format=xspf").text).all_of("identifier") == [jspf]


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20)), max_size=4))
def test_a_playlist_is_valid_whatever_is_in_a_name(names: list[tuple[str, str, str]]) -> None:
    tracks = [KnownTrack(name, f"spotify:local:{rest}", None, (Artist(artist, None),), None, None)
              for name, artist, rest in names]  # fmt: skip
    items = tuple(RecommendedTrack(1, "deeper", 1.0, "", {}, "", {}, False, "", 1, None, None, each) for each in tracks)
    playlist = check(xspf("alice", 1, StoredRun(NOW.date(), NOW, "UTC", 2, "ok", 1, False, None, {}, items)))
    assert len(playlist.child("trackList").children) == len(names)


@pytest.mark.parametrize("document", [
    "<playlist version='1' xmlns='http://xspf.org/ns/0/'/>",
    "<playlist version='1' xmlns='http://xspf.org/ns/0/'><trackList><track><tune/></track></trackList></playlist>",
])  # fmt: skip
def test_this_check_rejects_invalid_documents(document: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        check(document)
