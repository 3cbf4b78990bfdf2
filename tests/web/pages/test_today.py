"""/today/<username> shows a day's list, takes feedback, and links to other days."""

import re
from datetime import date, datetime

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.recommend.listed import night, track
from tests.web import seed
from tests.web.conftest import NOW, VERSION, Counting, service_client
from tests.web.contract import problem
from tests.web.reading import content, links, words
from tests.web.visitors.visiting import shared, signed_in, with_token
from web.http.services import Services

PATH = "/today/alice"
REASON = "You played it 6 times in the last two weeks"
FORM = re.compile(r'<form method="post" action="/recommendation-feedback"[^>]*>(.*?)</form>', re.DOTALL)
FIELD = re.compile(r'<(?:input type="hidden"|button) name="(\w+)" value="([^"]*)"')
STALE = {"similar_artist": {"state": "stale", "candidates": 3, "weight": 1, "oldest": "2026-11-08T00:00:00+00:00"}}


def item(rank: int, track_id: int, kind: str = "rotation", **columns: object) -> dict[str, object]:
    result = {"rank": rank, "kind": kind, "track_id": track_id, "score": 1, "reason": REASON, "evidence": {}}
    return result | columns


def forms(answer: Response) -> list[dict[str, list[str]]]:
    """The fields of each form on the page with their values; of a field of buttons, the value of each button."""
    collected = []
    for form in FORM.findall(answer.text):
        fields: dict[str, list[str]] = {}
        for name, value in FIELD.findall(form):
            fields.setdefault(name, []).append(value)
        collected.append(fields)
    return collected


@pytest.fixture
def alice(client: TestClient) -> int:
    """A private account; the client is signed in to it."""
    account = seed.account(visibility="private", display_name="Alice <A.>")
    client.cookies = signed_in(account)
    return account


def test_the_page_shows_each_kind_with_its_songs_and_reasons(client: TestClient) -> None:
    local = seed.track(uri="spotify:local:a", name="Kitchen <song>", artist_name="Grandma")
    named = seed.track(uri=None, name="Tide & water?", artist_name="Marble Choir")
    items = [
        item(1, seed.known_track()), item(2, local, "forgotten", reason="42 plays, last heard in March 2024"),
        item(3, named, "new_artist", exploring=True, evidence={"services": ["lastfm", "listenbrainz"]}),
        item(4, seed.track(uri="spotify:track:x"), "new_release"),
    ]  # fmt: skip
    seed.run(seed.account(), "2026-11-20", items)
    answer = client.get(PATH)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    text = words(answer.text)
    assert "Today for alice Friday, 20 November 2026 4 songs. How good are these lists?" in text
    assert f"In rotation Paper Boats The Lanterns, A Guest {REASON} Play Paper Boats on Spotify" in text
    assert "Forgotten favourites 1 New to you 1 Just out 1" in text
    forgotten = "Kitchen &lt;song&gt; Grandma 42 plays, last heard in March 2024"
    assert f"Forgotten favourites Loved once, unheard for months {forgotten}" in text
    water = f"Tide &amp; water? Marble Choir {REASON} Wild card"
    assert f"New to you Artists you have hardly played, or never {water}" in text
    assert f"Just out New from artists you play spotify:track:x {REASON}" in text
    assert "A \u201cwild card\u201d is drawn at random from songs further down your ranking" in text
    assert "More of what you love" not in text
    assert "Data on similar music comes from Last.fm (powered by AudioScrobbler) and ListenBrainz." in text
    boats, tide = (
        "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC",
        "https://open.spotify.com/search/Marble%20Choir%20Tide%20%26%20water%3F",
    )
    assert links(content(answer.text)) == [
        "/recommendation-quality/alice?days=30",
        boats, boats, f"https://open.spotify.com/artist/{seed.LANTERNS}", boats,
        "#forgotten", "#new_artist", "#new_release",
        tide, tide, tide,
        "/user-recommendations/alice?date=2026-11-20&amp;format=xspf",
        "/user-recommendations/alice?date=2026-11-20&amp;format=m3u",
        "/user-recommendations/alice?date=2026-11-20&amp;format=jspf",
        "/user-recommendations/alice?date=2026-11-20&amp;format=json",
        "/today/alice/feed.atom",
    ]  # fmt: skip
    assert re.findall(r'<img [^>]*src="(http[^"]+)"', answer.text) == ["https://i.scdn.co/image/1"]
    assert forms(answer) == []


