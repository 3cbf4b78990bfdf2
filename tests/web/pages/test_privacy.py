"""/privacy: what is told is what is done."""

from starlette.testclient import TestClient

from tests.web.conftest import NOW, VERSION, service_client
from tests.web.contract import problem
from tests.web.reading import content, links, words
from web.http.services import Services


def test_everybody_is_told_what_is_kept_and_how_it_goes(client: TestClient) -> None:
    page = client.get("/privacy")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    shown = words(page.text)
    for heading in ("What is stored", "What is not stored", "Who can see it", "For how long", "How to delete it"):
        assert heading in shown
    assert "within five days it deletes everything that came from Spotify" in shown
    assert "Insight contacts no music service other than Spotify." in shown
    assert (
        "If you create a webhook, Insight sends what happens in your account to the address that you choose." in shown
    )
    assert links(content(page.text)) == [
        "https://www.spotify.com/account/apps/", "/account", "https://open.spotify.com/",
        "https://www.spotify.com/legal/privacy-policy/",
    ]  # fmt: skip
    assert client.get("/privacy", headers={"If-None-Match": page.headers["etag"]}).status_code == 304


def test_where_data_is_kept_after_a_disconnection_the_page_says_so(database_url: str) -> None:
    with service_client(Services(VERSION, lambda: NOW, keep_after_disconnect=True, base_path="/insight")) as client:
        page = client.get("/privacy").text
    assert "the plays that it has collected stay until you delete them" in words(page)
    assert "within five days" not in words(page)
    assert "/insight/account" in links(page)


def test_the_page_lists_the_music_services_that_are_contacted_with_what_they_receive(database_url: str) -> None:
    names = ("musicbrainz", "lastfm")
    with service_client(Services(VERSION, lambda: NOW, music_services=names)) as client:
        page = client.get("/privacy").text
    shown = words(page)
    assert "It never sends who plays them." in shown
    assert "MusicBrainz receives names of artists and songs, and ISRCs." in shown
    assert "Last.fm receives names of artists and songs." in shown
    assert "ListenBrainz" not in shown
    assert {"https://musicbrainz.org", "https://www.last.fm"} <= set(links(page))


def test_a_parameter_is_refused(client: TestClient) -> None:
    answer = client.get("/privacy?user=alice")
    assert answer.status_code == 400
    assert answer.json()["title"] == problem(400, "Bad Request", "", "")["title"]
