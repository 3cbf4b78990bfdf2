"""/user-recommendations/<username> answers with a nightly list, as JSON or as a playlist."""

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from insights.plays.tracks import KnownTrack
from insights.recommendations import RecommendedTrack, StoredRun
from music import Artist
from tests.web import seed
from tests.web.conftest import NOW, VERSION, Counting, service_client
from tests.web.contract import problem
from web.http.services import Services
from web.lists.shapes import m3u

PATH = "/user-recommendations/alice"
KINDS = "rotation, forgotten, rediscover, deeper, new_artist, new_release"
PROVIDERS = {
    "rotation": {"state": "ok", "candidates": 20, "weight": 1.0, "oldest": None},
    "similar_artist": {"state": "stale", "candidates": 7, "weight": 0.8, "oldest": "2026-11-08T01:00:00+00:00"},
    "house_of_cards": {"state": "late", "candidates": 0, "weight": 1.0, "oldest": None},
}
DATE = "`date` must be a date that exists, such as 2026-11-20."


def item(rank: int, track_id: int, kind: str = "rotation") -> dict[str, object]:
    return {
        "rank": rank,
        "kind": kind,
        "track_id": track_id,
        "score": 4.5 - rank,
        "reason": "You played it 6 times in the last two weeks",
        "evidence": {"plays": 6},
    }


def bad(name: str, detail: str) -> dict[str, object]:
    return problem(400, "Bad Request", detail, PATH, parameter=name)


def test_the_list_of_a_date_comes_with_its_reasons(client: TestClient) -> None:
    alice, track = seed.account(), seed.known_track()
    seed.run(alice, "2026-11-19", [item(1, track)])
    answer = client.get(f"{PATH}?date=2026-11-19")
    assert answer.status_code == 200
    assert answer.json() == {
        "username": "alice",
        "list": "daily",
        "date": "2026-11-19",
        "as_of": "2026-11-19T03:00:00.000Z",
        "time_zone": "Europe/Berlin",
        "status": "ok",
        "status_text": "This list is complete.",
        "engine": 1,
        "revision": 1,
        "backfilled": False,
        "adventurousness": None,
        "providers": {},
        "missing_sources": [],
        "items": [
            {
                "rank": 1,
                "kind": "rotation",
                "score": 3.5,
                "code": "",
                "reason": "You played it 6 times in the last two weeks",
                "evidence": {"plays": 6},
                "providers": {},
                "exploring": False,
                "feedback": None,
                "id": track,
                "track": seed.KNOWN_TRACK,
            }
        ],
    }


def test_a_list_has_its_sources_and_their_state(client: TestClient) -> None:
    suggestions = {**item(1, seed.known_track(), "new_artist"), "code": "fans_of", "providers": {"similar_artist": 3},
             "exploring": True, "song_key": "the lanterns\x1fpaper boats"}  # fmt: skip
    seed.run(
        seed.account(), "2026-11-20", [suggestions], engine=2, revision=3, backfilled=True,
        parameters={"adventurousness": 0.4, "sizes": {}}, providers=PROVIDERS, status="degraded",
    )  # fmt: skip
    answer = client.get(PATH).json()
    items = answer.pop("items")
    assert answer == {
        "username": "alice",
        "list": "daily",
        "date": "2026-11-20",
        "as_of": "2026-11-20T03:00:00.000Z",
        "time_zone": "Europe/Berlin",
        "status": "degraded",
        "status_text": (
            "Some data for this list was not available: house_of_cards (left out), similar artists (as known "
            "12 days before). The rest is as usual."
        ),
        "engine": 2,
        "revision": 3,
        "backfilled": True,
        "adventurousness": 0.4,
        "providers": {
            "rotation": {"state": "ok", "candidates": 20, "weight": 1.0},
            "similar_artist": {"state": "stale", "candidates": 7, "weight": 0.8, "cache_age_days": 12},
            "house_of_cards": {"state": "late", "candidates": 0, "weight": 1.0},
        },
        "missing_sources": [],
    }
    assert [(each["code"], each["providers"], each["exploring"]) for each in items] == [
        ("fans_of", {"similar_artist": 3}, True)
    ]


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("cold", "There is little to go by yet: good lists take a few hundred plays and a few weeks. "
                 "Importing your streaming history is the quickest way there."),
        ("failed", "This list could not be made; the next run tries again."),
        ("degraded", "Some data for this list was not available. The rest is as usual."),
    ],
)  # fmt: skip
def test_each_status_is_explained_in_a_sentence(client: TestClient, status: str, sentence: str) -> None:
    seed.run(seed.account(), "2026-11-20", status=status)
    answer = client.get(PATH).json()
    assert (answer["status"], answer["status_text"]) == (status, sentence)