def test_a_cover_from_another_site_is_not_loaded(client: TestClient) -> None:
    track = seed.known_track()
    seed.change("UPDATE album SET image_url = 'https://i.scdn.co.evil.example/1'")
    seed.run(seed.account(), "2026-11-20", [item(1, track)])
    assert "evil.example" not in client.get(PATH).text


def test_days_link_to_their_neighbours(client: TestClient) -> None:
    alice = seed.account()
    for day in ("2026-11-02", "2026-11-17", "2026-11-20"):
        seed.run(alice, day)

    def neighbours(query: str) -> list[tuple[str, str]]:
        return re.findall(r'rel="(prev|next)" href="([^"]+)"', client.get(f"{PATH}{query}").text)

    assert neighbours("") == [("prev", f"{PATH}?date=2026-11-17")]
    assert neighbours("?date=2026-11-17") == [("prev", f"{PATH}?date=2026-11-02"), ("next", f"{PATH}?date=2026-11-20")]
    assert neighbours("?date=2026-11-05") == [("prev", f"{PATH}?date=2026-11-02"), ("next", f"{PATH}?date=2026-11-17")]
    assert "A day for alice \u2039 Tuesday, 17 November 2026 \u203a" in words(
        client.get(f"{PATH}?date=2026-11-17").text
    )


def test_a_listener_gives_feedback_and_takes_it_back(client: TestClient, alice: int) -> None:
    track = seed.known_track()
    seed.run(alice, "2026-11-20", [item(1, track), item(2, seed.track(uri="spotify:local:a"))])
    answer = client.get(PATH)
    of_track, of_artist, of_other = forms(answer)
    place = {"csrf": of_other["csrf"], "date": ["2026-11-20"]}
    assert of_track == {**place, "track": [str(track)], "rank": ["1"], "verb": ["like", "dislike", "not_now"]}
    assert (of_artist["rank"], of_artist["verb"]) == (["1"], ["block"])
    assert (of_other["rank"], of_other["verb"]) == (["2"], ["like", "dislike", "not_now"])

    def press(form: dict[str, list[str]], verb: str) -> Response:
        sent = {name: values[0] for name, values in form.items()} | {"verb": verb}
        redirect = client.post("/recommendation-feedback", data=sent, headers={"Origin": "http://127.0.0.1"})
        assert redirect.status_code == 303
        return client.get(redirect.headers["location"])

    pressed = press(of_track, "not_now")
    assert [form["verb"] for form in forms(pressed)[:3]] == [["forget"], ["like", "dislike"], ["block"]]
    assert f"{REASON} You have paused this song. Undo" in words(pressed.text)
    assert unwanted(pressed) == ["1"]
    assert "You have blocked this artist. Undo" in words(press(of_artist, "block").text)
    press(of_track, "like")
    assert unwanted(client.get(PATH)) == ["1"]  # its artist is blocked
    press(of_artist, "forget")
    assert [form["verb"] for form in forms(client.get(PATH))[:2]] == [["forget"], ["dislike", "not_now"]]
    assert unwanted(client.get(PATH)) == []


def unwanted(answer: Response) -> list[str]:
    """The ranks of the songs that the page shows as unwanted."""
    return re.findall(r'class="song[ \w]* gone" id="(\d)"', answer.text)


def test_a_form_returns_to_its_song(client: TestClient, alice: int) -> None:
    seed.run(alice, "2026-11-19", [item(rank, seed.track(uri=f"spotify:local:{rank}")) for rank in (1, 2, 3)])
    answer = client.get(f"{PATH}?date=2026-11-19")
    of_third = {name: values[0] for name, values in forms(answer)[2].items()}
    sent_back = client.post("/recommendation-feedback", data=of_third, headers={"Origin": "http://127.0.0.1"})
    assert sent_back.headers["location"] == f"{PATH}?date=2026-11-19#3"
    assert 'id="3"' in answer.text


