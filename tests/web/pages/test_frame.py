"""The frame of every page: navigation, who is signed in, shared links, notices, and refusals."""

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.conftest import NOW, VERSION, Counting, service_client
from tests.web.contract import PROBLEM, problem
from tests.web.pages.test_connect import consent
from tests.web.reading import BROWSER, content, links, words
from tests.web.visitors.visiting import by_our_page, shared, signed_in
from web.http.services import Services

HOME = ("Home", "/totals/alice?period=week", False)
SUBJECTS = [
    ("Rankings", "/top-artists/alice", False),
    ("History", "/history/alice", False),
    ("Discover", "/discoveries/alice", False),
    ("Genres", "/top-genres/alice", False),
    ("Activity", "/activity/alice", False),
    ("Habits", "/devices/alice", False),
    ("Playlists", "/playlists/alice", False),
    ("Recap", "/recap/alice", False),
    ("Imports &amp; gaps", "/gaps/alice", False),
]
DESTINATION = re.compile(r'<a href="([^"]+)"( aria-current="page")?>([^<]+)</a>')


@pytest.fixture
def connectable(database_url: str) -> Iterator[TestClient]:
    with service_client(Services(VERSION, lambda: NOW, consent())) as client:
        yield client


def navigation(html: str) -> list[tuple[str, str, bool]]:
    inside = html.partition('<nav class="pages"')[2].partition("</nav>")[0]
    return [(name, href, bool(current)) for href, current, name in DESTINATION.findall(inside)]


def test_the_navigation_of_a_listener_marks_the_current_page(client: TestClient) -> None:
    alice = seed.account(visibility="private")
    client.cookies = signed_in(alice)
    for path in ("/privacy", "/today/alice", "/account"):
        assert navigation(client.get(path).text) == [
            HOME,
            ("Today", "/today/alice", path == "/today/alice"),
            *SUBJECTS,
            ("Account", "/account", path == "/account"),
        ]
    assert not any(current for _, _, current in navigation(client.get("/privacy").text))


def test_the_pages_of_a_public_account_lead_to_each_other(client: TestClient) -> None:
    seed.account()
    assert navigation(client.get("/").text) == []
    assert navigation(client.get("/today/alice").text) == [
        HOME, ("Today", "/today/alice", True), *SUBJECTS
    ]  # fmt: skip
    client.cookies = signed_in(seed.account("bob"))
    assert navigation(client.get("/today/alice").text)[1:] == [
        ("Today", "/today/alice", True),
        *SUBJECTS,
        ("Account", "/account", False),
    ]


def test_the_subject_of_a_page_is_marked(client: TestClient) -> None:
    seed.account()
    page = client.get("/top-albums/alice", headers=BROWSER).text
    assert [name for name, _, is_current in navigation(page) if is_current] == ["Rankings"]


def test_the_navigation_of_a_shared_link_has_only_pages_it_may_read(client: TestClient) -> None:
    alice = seed.account(visibility="private")
    only_lists = client.get(f"/today/alice?share={shared(alice, 'user-recommendations')}").text
    assert [name for name, _, _ in navigation(only_lists)] == ["Today"]
    sums = shared(alice, redacted=True)
    of_sums = client.get(f"/activity/alice?share={sums}", headers=BROWSER).text
    names = [name for name, _, _ in navigation(of_sums)]
    assert names == ["Home", "Rankings", "Discover", "Genres", "Activity", "Habits", "Recap"]
    assert f"/top-artists/alice?share={sums}" in of_sums


def test_a_shared_page_says_so_and_keeps_the_link_in_its_addresses(client: TestClient) -> None:
    alice = seed.account(visibility="private")
    share = shared(alice, "user-recommendations")
    page = client.get(f"/today/alice?share={share}").text
    assert "You are viewing a shared link." in words(page)
    assert ("Today", f"/today/alice?share={share}", True) in navigation(page)
    seed.account("bob")
    assert "shared link" not in client.get("/today/bob").text
    narrow = client.get(f"/privacy?share={shared(alice, period='2025', redacted=True)}").text
    assert "You are viewing a shared link. It shows 2025 only. It shows totals, but no individual plays." in words(
        narrow
    )


