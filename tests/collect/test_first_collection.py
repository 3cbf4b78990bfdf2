"""The first collection: begun at once after connecting, shown while it runs, and never twice at a time."""

import re
import threading
import time
from collections.abc import Iterator

import pytest

from collect.first_collection import FirstCollection, Progress
from db.engine.connection import connected, rows
from db.engine.locks import try_account_lock
from demo.fake_wire import Answer
from tests.fake import World, play, world
from tests.web import seed
from tests.web.pages.spotify_browser import Browser, spotify_browser
from tests.web.reading import content, links, words


@pytest.fixture
def here(database_url: str) -> World:
    seed.account()
    here = world()
    here.fake.add_listener("alice", [play(minutes_ago=30, number=1), play(minutes_ago=20, number=2)])
    return here


def ended(first: FirstCollection, username: str = "alice") -> Progress:
    for _ in range(1000):
        result = first.progress(username)
        if result is not None and not result.running:
            return result
        time.sleep(0.01)
    pytest.fail("The first collection does not end.")


def test_the_first_collection_collects_what_spotify_shows(here: World) -> None:
    sentence = here.connect("alice")
    first = FirstCollection(here.spotify)
    assert first.progress("alice") is None
    first.start("alice", sentence)
    assert ended(first) == Progress(sentence, running=False, message="2 new plays, 0 known")
    with connected():
        assert rows("SELECT count(*) FROM counted_play") == [(2,)]


def test_errors_of_the_first_collection_are_reported(here: World) -> None:
    here.connect("alice")
    here.fake.refuse(Answer(500, {}, b""), "/v1/me/player", times=9)
    first = FirstCollection(here.spotify)
    first.start("alice", "connected")
    assert ended(first).message == "Spotify fails at the moment (500); the next run tries again."
    first.start("nobody", "connected")
    assert first.progress("nobody") is None


def test_a_killed_first_collection_is_reported_as_interrupted_and_can_be_repeated(here: World) -> None:
    sentence, first = here.connect("alice"), FirstCollection(here.spotify)
    seed.insert("first_collection", account_id=1, sentence=sentence)
    message = "was interrupted; the next regular run continues it"
    assert first.progress("alice") == Progress(sentence, running=False, message=message)
    first.start("alice", sentence)
    assert ended(first).message == "2 new plays, 0 known"


def test_the_result_is_available_for_an_hour(here: World) -> None:
    first = FirstCollection(here.spotify)
    seed.insert("first_collection", account_id=1, sentence="connected", message="done")
    assert first.progress("alice") == Progress("connected", running=False, message="done")
    seed.change("UPDATE first_collection SET begun_at = now() - interval '1 hour'")
    assert first.progress("alice") is None


def test_an_account_that_another_program_collects_is_skipped(here: World) -> None:
    here.connect("alice")
    first = FirstCollection(here.spotify)
    with connected(), try_account_lock(1, "recent") as mine:
        assert mine
        first.start("alice", "connected")
        assert ended(first).message == "another run is collecting for this account right now"


def test_two_starts_at_once_are_one_run(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    here.connect("alice")
    go_on, first = threading.Event(), FirstCollection(here.spotify)
    real = here.fake.answer

    def slow(method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        go_on.wait(120)
        return real(method, url, headers, body)

    monkeypatch.setattr(here.fake, "answer", slow)
    first.start("alice", "connected")
    FirstCollection(here.spotify).start("alice", "connected again")  # as another process would
    assert first.progress("alice") == Progress("connected again", running=True)
    go_on.set()
    assert ended(first).sentence == "connected again"
    with connected():
        assert rows("SELECT count(*) FROM collection_run") == [(1,)]


@pytest.fixture
def browser(database_url: str) -> Iterator[Browser]:
    seed.account(visibility="private")
    with spotify_browser() as browser:
        browser.world.fake.add_listener("alice", [play(minutes_ago=30, number=1), play(minutes_ago=20, number=2)])
        yield browser


def test_the_page_after_connecting_shows_the_progress(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    real, go_on = browser.world.fake.answer, threading.Event()

    def slow(method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        if "recently-played" in url:
            go_on.wait(120)
        return real(method, url, headers, body)

    monkeypatch.setattr(browser.world.fake, "answer", slow)
    done = browser.go("/connect?username=alice", "alice")
    page = browser.client.get(done.headers["location"])
    assert '<meta http-equiv="refresh" content="2">' in page.text
    assert "alice is connected to Spotify as Alice." in words(page.text)
    assert "Collecting your most recent plays from Spotify … 0 plays so far." in words(page.text)
    go_on.set()
    shown = wait_for_its_end(browser)
    assert "The first collection is finished: 2 new plays, 0 known. You have 2 plays here now." in shown
    assert "until about May 2027" in shown


def wait_for_its_end(browser: Browser) -> str:
    for _ in range(1000):
        page = browser.client.get("/connect/done")
        if "http-equiv" not in page.text:
            assert links(content(page.text))[:4] == ["/today/alice", "/history/alice", "/account/imports", "/account"]
            assert re.findall(r"<script>|\son\w+=", page.text) == []
            return words(page.text)
        time.sleep(0.01)
    pytest.fail("The first collection does not end.")


def test_the_page_needs_a_session(browser: Browser) -> None:
    answer = browser.client.get("/connect/done")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fconnect%2Fdone")


def test_every_process_knows_the_result(browser: Browser) -> None:
    browser.go("/connect?username=alice", "alice")
    wait_for_its_end(browser)
    with spotify_browser() as another:
        another.client.cookies = {"session": browser.client.cookies["session"]}
        page = words(another.client.get("/connect/done").text)
    assert "alice is connected to Spotify as Alice." in page
    assert "The first collection is finished: 2 new plays, 0 known. You have 2 plays here now." in page