def test_played_music_links_to_its_page(client: TestClient) -> None:
    alice, track = seed.account(), seed.known_track()
    seed.play(alice, track, "2026-11-19 10:00Z")
    seed.run(alice, "2026-11-20", [item(1, track)])
    text = client.get(PATH).text
    assert {f"/track/{track}/alice", "/artist/1/alice"} <= set(links(text))
    assert client.get(f"/track/{track}/alice").status_code == 200
    assert client.get("/artist/1/alice").status_code == 200
    lists_only = client.get(PATH, headers=with_token(alice, questions=["user-recommendations"])).text
    assert f"/track/{track}/alice" not in lists_only
    assert "/recommendation-quality/" not in lists_only


def test_the_archive_shows_the_days_of_a_month_that_have_a_list(client: TestClient) -> None:
    alice = seed.account()
    for day in ("2026-08-31", "2026-11-01", "2026-11-17", "2026-11-20"):
        seed.run(alice, day)
    seed.run(seed.account("bob"), "2026-11-18")

    def archive(query: str) -> tuple[list[str], list[str]]:
        part = client.get(f"{PATH}{query}").text.partition('class="archive"')[2].partition("</table>")[0]
        return links(part), re.findall(r"<th[^>]*>(\w+)", part)

    days = [f"{PATH}?date=2026-11-{day}" for day in ("01", "17", "20")]
    assert archive("") == ([f"{PATH}?date=2026-08-31", *days], ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
    assert archive("?date=2026-08-31")[0] == [f"{PATH}?date=2026-11-01", f"{PATH}?date=2026-08-31"]
    assert archive("?date=2026-09-30")[0] == [f"{PATH}?date=2026-08-31", f"{PATH}?date=2026-11-01"]
    assert archive("?date=0001-01-31")[0] == [f"{PATH}?date=2026-08-31"]


def test_weeks_of_the_archive_begin_on_the_configured_day(database_url: str) -> None:
    alice = seed.account()
    seed.run(alice, "2026-11-19")
    seed.run(alice, "2026-11-20")
    with service_client(Services(VERSION, lambda: NOW, week_starts="sunday")) as client:
        part = client.get(PATH).text.partition('class="archive"')[2].partition("</table>")[0]
    assert re.findall(r"<th[^>]*>(\w+)", part)[0] == "Sun"
    weeks = re.findall(r"<tr><td>(.*?)</tr>", part)  # 1 November was a Sunday
    assert [re.findall(r">(\d+)<", week)[0] for week in weeks] == ["1", "8", "15", "22", "29"]


def test_the_quality_of_recent_lists_is_summed_up_in_a_sentence(client: TestClient) -> None:
    alice = seed.account(zone="UTC")
    heard, unheard = track("Low Tide"), track("High Tide")
    night(alice, [("rotation", heard, []), ("rotation", unheard, [])], [("rotation", unheard)], date(2026, 11, 1))
    night(alice, [("rotation", heard, [])], day=date(2026, 11, 20))
    seed.play(alice, heard, "2026-11-02 10:00Z")
    sentence = "1 song. You played 50% of the last 30 days\u2019 picks within a week, 0% of a simple list\u2019s."
    assert sentence in words(client.get(PATH).text)


@pytest.mark.parametrize(("written", "is_shown"), [("2026-11-20", True), ("2026-11-19", False)])
def test_a_listener_gets_a_link_to_the_playlist_with_the_list(
    client: TestClient, alice: int, written: str, is_shown: bool
) -> None:
    seed.run(alice, "2026-11-20", [item(1, seed.known_track())])
    playlist = "p" * 22
    seed.insert(
        "recommendation_preference",
        account_id=alice, playlist=True, playlist_id=playlist, playlist_written=f'{{"date": "{written}"}}',
    )  # fmt: skip
    assert (f"https://open.spotify.com/playlist/{playlist}" in links(client.get(PATH).text)) == is_shown
    seed.change("UPDATE account SET visibility = 'public'")
    client.cookies = {}
    assert playlist not in client.get(PATH).text


def test_other_visitors_see_neither_buttons_nor_feedback(client: TestClient) -> None:
    alice, track = seed.account(), seed.known_track()
    seed.run(alice, "2026-11-20", [item(1, track)])
    seed.insert("recommendation_feedback", account_id=alice, track_id=track, verb="dislike")
    plain = client.get(PATH).text
    client.cookies = signed_in(seed.account("bob"))
    by_bob = client.get(PATH)
    assert forms(by_bob) == []
    for text in (plain, by_bob.text):
        assert "gone" not in text
    assert "/account" in links(by_bob.text)  # Bob's own account


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("cold", "There is little to go by yet"),
        ("failed", "This list could not be made; the next run tries again. This list is empty."),
        ("degraded", "Some data for this list was not available: similar artists (as known 12 days before). "
                     "The rest is as usual. Last.fm has not answered so far. "
                     "ListenBrainz has not answered since 17 Nov 2026."),
    ],
)  # fmt: skip
def test_problems_with_the_list_are_explained(client: TestClient, status: str, sentence: str) -> None:
    seed.run(seed.account(), "2026-11-20", status=status, providers=STALE)
    for service, answered_at, until in (
        ("listenbrainz", "2026-11-17 10:00Z", "2026-11-20 13:00Z"),
        ("lastfm", None, "2026-11-21 00:00Z"),
        ("musicbrainz", "2026-11-17 10:00Z", "2026-11-20 11:00Z"),
        ("reccobeats", "2026-11-17 10:00Z", None),
    ):
        seed.insert("service_standing", service=service, answered_at=answered_at, blocked_until=until)
    assert sentence in words(client.get(PATH).text)