def test_every_page_can_be_skipped_to_its_content(client: TestClient) -> None:
    client.cookies = signed_in(seed.account(visibility="private"))
    for path in ("/", "/today/alice", "/account", "/privacy"):
        page = client.get(path).text
        first, target = re.findall(r'<a class="(skip)" href="#(\w+)">', page)[0]
        assert (first, f'<main id="{target}"' in page, page.count("<h1"), page.count("<main")) == ("skip", True, 1, 1)


def test_a_cached_page_is_not_reused_for_another_visitor(connectable: TestClient) -> None:
    alice = seed.account(visibility="private")
    nobody = connectable.get("/privacy")
    assert "Sign in with Spotify" in nobody.text
    connectable.cookies = signed_in(alice)
    page = connectable.get("/privacy", headers={"If-None-Match": nobody.headers["etag"]})
    assert (page.status_code, "Signed in as alice Your account Imports Sign out" in words(page.text)) == (200, True)
    assert connectable.get("/privacy", headers={"If-None-Match": page.headers["etag"]}).status_code == 304


def test_a_form_is_confirmed_once(client: TestClient) -> None:
    cookies = signed_in(seed.account(visibility="private"))
    client.cookies = cookies
    saved = client.post("/account/visibility", data={"visibility": "public"}, headers=by_our_page(cookies))
    assert (saved.status_code, "Saved." in client.get("/account").text) == (303, True)
    assert "Saved." not in client.get("/account").text


def test_a_forged_notice_is_not_shown(client: TestClient) -> None:
    cookies = signed_in(seed.account(visibility="private"))
    client.cookies = {**cookies, "notice": "Call this number"}
    page = client.get("/account").text
    assert ("Call this number" in page, 'role="status"' in page) == (False, False)


@pytest.mark.parametrize("path", ["/nothing", "/activity", "/today/alice/", "/static/nothing.css"])
def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(client: TestClient, path: str) -> None:
    client.event_hooks = {}  # the OpenAPI document describes only what programs get
    answer = client.get(path, headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert (answer.headers["cache-control"], answer.headers["vary"]) == ("no-store", "Accept, Accept-Language")
    assert "404 Not Found There is nothing here." in words(answer.text)
    assert links(content(answer.text)) == ["/", "/sign-in"]
    program = client.get(path)
    assert (program.headers["content-type"], program.json()["status"]) == (PROBLEM, 404)


def test_an_unknown_address_costs_the_database_nothing(client: TestClient, queries: Counting) -> None:
    client.event_hooks = {}
    client.cookies = signed_in(seed.account(visibility="private"))
    with queries() as sent:
        assert client.get("/nothing", headers=BROWSER).status_code == 404
    assert sent == []


def test_a_refusal_has_the_frame_too(client: TestClient) -> None:
    client.event_hooks = {}
    client.cookies = signed_in(seed.account(visibility="private"))
    page = client.get("/today/bob", headers=BROWSER)
    assert (page.status_code, "Signed in as alice" in words(page.text)) == (404, True)
    own = [("Today", "/today/alice", False), *SUBJECTS, ("Account", "/account", False)]
    assert navigation(page.text)[1:] == own
    assert links(content(page.text)) == ["/"]  # without a link to sign in


def test_an_unreachable_database_is_reported_in_the_frame(nowhere: TestClient) -> None:
    nowhere.event_hooks = {}
    nowhere.cookies = {"session": "session_1_" + "x" * 43}
    page = nowhere.get("/today/alice", headers=BROWSER)
    assert (page.status_code, page.headers["retry-after"]) == (503, "5")
    assert "Not available right now. The database cannot be reached now; try again." in words(page.text)
    program = nowhere.get("/today/alice")
    assert program.json() == problem(
        503, "Service Unavailable", "The database cannot be reached now; try again.", "/today/alice"
    )


def test_an_invalid_link_is_refused_on_a_page(client: TestClient) -> None:
    client.event_hooks = {}
    seed.account(visibility="private")
    page = client.get("/today/alice?share=link_1_x", headers=BROWSER)
    assert (page.status_code, "There is nothing here." in words(page.text)) == (404, True)
    assert "link_1_x" not in page.text