NOTHING = {"state": "empty", "candidates": 0, "weight": 1.0, "oldest": None}
NOTHING_NEW = dict.fromkeys(("new_release", "unfinished_album", "similar_artist", "similar_track", "house"), NOTHING)


@pytest.mark.parametrize(
    ("providers", "missing"),
    [
        ({}, ["spotify", "services", "house"]),
        ({"house": {**NOTHING, "candidates": 3}}, ["spotify", "services"]),
        ({"similar_track": {**NOTHING, "oldest": "2026-11-01T00:00:00+00:00"}}, ["spotify", "house"]),
        ({"new_release": {**NOTHING, "candidates": 1}}, ["services", "house"]),
    ],
)
def test_a_list_names_sources_that_would_add_more(
    client: TestClient, providers: dict[str, object], missing: list[str]
) -> None:
    seed.run(seed.account(), "2026-11-20", providers=NOTHING_NEW | providers)
    assert [each["source"] for each in client.get(PATH).json()["missing_sources"]] == missing


def test_a_listener_with_few_plays_is_advised_to_import(client: TestClient) -> None:
    seed.run(seed.account(), "2026-11-20", status="cold")
    (missing,) = client.get(PATH).json()["missing_sources"]
    assert missing == {
        "source": "history",
        "text": "Your streaming history: with years of plays, lists bring back what you loved.",
    }


def test_a_list_is_available_as_jspf(client: TestClient) -> None:
    named = seed.track(uri=None, name="Kitchen \u2028 song", artist_name="Grandma")
    seed.run(seed.account(), "2026-11-20", [item(1, seed.known_track()), item(2, named)])
    answer = client.get(f"{PATH}?format=jspf")
    assert answer.headers["content-type"] == "application/jspf+json"
    assert answer.headers["content-disposition"] == 'attachment; filename="today-alice-2026-11-20.jspf"'
    playlist = answer.json()["playlist"]
    identifier = playlist.pop("identifier")
    assert identifier.startswith("urn:uuid:")
    assert playlist == {
        "title": "Today for alice, 2026-11-20",
        "creator": "Insight for Spotify",
        "annotation": "This list is complete.",
        "date": "2026-11-20T03:00:00.000Z",
        "track": [
            {
                "title": "Paper Boats",
                "creator": "The Lanterns, A Guest",
                "album": "Harbour",
                "duration": 213000,
                "identifier": ["spotify:track:4uLU6hMCjMI75M1A2tKUQC"],
                "annotation": "You played it 6 times in the last two weeks",
            },
            {
                "title": "Kitchen \u2028 song",
                "creator": "Grandma",
                "identifier": [],
                "annotation": "You played it 6 times in the last two weeks",
            },
        ],
    }


def test_the_identifier_of_a_playlist_depends_on_its_account_and_day_alone(client: TestClient) -> None:
    alice = seed.account()
    for account, day in ((alice, "2026-11-19"), (alice, "2026-11-20"), (seed.account("bob"), "2026-11-20")):
        seed.run(account, day)

    def identifier(username: str, day: str) -> str:
        answer = client.get(f"/user-recommendations/{username}?date={day}&format=jspf").json()
        return str(answer["playlist"]["identifier"])

    before = identifier("alice", "2026-11-20")
    seed.change("UPDATE recommendation_run SET revision = 2, status = 'cold'")
    seed.change("UPDATE account SET username = 'alicia' WHERE username = 'alice'")
    assert identifier("alicia", "2026-11-20") == before
    assert len({before, identifier("alicia", "2026-11-19"), identifier("bob", "2026-11-20")}) == 3


