"""/history/<username> can be searched and filtered."""

import csv
import io
from urllib.parse import quote, urlencode

import pytest
from starlette.testclient import TestClient

from insights.history import matching
from insights.questions import history as question
from tests.web import seed
from tests.web.contract import problem
from tests.web.visitors.visiting import shared, with_token

SEARCH = "`q` must be 1 to 100 characters, with a word of a name to search for."
ODD = "%_\\"


def song(number: int, name: str, artist: str = "The Lanterns", album: str | None = None) -> int:
    columns = {"uri": f"spotify:track:{number:022}", "name": name, "artist_name": artist}
    if album:
        columns["album_id"] = seed.insert("album", name=album)
    return seed.track(**columns)


@pytest.fixture
def alice(client: TestClient) -> int:
    """Paper Boats played at :00 (two artists, on Harbour), and songs with unusual names from :01 to :06."""
    alice, boats = seed.account(), seed.known_track()
    seed.change("UPDATE track SET fetched_at = now() WHERE id = %s", boats)
    seed.play(alice, boats, "2026-11-01 10:00Z")
    names = (
        ("Jóga", "Björk", "Homogenic"),
        ("Svefn-g-englar", "SIGUR RÓS", "Ágætis byrjun"),
        (f"100{ODD} Real", "Łona", None),
        ("Καλημέρα Ήλιε", "Μάνος", None),
        ("Ёлка", "Мумий Тролль", None),
        ("ガラス", "雨宿りの灯台", None),
    )
    for minute, (name, artist, album) in enumerate(names, 1):
        seed.play(alice, song(minute, name, artist, album), f"2026-11-01 10:0{minute}Z")
    return alice


def minutes_of(client: TestClient, **query: str) -> list[str]:
    """The minutes of the plays that the query selects, the newest first."""
    answer = client.get(f"/history/alice?{urlencode(query)}")
    assert answer.status_code == 200, answer.text
    return [play["played_at"][15:16] for play in answer.json()["plays"]]


@pytest.mark.parametrize(
    ("q", "minutes"),
    [
        ("paper boats", "0"),
        ("PAPER", "0"),
        ("oat", "0"),  # inside a word
        ("boats lanterns", "0"),  # a word of the track and one of its artist
        ("guest", "0"),  # the second artist
        ("harbour", "0"),  # the album
        ("boats wolves", ""),  # every word must match
        ("rsb", ""),  # a match does not extend over two names
        ("joga", "1"),
        ("bjork", "1"),
        ("björk", "1"),
        ("BJO\u0308RK", "1"),
        ("agaetis", "2"),
        ("ros sigur", "2"),
        ("lona", "3"),
        ("100%", "3"),
        (ODD, "3"),
        ("_", "3"),
        ("10_", ""),  # there are no wildcards
        ("καλημερα ηλιε", "4"),
        ("елка", "5"),
        ("мумий", "5"),
        ("ガラ", "6"),
        ("灯台", "6"),
        ("  homogenic \t ", "1"),
    ],
)
def test_a_search_finds_words_of_track_artist_and_album(client: TestClient, alice: int, q: str, minutes: str) -> None:
    assert minutes_of(client, q=q) == list(minutes)


