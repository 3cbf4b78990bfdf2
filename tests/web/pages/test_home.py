"""/ is the start page, with the accounts that the visitor may read."""

import re

import pytest
from starlette.testclient import TestClient

from advice import public_command
from tests.web import seed
from tests.web.conftest import NOW, VERSION, Counting, service_client
from tests.web.contract import problem
from tests.web.pages.test_connect import MUSIC, consent
from tests.web.reading import BROWSER, content, links, words
from tests.web.visitors.visiting import signed_in
from web.http.services import Services

HOME = "/totals/alice?period=week"
# Markup that the content policy forbids, and addresses of other sites.
INLINE = re.compile(r'<(?:script(?! type="module" src="/static/)|style|iframe|base)\b|\son\w+=|\sstyle=|https?:')


def test_each_account_is_shown_with_its_plays_and_links(client: TestClient) -> None:
    alice = seed.account(display_name="Alice A.", refresh_token="sealed")
    track = seed.track()
    seed.play(alice, track, "2017-03-02 23:30Z")  # already the 3rd in Berlin
    for minute in range(10, 22):
        seed.play(alice, track, f"2026-11-19 10:{minute}Z")
    seed.account("bob", "UTC", refresh_token="sealed", reconnect_reason="ended")
    seed.account("carol", "UTC")

    answer = client.get("/")

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    text = words(answer.text)
    assert "13 plays stored in all" in text
    assert "Alice A. Connected alice · Europe/Berlin Plays stored 13 First 3 Mar 2017 Last 19 Nov 2026" in text
    assert "bob Reconnect needed bob · UTC Plays stored 0 Today History" in text
    assert "carol Not connected carol · UTC Plays stored 0 Today History" in text
    assert f"Insight for Spotify {VERSION}." in text
    assert links(content(answer.text)) == [
        "/today/alice", "/history/alice", "/today/bob", "/history/bob", "/today/carol", "/history/carol",
        "/docs", "/openapi.json",
    ]  # fmt: skip


def test_large_numbers_are_grouped_and_a_single_play_is_in_the_singular(client: TestClient) -> None:
    alice, bob, track = seed.account(), seed.account("bob"), seed.track()
    seed.change(
        "INSERT INTO play (account_id, track_id, played_at, source, digest) "
        "SELECT %s, %s, '2020-01-01Z'::timestamptz + i * interval '1 hour', 'extended', i "
        "FROM generate_series(1, 1234) i",
        alice, track,
    )  # fmt: skip
    seed.play(bob, track, "2020-01-01 00:00Z")
    page = client.get("/").text
    assert "1,234</dd>" in page
    assert "1,235 plays stored in all" in page
    assert "Play stored 1 First 1 Jan 2020 Last 1 Jan 2020" in words(page)


def test_connecting_is_offered_to_those_who_may_connect(database_url: str) -> None:
    seed.account(refresh_token="sealed", spotify_account_id="a")
    bob = seed.account("bob", refresh_token="sealed", reconnect_reason="ended", spotify_account_id="b")
    seed.account("carol", visibility="private")
    with service_client(Services(VERSION, lambda: NOW, consent())) as client:
        page = client.get("/").text
        assert connecting(page) == ["/connect?username=carol"]
        assert "carol Not connected Connect" in words(page)
        client.cookies = signed_in(bob)
        page = client.get("/").text
        assert connecting(page) == ["/connect?username=bob", "/connect?username=bob", "/connect?username=carol"]
        assert "Reconnect Today History" in words(page)
        elsewhere = client.get("/", headers={"X-Forwarded-For": "192.0.2.7"}).text
        assert (connecting(elsewhere), "carol" in elsewhere) == (["/connect?username=bob"] * 2, False)


def connecting(page: str) -> list[str]:
    return [link for link in links(page) if "/connect" in link]


def test_the_page_says_who_is_signed_in_and_offers_to_sign_out(database_url: str) -> None:
    alice = seed.account(visibility="private")
    with service_client(Services(VERSION, lambda: NOW, consent())) as client:
        nobody = client.get("/")
        assert ("/sign-in" in links(nobody.text), 'action="/sign-out"' in nobody.text) == (True, False)
        cookies = signed_in(alice)
        client.cookies = cookies
        page = client.get("/", headers={"If-None-Match": nobody.headers["etag"]})
        assert page.status_code == 200
        assert "Signed in as alice Your account Imports Sign out" in words(page.text)
        assert ("/account" in links(page.text), "/sign-in" in links(page.text)) == (True, False)
        assert '<form method="post" action="/sign-out">' in page.text
        (csrf,) = re.findall('name="csrf" value="([0-9a-f]+)"', page.text.partition("</header>")[0])
        out = client.post("/sign-out", data={"csrf": csrf}, headers={"Origin": "http://127.0.0.1"})
        assert (out.status_code, client.get("/account").status_code) == (303, 303)