def test_a_past_day_does_not_mention_services_that_are_down_now(client: TestClient) -> None:
    seed.run(seed.account(), "2026-11-19", status="degraded", providers=STALE)
    seed.insert("service_standing", service="lastfm", blocked_until="2026-11-21")
    assert "Last.fm" not in client.get(f"{PATH}?date=2026-11-19").text


def test_a_complete_list_has_no_notice(client: TestClient) -> None:
    seed.run(seed.account(), "2026-11-20", [item(1, seed.known_track())])
    assert 'role="status"' not in client.get(PATH).text


NOTHING = {"state": "empty", "candidates": 0, "weight": 1, "oldest": None}
NOTHING_NEW = dict.fromkeys(("new_release", "unfinished_album", "similar_artist", "similar_track", "house"), NOTHING)


def test_a_listener_sees_what_would_add_more_new_music(client: TestClient, alice: int) -> None:
    familiar, new = item(1, seed.known_track()), item(2, seed.track(uri="spotify:track:x"), "deeper")
    seed.run(alice, "2026-11-20", [familiar], providers=NOTHING_NEW)
    seed.run(alice, "2026-11-19", [familiar, new], providers=NOTHING_NEW)
    answer = client.get(PATH)
    assert "What would bring more" in words(answer.text)
    assert "Music services, such as ListenBrainz and Last.fm" in words(answer.text)
    assert {"/account/spotify", "/account/preferences#recommendations"} <= set(links(answer.text))
    assert "What would bring more" not in words(client.get(PATH, params={"date": "2026-11-19"}).text)
    client.cookies = signed_in(seed.account("bob"))
    seed.change("UPDATE account SET visibility = 'public'")
    assert "What would bring more" not in words(client.get(PATH).text), "Bob cannot add sources to Alice's account"


def test_after_a_break_the_rotation_has_another_heading(client: TestClient) -> None:
    reason = "You played it 3 times in your last three months here, until May 2026"
    seed.run(seed.account(), "2026-11-20", [item(1, seed.known_track(), code="last_weeks", reason=reason)])
    text = words(client.get(PATH).text)
    assert "From your last weeks here" in text
    assert reason in text
    assert "In rotation" not in text