def test_a_list_is_available_as_m3u_whatever_its_names_contain(client: TestClient) -> None:
    tracks = [
        seed.known_track(),
        seed.track(uri="spotify:local:Grandma:At+home:Kitchen:180\nhttps://evil.example/", name="Kitchen",
                   artist_name="Grandma\r\n#EXTINF:1,x\x01\x85y\u2028z"),
        seed.track(uri="spotify:track:7uLU6hMCjMI75M1A2tKUQC", duration_ms=1499),
        seed.track(uri=None, name="Nowhere to be had", artist_name="Nobody"),
        seed.track(uri="javascript:alert(1)", name="No place", artist_name="Nobody"),
    ]  # fmt: skip
    seed.run(seed.account(), "2026-11-20", [item(rank, track) for rank, track in enumerate(tracks, 1)])
    answer = client.get(f"{PATH}?format=m3u")
    assert answer.headers["content-type"] == "audio/x-mpegurl; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="today-alice-2026-11-20.m3u"'
    assert answer.content.decode() == (
        "#EXTM3U\n"
        "#PLAYLIST:Today for alice, 2026-11-20\n"
        "#EXTINF:213,The Lanterns, A Guest - Paper Boats\n"
        "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC\n"
        "#EXTINF:-1,Grandma #EXTINF:1,x y z - Kitchen\n"
        "spotify:local:Grandma:At+home:Kitchen:180https://evil.example/\n"
        "#EXTINF:1,https://open.spotify.com/track/7uLU6hMCjMI75M1A2tKUQC\n"
        "https://open.spotify.com/track/7uLU6hMCjMI75M1A2tKUQC\n"
    )


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20)), max_size=4))
def test_an_m3u_has_two_lines_for_each_track_the_second_a_uri(names: list[tuple[str, str, str]]) -> None:
    tracks = [KnownTrack(name, f"spotify:{rest}", None, (Artist(artist, None),), None, None)
              for name, artist, rest in names]  # fmt: skip
    items = tuple(RecommendedTrack(1, "deeper", 1.0, "", {}, "", {}, False, "", 1, None, None, each) for each in tracks)
    text = m3u("alice", StoredRun(NOW.date(), NOW, "UTC", 2, "ok", 1, False, None, {}, items))
    lines = text.splitlines()
    assert len(lines) == 2 + 2 * len(names)
    assert text.endswith("\n")
    assert all(line.startswith("#EXTINF:-1,") for line in lines[2::2])
    assert all(line.startswith("spotify:") for line in lines[3::2])


