"""What holds for the page of every question."""

import re

import pytest
from starlette.testclient import TestClient

from recommend.questions import all_questions
from tests.web import seed
from tests.web.known_music import know_genres
from tests.web.reading import BROWSER
from tests.web.visitors.visiting import shared
from web.statistics.pages import question_pages

QUESTIONS = sorted(question_pages())
PORTIONS = range(
    6
)  # a portion of the questions is asked about one set of plays, which take longer to insert than to read
TIME_OF_DAY = re.compile(r"\d\d:\d\d")
OF_ONE = {"artist", "album", "track", "playlist", "genre"}  # not found in an account without plays
ODD = '<b>&"\u202e' + "x" * 500


def portion_of(questions: list[str], portion: int) -> list[str]:
    """Every sixth of the questions, so that each portion has quick and slow ones."""
    return questions[portion :: len(PORTIONS)]


def address(name: str, number: int = 1) -> str:
    return all_questions()[name].path.format(username="alice", id=number, other="bob", name="dream pop")


@pytest.fixture
def alice(client: TestClient) -> int:
    seed.account("bob", visibility="public")
    return seed.account("alice", visibility="public", library_shown=True)


def heard(alice: int) -> None:
    boats = seed.known_track()
    for month in range(1, 11):
        seed.plays(alice, boats, [f"2026-{month:02}-0{day} 12:{day}0Z" for day in range(1, 6)])
    seed.play(alice, seed.track(uri=None, name=ODD, artist_name=ODD), "2026-03-03 10:00Z")
    seed.play(alice, seed.track(uri="spotify:track:" + "y" * 22), "2026-03-03 11:00Z")
    know_genres(boats, {"dream pop": 1.0})
    listed(alice)


def listed(alice: int) -> None:
    """Insert two playlists and a library, with odd names."""
    since = {"account_id": alice, "first_read_at": "2026-03-01 10:00Z"}
    seed.insert("library_reading", account_id=alice, read_at="2026-03-01 10:00Z")
    seed.insert("listed_song", uri=seed.HARBOUR, name=ODD, artist_name=ODD, playable=False, restriction=ODD, **since)
    for number in ("1", "2"):
        seed.insert(
            "listener_playlist",
            spotify_id=number,
            name=ODD,
            owner_id=ODD,
            collaborative=True,
            is_public=True,
            place=1,
            **since,
        )
        seed.insert("playlist_item", playlist_id=number, place=1, uri=seed.HARBOUR, added_by=ODD, **since)
        seed.insert("playlist_item", playlist_id=number, place=2, added_by="bob", gone_since="2026-03-01Z", **since)
    seed.insert("library_item", kind="song", key=seed.HARBOUR, **since)
    seed.insert("library_item", kind="album", key="x" * 22, name=ODD, artist_name=ODD, tracks=3, **since)


def test_a_question_with_a_title_has_a_page() -> None:
    assert sorted(name for name, question in all_questions().items() if question.page) == QUESTIONS


@pytest.mark.parametrize("portion", PORTIONS)
def test_browsers_get_a_page_and_programs_get_json(client: TestClient, alice: int, portion: int) -> None:
    heard(alice)
    for name in portion_of(QUESTIONS, portion):
        page, data = client.get(address(name), headers=BROWSER), client.get(address(name))
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8"), name
        assert (data.status_code, data.headers["content-type"]) == (200, "application/json"), name
        assert "Accept" in page.headers["vary"], name
        assert "Accept" in data.headers["vary"], name
        as_data = client.get(address(name) + "?format=json", headers=BROWSER).json()
        assert {**as_data, "next": None} == {**data.json(), "next": None}, name  # `next` keeps the parameter `format`
        assert client.get(address(name) + "?format=html").text.startswith("<!doctype html>"), name


@pytest.mark.parametrize("portion", PORTIONS)
def test_odd_names_are_escaped(client: TestClient, alice: int, portion: int) -> None:
    heard(alice)
    for name in portion_of(QUESTIONS, portion):
        for query in ("", "?period=2026", "?period=2026-03-03"):
            text = client.get(address(name, 2) + query, headers=BROWSER).text
            assert "<b>&" not in text.replace("&amp;", ""), name
            assert 'style="' not in text, name
            script = r'<script(?! type="module" src="/static/[a-z]+\.js\?v=\w+"></script>)'
            assert not re.search(script, text), name


@pytest.mark.parametrize("portion", PORTIONS)
@pytest.mark.parametrize("plays", [0, 1])
def test_an_account_with_no_play_and_with_one_has_pages(
    client: TestClient, alice: int, portion: int, plays: int
) -> None:
    if plays:
        seed.play(alice, seed.known_track(), "2026-03-03 10:00Z")
    bounds = ("?from=0001-01-01", "?from=0001-01-01&to=9999-12-31", "?from=9999-12-30&to=9999-12-31", "?to=0001-01-02")
    for name in portion_of([name for name in QUESTIONS if name not in OF_ONE], portion):
        for query in ("", "?period=2026", "?period=today", "?period=2019", *bounds):
            page = client.get(address(name) + query, headers=BROWSER)
            assert page.status_code in {200, 400}, (name, query)


@pytest.mark.parametrize("portion", PORTIONS)
def test_refusals_are_pages_in_a_browser(client: TestClient, alice: int, portion: int) -> None:
    for name in portion_of(QUESTIONS, portion):
        refused = client.get(address(name) + "?nonsense=1", headers=BROWSER)
        assert (refused.status_code, refused.headers["content-type"]) == (400, "text/html; charset=utf-8"), name
        as_data = client.get(address(name) + "?nonsense=1")
        assert as_data.headers["content-type"] == "application/problem+json", name


@pytest.mark.parametrize("portion", PORTIONS)
def test_a_link_with_sums_only_shows_no_times_and_no_links_to_items(
    client: TestClient, alice: int, portion: int
) -> None:
    heard(alice)
    secret = shared(alice, redacted=True)
    for name in portion_of([name for name in QUESTIONS if all_questions()[name].sums_only], portion):
        page = client.get(f"{address(name)}?period=2026&share={secret}", headers=BROWSER)
        assert page.status_code == 200, name
        main = page.text.partition("<main")[2]
        assert not TIME_OF_DAY.search(main), name
        assert not re.search(r"/(track|artist|album)/\d", main), name
        assert "/history/" not in main, name


@pytest.mark.parametrize("portion", PORTIONS)
def test_an_unchanged_page_is_not_sent_again(client: TestClient, alice: int, portion: int) -> None:
    heard(alice)
    for number, name in enumerate(portion_of(QUESTIONS, portion)):
        page = client.get(address(name), headers=BROWSER)
        etag = {**BROWSER, "If-None-Match": page.headers["etag"]}
        again = client.get(address(name), headers=etag)
        assert (again.status_code, again.content) == (304, b""), name
        seed.play(alice, seed.track(uri=f"spotify:track:{number:022}"), f"2026-03-04 10:{number:02}Z")
        seed.change("UPDATE account_version SET data_version = data_version + 1 WHERE account_id = %s", alice)
        assert client.get(address(name), headers=etag).status_code == 200, name