def test_a_day_without_a_list_says_so_and_links_to_the_latest(client: TestClient) -> None:
    seed.run(seed.account(), "2026-11-17")
    answer = client.get(PATH)
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
    assert "alice has no recommendations for 2026-11-20: the latest list is from 2026-11-17." in words(answer.text)
    assert f"{PATH}?date=2026-11-17" in links(answer.text)


def test_all_links_of_a_shared_page_keep_the_link(client: TestClient) -> None:
    alice = seed.account(visibility="private")
    for day in ("2026-11-19", "2026-11-20"):
        seed.run(alice, day, [item(1, seed.track(uri=f"spotify:local:{day}"))])
    share = shared(alice, "user-recommendations")
    answer = client.get(f"{PATH}?share={share}")
    assert "You are viewing a shared link." in words(answer.text)
    ours = [link.replace("&amp;", "&") for link in links(answer.text) if "alice" in link]
    assert len(ours) == 9
    for link in ours:
        assert client.get(link).status_code == 200
    assert client.get(f"{PATH}?share={shared(alice, 'totals')}").status_code == 404
    assert client.get(f"{PATH}?share={shared(alice, period='2026-11')}").status_code == 404


def test_refusals_are_pages_for_browsers_and_problems_for_programs(client: TestClient) -> None:
    answer = client.get(PATH)
    detail = "There is no account 'alice' that you may read; /users lists those that you may."
    assert (answer.status_code, answer.json()) == (404, problem(404, "Not Found", detail, PATH))
    page = client.get(PATH, headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is nothing here. There is no account" in words(page.text)
    seed.account()
    answer = client.get(f"{PATH}?date=2026-11-21")
    detail = "`date` must not be in the future: it is not 2026-11-21 yet in Europe/Berlin."
    assert (answer.status_code, answer.json()["detail"]) == (400, detail)


def test_a_token_for_the_lists_reads_the_page(client: TestClient) -> None:
    alice = seed.account(visibility="private")
    seed.run(alice, "2026-11-20")
    assert client.get(PATH, headers=with_token(alice, questions=["user-recommendations"])).status_code == 200
    assert client.get(PATH, headers=with_token(alice, questions=["totals"])).status_code == 404


def test_an_unchanged_page_is_not_sent_again(client: TestClient, queries: Counting) -> None:
    alice = seed.account()
    seed.run(alice, "2026-11-20", [item(1, seed.known_track())])
    with queries() as sent:
        tag = client.get(PATH).headers["etag"]
    assert len(sent) == 7  # the account, services, the list, its neighbours, other lists, two about earlier lists
    with queries() as sent:
        assert client.get(PATH, headers={"If-None-Match": tag}).status_code == 304
    assert len(sent) == 2
    client.cookies = signed_in(alice)  # the page has buttons for her
    assert client.get(PATH, headers={"If-None-Match": tag}).status_code == 200


def test_before_four_o_clock_the_page_shows_the_day_before(database_url: str) -> None:
    seed.run(seed.account(), "2026-11-19")
    moment = datetime.fromisoformat("2026-11-20T02:59:00Z")
    with service_client(Services(VERSION, lambda: moment)) as client:
        assert "Today for alice Thursday, 19 November 2026" in words(client.get(PATH).text)


def test_under_a_base_path_every_link_of_ours_begins_with_it(database_url: str) -> None:
    alice = seed.account()
    seed.run(alice, "2026-11-19")
    seed.run(alice, "2026-11-20", [item(1, seed.known_track())])
    with service_client(Services(VERSION, lambda: NOW, base_path="/insight")) as client:
        client.cookies = signed_in(alice)
        text = client.get(f"/insight{PATH}").text
    addresses = re.findall(r'(?:href|src|action)="(/[^"]*)"', text)
    assert len(addresses) > 10
    assert [address for address in addresses if not address.startswith("/insight/")] == []