@pytest.mark.parametrize("few", [0, 1000])
def test_many_matching_tracks_are_found_like_few(
    client: TestClient, alice: int, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(matching, "FEW", few)
    assert minutes_of(client, q="a") == ["3", "2", "1", "0"]
    assert minutes_of(client, q="o") == ["3", "2", "1", "0"]
    assert minutes_of(client, q="o", track=str(track_of(client, "Paper Boats"))) == ["0"]


def track_of(client: TestClient, name: str) -> int:
    tracks = client.get("/top-tracks/alice").json()["tracks"]
    return int(next(entry["id"] for entry in tracks if entry["track"]["name"] == name))


@pytest.mark.parametrize("value", ["", "  ", "\u200b", "x" * 101, "a\x00b"])
def test_a_search_for_nothing_is_refused(nowhere: TestClient, value: str) -> None:
    answer = nowhere.get("/history/alice", params={"q": value})
    assert (answer.status_code, answer.json()["parameter"], answer.json()["detail"]) == (400, "q", SEARCH)


@pytest.mark.parametrize(
    ("name", "value"),
    [("device", "phone"), ("source", "spotify"), ("skipped", "yes"), ("offline", ""), ("incognito", "1"),
     ("count", "all"), ("reports", "True")],
)  # fmt: skip
def test_a_filter_refuses_other_values(nowhere: TestClient, name: str, value: str) -> None:
    answer = nowhere.get("/history/alice", params={name: value})
    assert (answer.status_code, answer.json()["parameter"]) == (400, name)


@pytest.fixture
def listener(client: TestClient) -> int:
    """One song played on several devices, with the details that sources report or leave out."""
    listener, track = seed.account(), seed.known_track()
    plays: tuple[dict[str, object], ...] = (
        {"platform": "ios", "skipped": True, "offline": False, "incognito": True},
        {"platform": "iOS 17.1 (iPhone14,2)", "skipped": False, "offline": True},
        {"platform": "android", "reason_end": "fwdbtn", "incognito": False},
        {"platform": "not_applicable", "reason_end": "trackdone"},
        {"source": "recent", "ms_played": None},
    )
    for minute, columns in enumerate(plays):
        seed.play(listener, track, f"2026-11-01 10:0{minute}Z", **columns)
    return listener


@pytest.mark.parametrize(
    ("query", "minutes"),
    [
        ({"device": "ios"}, "10"),
        ({"device": "android"}, "2"),
        ({"device": "unknown"}, "43"),
        ({"device": "tv"}, ""),
        ({"skipped": "true"}, "20"),
        ({"skipped": "false"}, "31"),
        ({"source": "recent"}, "4"),
        ({"source": "lastfm"}, ""),
        ({"offline": "true"}, "1"),
        ({"offline": "false"}, "0"),
        ({"incognito": "true"}, "0"),
        ({"incognito": "false"}, "2"),
        ({"device": "ios", "skipped": "true", "q": "boats"}, "0"),
        ({"device": "ios", "skipped": "true", "q": "nothing"}, ""),
        ({"device": "ios", "from": "2026-11-01T10:01:00Z"}, "1"),
    ],
)
def test_filters_select_plays(client: TestClient, listener: int, query: dict[str, str], minutes: str) -> None:
    assert minutes_of(client, **query) == list(minutes)


@pytest.mark.parametrize("kind", ["track", "artist", "album"])
def test_an_id_selects_the_plays_of_an_item(client: TestClient, alice: int, kind: str) -> None:
    (item,) = [
        entry["id"]
        for entry in client.get(f"/top-{kind}s/alice").json()[f"{kind}s"]
        if entry[kind]["name"] in {"Paper Boats", "The Lanterns", "Harbour"}
    ]
    assert minutes_of(client, **{kind: item}) == ["0"]
    assert client.get(f"/history/alice?{kind}=999999").json()["parameter"] == kind


def test_every_page_of_a_search_is_followed_to_its_end(client: TestClient) -> None:
    alice, boats, other = seed.account(), seed.known_track(), song(1, "Low Tide", "Quiet Rooms")
    seed.plays(alice, boats, ["2026-11-01 10:00Z"] * 3 + ["2026-11-01 10:02Z", "2026-11-01 10:04Z"], skipped=True)
    seed.plays(alice, other, ["2026-11-01 10:00Z", "2026-11-01 10:01Z", "2026-11-01 10:03Z"], skipped=True)
    url, pages = "/history/alice?q=paper&skipped=true&limit=2", []
    while url:
        answer = client.get(url).json()
        pages.append([play["played_at"][15:16] for play in answer["plays"]])
        assert {play["track"]["name"] for play in answer["plays"]} == {"Paper Boats"}
        url = answer["next"]
    assert pages == [["4", "2"], ["0", "0"], ["0"]]


@pytest.mark.parametrize("other", ["", "q=boat", "q=paper&skipped=true", "q=paper&track=1", "source=extended"])
def test_a_cursor_is_refused_for_another_search(client: TestClient, alice: int, other: str) -> None:
    seed.play(alice, 1, "2026-11-02 10:00Z", skipped=True)
    cursor = client.get("/history/alice?q=paper&limit=1").json()["next"].partition("cursor=")[2]
    answer = client.get(f"/history/alice?{other}&cursor={cursor}")
    assert (answer.status_code, answer.json()["parameter"]) == (400, "cursor")


def test_the_result_of_a_search_can_be_downloaded(client: TestClient, alice: int) -> None:
    query = f"q={quote('björk')}"
    answer = client.get(f"/history/alice?{query}&format=csv")
    (line,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"), newline=""))
    assert line["track.name"] == "Jóga"
    assert client.get("/history/alice?q=nothing&format=ndjson").text == ""
    (text,) = client.get(f"/history/alice?{query}&source=extended&format=ndjson").text.splitlines()
    assert "Jóga" in text
    for name in ("count", "reports"):
        refused = client.get(f"/history/alice?{query}&{name}=true&format=csv")
        assert (refused.status_code, refused.json()["parameter"]) == (400, name)


def test_matching_plays_are_counted(client: TestClient, alice: int, monkeypatch: pytest.MonkeyPatch) -> None:
    seed.play(alice, 1, "2025-11-02 10:00Z", ms_played=10)

    def counted(query: str) -> object:
        return client.get(f"/history/alice?count=true&limit=1&{query}").json()["count"]

    assert "count" not in client.get("/history/alice").json()
    assert counted("") == {"plays": 8, "more": False, "songs": 7}
    assert counted("q=paper") == {"plays": 2, "more": False, "songs": 1}
    assert counted("q=paper&period=2026") == {"plays": 1, "more": False, "songs": 1}
    assert counted("q=nothing") == {"plays": 0, "more": False, "songs": 0}
    monkeypatch.setattr(question, "MOST_COUNTED", 2)
    assert counted("q=paper") == {"plays": 2, "more": False, "songs": 1}
    assert counted("") == {"plays": 2, "more": True, "songs": None}


def test_the_reports_of_each_source_are_shown_on_request(client: TestClient) -> None:
    alice, track = seed.account(), seed.known_track()
    device = {"platform": "Partner sonos Sonos;Play1;8a1b2c3d4e5f;;tpapi", "country": "DE"}
    kept = seed.play(alice, track, "2026-11-01 10:00Z", reason_start="clickrow", reason_end="fwdbtn", **device)
    better = seed.play(alice, track, "2026-11-01 10:00:30Z", source="recent", ms_played=None, superseded_by=kept)
    seed.play(alice, track, "2026-11-01 10:01Z", source="lastfm", ms_played=None, superseded_by=better)
    seed.play(alice, track, "2026-11-01 09:00Z")
    assert "reports" not in client.get("/history/alice").json()
    first, second = client.get("/history/alice?reports=true").json()["reports"]
    unknown: dict[str, object] = dict.fromkeys(
        ("ms_played", "device", "country", "reason_start", "reason_end", "skipped", "shuffle", "offline", "incognito")
    )
    assert first == [
        {
            **unknown, "counts": True, "source": "extended", "played_at": "2026-11-01T10:00:00.000Z",
            "ms_played": 200000, "device": "Partner sonos Sonos;Play1;;;tpapi", "country": "DE",
            "reason_start": "clickrow", "reason_end": "fwdbtn", "skipped": True,
        },
        {**unknown, "counts": False, "source": "recent", "played_at": "2026-11-01T10:00:30.000Z"},
        {**unknown, "counts": False, "source": "lastfm", "played_at": "2026-11-01T10:01:00.000Z"},
    ]  # fmt: skip
    assert [report["source"] for report in second] == ["extended"]


@pytest.mark.parametrize(
    ("query", "other"),
    [("device=ios", "devices"), ("skipped=true", "skips"), ("offline=true", "shuffle"), ("incognito=true", "shuffle"),
     ("reports=true", "devices")],
)  # fmt: skip
def test_filters_that_reveal_another_statistic_need_the_right_to_it(
    client: TestClient, listener: int, query: str, other: str
) -> None:
    seed.change("UPDATE account SET visibility = 'private' WHERE id = %s", listener)
    name = query.partition("=")[0]
    detail = f"`{name}` needs a token or link that may also read /{other}, which shows the same."
    secret = shared(listener, "history")
    for form in ("", "&format=csv", "&format=html"):
        if name == "reports" and form == "&format=csv":
            continue
        answer = client.get(f"/history/alice?{query}&share={secret}{form}")
        assert answer.status_code == 400
        assert form == "&format=html" or answer.json() == problem(
            400, "Bad Request", detail, "/history/alice", parameter=name
        )
    assert client.get(f"/history/alice?q=boats&share={secret}").status_code == 200
    assert client.get(f"/history/alice?{query}", headers=with_token(listener)).status_code == 200


@pytest.mark.parametrize("query", ["q=boats", "source=recent", "count=true", "device=ios"])
def test_a_link_with_totals_only_cannot_search(client: TestClient, listener: int, query: str) -> None:
    secret = shared(listener, redacted=True)
    assert client.get(f"/history/alice?{query}&share={secret}").status_code == 404
