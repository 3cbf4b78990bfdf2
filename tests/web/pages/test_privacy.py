"""/privacy describes what this service stores, sends and deletes, according to its settings."""

from starlette.testclient import TestClient

from tests.web.conftest import NOW, VERSION, service_client
from tests.web.contract import problem
from tests.web.reading import content, links, words
from web.http.services import Services


def test_the_page_says_what_is_stored_and_how_it_is_deleted(client: TestClient) -> None:
    page = client.get("/privacy")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    text = words(page.text)
    for heading in ("What is stored", "What is not stored", "Who can see it", "For how long", "How to delete it"):
        assert heading in text
    assert "within five days it deletes everything that came from Spotify" in text
    assert "Insight contacts no music service other than Spotify." in text
    assert "If you create a webhook, Insight sends what happens in your account to the address that you choose." in text
    assert "your library only if you show it in your preferences" in text
    assert links(content(page.text)) == [
        "https://www.spotify.com/account/apps/", "/account", "https://open.spotify.com/",
        "https://www.spotify.com/legal/privacy-policy/",
    ]  # fmt: skip
    assert client.get("/privacy", headers={"If-None-Match": page.headers["etag"]}).status_code == 304


def test_the_page_says_if_data_is_kept_after_a_disconnection(database_url: str) -> None:
    with service_client(Services(VERSION, lambda: NOW, keep_after_disconnect=True, base_path="/insight")) as client:
        page = client.get("/privacy").text
    assert "the plays that it has collected stay until you delete them" in words(page)
    assert "within five days" not in words(page)
    assert "/insight/account" in links(page)


def test_the_page_lists_the_contacted_music_services_with_what_they_receive(database_url: str) -> None:
    names = ("musicbrainz", "lastfm")
    with service_client(Services(VERSION, lambda: NOW, music_services=names)) as client:
        page = client.get("/privacy").text
    text = words(page)
    assert "It never sends who plays them." in text
    assert "MusicBrainz receives names of artists and songs, and ISRCs." in text
    assert "Last.fm receives names of artists and songs." in text
    assert "ListenBrainz" not in text
    assert {"https://musicbrainz.org", "https://www.last.fm"} <= set(links(page))


def test_a_parameter_is_refused(client: TestClient) -> None:
    answer = client.get("/privacy?user=alice")
    assert answer.status_code == 400
    assert answer.json()["title"] == problem(400, "Bad Request", "", "")["title"]
