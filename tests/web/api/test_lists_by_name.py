"""Weekly and monthly lists from /user-recommendations/<username>?list=… and as playlists for ListenBrainz's clients."""

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.api.test_created_for import PLAYLIST
from tests.web.api.test_user_recommendations import item
from tests.web.contract import problem

PATH = "/user-recommendations/alice"
MONDAY = "2026-11-16"


def test_each_list_is_found_by_its_name_and_date(client: TestClient) -> None:
    alice, track = seed.account(), seed.known_track()
    seed.run(alice, "2026-11-20", [item(1, track)])
    seed.run(alice, MONDAY, [item(1, track, "new_artist")], list_name="weekly")
    seed.run(alice, "2026-11-09", [item(1, track, "deeper")], list_name="weekly")
    seed.run(alice, MONDAY, [item(1, track, "year_ago")], list_name="year-ago")
    seed.run(alice, "2026-11-01", [item(1, track, "returned")], list_name="month")

    def answered(query: str) -> tuple[str, str, list[str]]:
        answer = client.get(f"{PATH}{query}").json()
        return answer["list"], answer["date"], [each["kind"] for each in answer["items"]]

    assert answered("") == ("daily", "2026-11-20", ["rotation"])
    assert answered("?list=daily") == ("daily", "2026-11-20", ["rotation"])
    assert answered("?list=weekly") == ("weekly", MONDAY, ["new_artist"])
    assert answered("?list=weekly&date=2026-11-09") == ("weekly", "2026-11-09", ["deeper"])
    assert answered("?list=weekly&kind=deeper") == ("weekly", MONDAY, [])
    assert answered("?list=year-ago") == ("year-ago", MONDAY, ["year_ago"])
    assert answered("?list=month") == ("month", "2026-11-01", ["returned"])


def test_a_date_without_a_list_of_that_name_is_not_found(client: TestClient) -> None:
    alice = seed.account()
    seed.run(alice, "2026-11-18")
    seed.run(alice, MONDAY, list_name="weekly")
    detail = "alice has no such list for 2026-11-18: the latest is from 2026-11-16."
    answer = client.get(f"{PATH}?list=weekly&date=2026-11-18")
    assert answer.json() == problem(404, "Not Found", detail, PATH, latest_available=MONDAY)


@pytest.mark.parametrize(
    ("query", "parameter", "detail"),
    [
        ("list=Weekly", "list", "`list` must be one of daily, weekly, year-ago, month."),
        ("list=", "list", "`list` must be one of daily, weekly, year-ago, month."),
        ("list=weekly&kind=rotation", "kind", "`kind` must be one of deeper, new_artist, new_release."),
        ("list=month&kind=year_ago", "kind", "`kind` must be one of most_played, first_heard, returned."),
        ("list=year-ago&kind=deeper", "kind", "`kind` must be one of year_ago."),
    ],
)
def test_other_names_and_kinds_are_refused(client: TestClient, query: str, parameter: str, detail: str) -> None:
    seed.account()
    answer = client.get(f"{PATH}?{query}")
    assert answer.json() == problem(400, "Bad Request", detail, PATH, parameter=parameter)


@pytest.mark.parametrize(
    ("name", "day", "title", "file"),
    [
        ("weekly", MONDAY, "Weekly discovery for alice, 2026-11-16", "weekly-alice-2026-11-16"),
        ("year-ago", MONDAY, "A year ago this week for alice, 2026-11-16", "year-ago-alice-2026-11-16"),
        ("month", "2026-11-01", "October 2026 in review for alice", "month-alice-2026-11-01"),
    ],
)
def test_each_list_is_available_as_a_playlist(client: TestClient, name: str, day: str, title: str, file: str) -> None:
    seed.run(seed.account(), day, [item(1, seed.known_track(), "deeper")], list_name=name)
    as_jspf = client.get(f"{PATH}?list={name}&format=jspf")
    assert as_jspf.json()["playlist"]["title"] == title
    assert [track["title"] for track in as_jspf.json()["playlist"]["track"]] == ["Paper Boats"]
    assert f'filename="{file}.jspf"' in as_jspf.headers["content-disposition"]
    as_m3u = client.get(f"{PATH}?list={name}&format=m3u")
    assert as_m3u.text.splitlines()[1] == f"#PLAYLIST:{title}"


def test_listenbrainz_clients_get_the_last_two_of_each_list(client: TestClient) -> None:
    alice, track = seed.account(), seed.known_track()
    for day in ("2026-11-02", "2026-11-09", MONDAY):
        seed.run(alice, day, [item(1, track, "deeper")], list_name="weekly")
        seed.run(alice, day, [item(1, track, "year_ago")], list_name="year-ago")
    seed.run(alice, "2026-11-01", [item(1, track, "returned")], list_name="month")
    seed.run(alice, "2026-11-16", [item(1, track)])
    answer = client.get("/1/user/alice/playlists/createdfor").json()
    playlists = [each["playlist"] for each in answer["playlists"]]
    patches = [
        each["extension"][PLAYLIST]["additional_metadata"]["algorithm_metadata"]["source_patch"] for each in playlists
    ]
    assert [(each["title"], patch) for each, patch in zip(playlists, patches, strict=True)] == [
        ("Daily Jams for alice, 2026-11-16 Mon", "daily-jams"),
        ("Weekly Exploration for alice, week of 2026-11-16 Mon", "weekly-exploration"),
        ("Weekly Exploration for alice, week of 2026-11-09 Mon", "weekly-exploration"),
        ("A Year Ago This Week for alice, week of 2026-11-16 Mon", "year-ago"),
        ("A Year Ago This Week for alice, week of 2026-11-09 Mon", "year-ago"),
        ("Month in Review for alice, 2026-10", "month-in-review"),
    ]
    for each in playlists:
        whole = client.get(f"/1/playlist/{each['identifier'].split('/')[-1]}").json()["playlist"]
        assert (whole["title"], len(whole["track"])) == (each["title"], 1)