def test_each_format_respects_the_limit_and_has_its_own_etag(client: TestClient) -> None:
    seed.run(seed.account(), "2026-11-20", [item(1, seed.known_track()), item(2, seed.track(uri="spotify:local:a"))])
    answers = {form: client.get(f"{PATH}?format={form}&limit=1") for form in ("json", "jspf", "xspf", "m3u")}
    assert len(answers["jspf"].json()["playlist"]["track"]) == 1
    assert len(answers["m3u"].text.splitlines()) == 4
    assert len({answer.headers["etag"] for answer in answers.values()}) == 4
    for form, answer in answers.items():
        again = client.get(f"{PATH}?format={form}&limit=1", headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert client.get(f"{PATH}?format={form}", headers={"If-None-Match": "*"}).status_code == 304


@pytest.mark.parametrize("form", ["jspf", "xspf", "m3u"])
def test_a_missing_list_is_not_found_in_any_format(client: TestClient, form: str) -> None:
    seed.account()
    answer = client.get(f"{PATH}?format={form}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("value", ["", "JSON", "XSPF", "m3u8"])
def test_an_unknown_format_is_refused(nowhere: TestClient, value: str) -> None:
    answer = nowhere.get(PATH, params={"format": value})
    assert (answer.status_code, answer.json()) == (400, bad("format", "`format` must be one of json, jspf, m3u, xspf."))


def test_a_list_may_be_empty(client: TestClient) -> None:
    seed.run(seed.account(), "2026-11-20", status="cold")
    answer = client.get(PATH).json()
    assert (answer["status"], answer["items"]) == ("cold", [])


def test_items_of_one_kind_keep_their_ranks_and_a_limit_takes_the_first(client: TestClient) -> None:
    alice, a, b, c = (
        seed.account(), seed.track(uri="spotify:local:a"), seed.track(uri="spotify:local:b"),
        seed.track(uri="spotify:local:c"),
    )  # fmt: skip
    seed.run(alice, "2026-11-20", [item(3, c, "forgotten"), item(1, a), item(2, b, "forgotten")])

    def ranks(query: str) -> list[int]:
        return [answer["rank"] for answer in client.get(f"{PATH}?{query}").json()["items"]]

    assert ranks("") == [1, 2, 3]
    assert ranks("kind=forgotten") == [2, 3]
    assert ranks("kind=forgotten&limit=1") == [2]
    assert ranks("limit=2") == [1, 2]


def test_a_list_without_items_of_the_kind_is_empty(client: TestClient) -> None:
    seed.run(seed.account(), "2026-11-20", [item(1, seed.track())])
    answer = client.get(f"{PATH}?kind=forgotten")
    assert (answer.status_code, answer.json()["items"]) == (200, [])


@pytest.mark.parametrize(
    ("now", "zone", "date"),
    [
        ("2026-11-20T02:59:59Z", "Europe/Berlin", "2026-11-19"),
        ("2026-11-20T03:00:00Z", "Europe/Berlin", "2026-11-20"),
        ("2026-11-20T23:30:00Z", "Europe/Berlin", "2026-11-20"),
        ("2026-11-20T12:00:00Z", "Pacific/Kiritimati", "2026-11-20"),
        ("2026-11-20T15:00:00Z", "Pacific/Kiritimati", "2026-11-21"),
        ("2026-11-20T12:00:00Z", "Pacific/Pago_Pago", "2026-11-19"),
    ],
)
def test_without_a_date_the_list_is_of_the_day_that_began_at_four_local_time(
    database_url: str, now: str, zone: str, date: str
) -> None:
    alice = seed.account(zone=zone)
    for day in ("2026-11-19", "2026-11-20", "2026-11-21"):
        seed.run(alice, day)
    moment = datetime.fromisoformat(now)
    with service_client(Services(VERSION, lambda: moment)) as client:
        assert client.get(PATH).json()["date"] == date


def test_a_date_without_a_list_is_not_found_and_the_latest_is_named(client: TestClient) -> None:
    alice = seed.account()
    seed.run(alice, "2026-11-17")
    seed.run(alice, "2026-11-18")
    seed.run(seed.account("bob"), "2026-11-19")
    detail = "alice has no recommendations for 2026-11-20: the latest list is from 2026-11-18."
    answer = client.get(PATH)
    assert answer.status_code == 404
    assert answer.json() == problem(404, "Not Found", detail, PATH, latest_available="2026-11-18")
    assert client.get(f"{PATH}?date=1999-01-01").json()["latest_available"] == "2026-11-18"


def test_an_account_without_any_list_has_no_latest_date(client: TestClient) -> None:
    seed.account()
    detail = "alice has no recommendations for 2026-11-20: none was made yet; lists are made each night after 04:00."
    answer = client.get(PATH, headers={"If-None-Match": "*"})
    assert (answer.status_code, answer.json()) == (404, problem(404, "Not Found", detail, PATH, latest_available=None))


def test_today_before_four_o_clock_is_not_the_future(database_url: str) -> None:
    seed.run(seed.account(), "2026-11-19")
    with service_client(Services(VERSION, lambda: datetime(2026, 11, 20, 1, 0, tzinfo=UTC))) as client:
        answer = client.get(f"{PATH}?date=2026-11-20")
        assert (answer.status_code, answer.json()["latest_available"]) == (404, "2026-11-19")


@pytest.mark.parametrize("day", ["2026-11-21", "2027-01-01", "9999-12-31"])
def test_a_future_date_is_refused(client: TestClient, day: str) -> None:
    seed.account()
    answer = client.get(f"{PATH}?date={day}")
    detail = f"`date` must not be in the future: it is not {day} yet in Europe/Berlin."
    assert (answer.status_code, answer.json()) == (400, bad("date", detail))


def test_the_future_depends_on_the_listeners_time_zone(client: TestClient) -> None:
    seed.run(seed.account(zone="Pacific/Kiritimati"), "2026-11-21")
    seed.account("bob", zone="Pacific/Pago_Pago")
    assert client.get(f"{PATH}?date=2026-11-21").status_code == 200
    assert client.get("/user-recommendations/bob?date=2026-11-21").status_code == 400


@pytest.mark.parametrize(
    "value",
    ["2026-02-30", "2026-2-3", "2025-02-29", "20261120", "2026-11", "today", "latest", "", "2026-11-20T00:00:00Z",
     "2026-11-20 ", "-2026-11-20", "0000-00-00", "\u0662\u0660\u0662\u0666-11-20", "2026-11-20\x00", "2026-W47-5"],
)  # fmt: skip
def test_an_invalid_date_is_refused(nowhere: TestClient, value: str) -> None:
    answer = nowhere.get(PATH, params={"date": value})
    assert (answer.status_code, answer.json()) == (400, bad("date", DATE))


@pytest.mark.parametrize("value", ["", "Rotation", "new", "rotation,forgotten", "rotation\x00"])
def test_an_unknown_kind_is_refused(nowhere: TestClient, value: str) -> None:
    answer = nowhere.get(PATH, params={"kind": value})
    assert (answer.status_code, answer.json()) == (400, bad("kind", f"`kind` must be one of {KINDS}."))


@pytest.mark.parametrize("value", ["0", "101", "-1", "all", ""])
def test_a_limit_out_of_bounds_is_refused(nowhere: TestClient, value: str) -> None:
    answer = nowhere.get(PATH, params={"limit": value})
    assert (answer.status_code, answer.json()) == (400, bad("limit", "`limit` must be a whole number from 1 to 100."))


def test_unknown_and_repeated_parameters_are_refused_by_name(nowhere: TestClient) -> None:
    answer = nowhere.get(f"{PATH}?day=2026-11-20")
    detail = "There is no parameter `day`; this address takes `list`, `date`, `kind`, `limit`, `format`."
    assert (answer.status_code, answer.json()) == (400, bad("day", detail))
    answer = nowhere.get(f"{PATH}?date=2026-11-20&date=2026-11-19")
    detail = "`date` is given more than once; give it once."
    assert (answer.status_code, answer.json()) == (400, bad("date", detail))


def test_an_unknown_account_is_not_found(client: TestClient) -> None:
    answer = client.get(PATH)
    detail = "There is no account 'alice' that you may read; /users lists those that you may."
    assert (answer.status_code, answer.json()) == (404, problem(404, "Not Found", detail, PATH))


def test_a_list_takes_two_queries_or_one_if_the_client_has_it(client: TestClient, queries: Counting) -> None:
    seed.run(seed.account(), "2026-11-20", [item(1, seed.known_track())])
    with queries() as sent:
        tag = client.get(PATH).headers["etag"]
    assert len(sent) == 2
    with queries() as sent:
        answer = client.get(PATH, headers={"If-None-Match": tag})
    assert (answer.status_code, len(sent)) == (304, 1)


def test_the_etag_of_today_is_that_of_its_date(database_url: str) -> None:
    alice = seed.account()
    seed.run(alice, "2026-11-20")
    seed.run(alice, "2026-11-21")
    tags = []
    for moment in (NOW, NOW.replace(day=21)):
        with service_client(Services(VERSION, itertools.repeat(moment).__next__)) as client:
            tags.append(client.get(PATH).headers["etag"])
            assert client.get(f"{PATH}?date=2026-11-{moment.day}").headers["etag"] == tags[-1]
    assert tags[0] != tags[1]


def test_head_has_the_headers_of_get_and_no_body(client: TestClient) -> None:
    seed.run(seed.account(), "2026-11-20", [item(1, seed.track())])
    head = client.head(PATH)
    assert (head.content, dict(head.headers)) == (b"", dict(client.get(PATH).headers))