def test_if_all_accounts_are_private_the_page_says_how_to_see_ones_own(client: TestClient) -> None:
    seed.account(visibility="private")
    page = client.get("/").text
    signing_in, publishing = (
        public_command("cli.py", command) for command in ("sign-in USERNAME", "users visibility USERNAME public")
    )
    assert f"No account here is public. To sign in, run <code>{signing_in}</code> on the machine that runs" in page
    assert f"<code>{publishing}</code> makes an account public." in page
    assert "`" not in page
    assert "alice" not in page
    with service_client(Services(VERSION, lambda: NOW, consent(redirect_uri=MUSIC)), "music.example") as elsewhere:
        page = elsewhere.get("/", headers={"Host": "music.example"}).text
    message = "No account here is public. Sign in to see your own; the person who runs this service can invite you."
    assert (message in words(page), "alice" in page) == (True, False)


@pytest.mark.parametrize(
    ("authorised", "sentence"),
    [
        ("2026-08-01Z", ""),
        ("2026-06-10Z", "Spotify\u2019s consent ends on 10 Dec 2026. Renew it so that nothing is missed"),
        ("2026-05-22Z", "Spotify\u2019s consent ends on 22 Nov 2026. Renew it so that nothing is missed"),
    ],
)
def test_a_listener_sees_when_the_consent_ends_soon(database_url: str, authorised: str, sentence: str) -> None:
    connection = {"refresh_token": "sealed", "authorised_at": authorised, "spotify_account_id": "a"}
    alice = seed.account(display_name="Alice", **connection)
    with service_client(Services(VERSION, lambda: NOW, consent())) as client:
        assert "Spotify\u2019s consent ends" not in words(client.get(HOME, headers=BROWSER).text)
        client.cookies = signed_in(alice)
        assert ("Spotify\u2019s consent ends on" in words(client.get(HOME, headers=BROWSER).text)) == bool(sentence)
        assert sentence in words(client.get(HOME, headers=BROWSER).text)


@pytest.mark.parametrize("is_connected", [True, False])
def test_signed_in_listeners_are_redirected_to_their_own_home(client: TestClient, is_connected: bool) -> None:
    alice = seed.account(visibility="private", **({"refresh_token": "sealed"} if is_connected else {}))
    if not is_connected:
        seed.play(alice, seed.track(), "2026-11-19 10:10Z")
    assert client.get("/").status_code == 200
    client.cookies = signed_in(alice)
    answer = client.get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"], answer.headers["cache-control"]) == (303, HOME, "no-store")


def test_without_accounts_the_page_says_how_to_create_one(client: TestClient) -> None:
    text = words(client.get("/").text)
    assert (
        "There is no account yet. Name the listeners in USERNAMES, separated by commas, and restart the service."
        in text
    )


def test_names_from_spotify_are_escaped(client: TestClient) -> None:
    seed.account(display_name="<script>alert(1)</script>\"'&")
    page = client.get("/").text
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&amp;" in page


def test_the_page_keeps_to_its_content_policy(client: TestClient) -> None:
    seed.account()
    answer = client.get("/")
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src 'self' https://i.scdn.co; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )
    assert INLINE.findall(answer.text) == []
    assert re.findall(r'<form\b[^>]* action="([^"]*)"', answer.text) == ["/language", "/appearance"]
    for loaded in re.findall(r'(?:src|<link (?!rel="canonical")[^>]*href)="([^"]+)"', answer.text):
        asset = client.get(loaded)
        assert (loaded, asset.status_code) == (loaded, 200)
        assert asset.headers["x-content-type-options"] == "nosniff"
        assert re.findall(rb"@import|url\(|<script", asset.content) == []


def test_the_page_takes_two_queries_or_one_if_the_client_has_it(client: TestClient, queries: Counting) -> None:
    for number in range(12):
        seed.account(f"listener{number}")
    with queries() as sent:
        tag = client.get("/").headers["etag"]
    assert len(sent) == 2
    with queries() as sent:
        answer = client.get("/", headers={"If-None-Match": tag})
    assert (answer.status_code, len(sent)) == (304, 1)


def test_the_page_and_users_have_different_etags(client: TestClient) -> None:
    seed.account()
    assert client.get("/", headers={"If-None-Match": client.get("/users").headers["etag"]}).status_code == 200


def test_head_has_the_headers_of_get_and_no_body(client: TestClient) -> None:
    head = client.head("/")
    assert (head.content, dict(head.headers)) == (b"", dict(client.get("/").headers))


def test_the_address_takes_no_parameter(client: TestClient) -> None:
    answer = client.get("/?theme=dark")
    detail = "There is no parameter `theme`; this address takes none."
    assert (answer.status_code, answer.json()) == (
        400, problem(400, "Bad Request", detail, "/", parameter="theme"),
    )  # fmt: skip


def test_only_our_own_files_are_served(client: TestClient) -> None:
    for path in (
        "/static/",
        "/static/none.css",
        "/static/%2e%2e/params.py",
        "/static/..%2fparams.py",
    ):
        assert client.get(path).status_code == 404, path
    assert client.post("/static/tokens.css").status_code == 405
