"""A link with totals only reveals nothing about times shorter than a day, whatever is asked with it."""

import re

import msgspec
import pytest
from starlette.testclient import TestClient

from insights.answers.sums_only import SUFFIX, sums_of, sums_only
from insights.answers.values import Count, Moment, Part, Private, Safe, Share, Text
from recommend.questions import all_questions
from tests.web import contract, seed
from tests.web.reading import BROWSER
from tests.web.visitors.visiting import shared, signed_in
from web.openapi.question_names import with_sums_only

INSTANT = re.compile(r"\d\d:\d\d")
QUESTIONS = sorted(with_sums_only())


@pytest.fixture
def link(client: TestClient) -> str:
    alice, boats = seed.account("alice", visibility="private"), seed.known_track()
    tide = seed.track(uri="spotify:track:" + "x" * 22, name="Low Tide", artist_name="The Lanterns")
    moments = [f"2025-03-{day:02}T12:{minute:02}:11.123Z" for day in range(1, 9) for minute in range(0, 40, 4)]
    seed.plays(alice, boats, moments)
    seed.play(alice, tide, "2025-07-01T20:00:00.417Z")
    seed.play(alice, tide, "2026-11-20T09:41:23.417Z")  # today
    episode = seed.insert("episode", kind="episode", name="Ebb", show_name="Tides")
    seed.insert(
        "play", account_id=alice, episode_id=episode, played_at="2025-07-02T20:00:00.417Z", ms_played=100_000,
        source="extended", digest=1,
    )  # fmt: skip
    return shared(alice, redacted=True)


def test_no_type_of_sums_has_an_instant_an_id_of_ours_or_a_time_zone() -> None:
    schemas = contract.DOCUMENT["components"]["schemas"]
    shortened = {name: schema.get("properties", {}) for name, schema in schemas.items() if name.endswith(SUFFIX)}
    assert {schema.removesuffix(SUFFIX) for schema in shortened} >= {"TotalsAnswer", "TopTracks", "Track", "Recap"}
    for name, members in shortened.items():
        assert not {"id", "time_zone", "played_at", "first_played_at", "url", "completeness"} & set(members), name
        assert "date-time" not in repr(members), name
        referred = re.findall(r"#/components/schemas/(\w+)", repr(members))
        assert all(each.endswith(SUFFIX) or "properties" not in schemas[each] for each in referred), name


class Song(Part, frozen=True):
    name: Text
    heard_at: Moment


class Flags(Part, frozen=True):
    plays: Count
    new: str
    at: Safe[Moment]
    ended: Safe[Moment | None]
    offline: Private[Count]
    share: Private[Share | None]
    shuffled: Private[Share] | None
    songs: Safe[tuple[Song, ...]]
    last: Safe[Song | None]
    hidden: Song


def test_unmarked_members_and_marked_instants_are_left_out() -> None:
    song = Song("Low Tide", "2026-11-20T09:41:23.417Z")
    flags = Flags(3, "new", song.heard_at, None, 1, None, None, (song,), song, song)
    sums = sums_of(flags)
    assert msgspec.json.decode(msgspec.json.encode(sums)) == {
        "plays": 3,
        "songs": [{"name": "Low Tide"}],
        "last": {"name": "Low Tide"},
    }


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_answer_has_a_time_of_day_or_an_id_of_ours(client: TestClient, link: str, question: str) -> None:
    answer = client.get(f"/{question}/alice?share={link}")
    assert answer.status_code == 200
    assert not INSTANT.search(answer.text)
    for name in ("id", "time_zone", "first_played_at", "last_played_at", "start_hour", "completeness", "milestones"):
        assert f'"{name}":' not in answer.text


@pytest.mark.parametrize("question", [question for question in QUESTIONS if question != "calendar"])
@pytest.mark.parametrize(
    "parameter", ["from=2025-03-01", "to=2025-03-01T12:00:00Z", "from=2025-03-01T12:00:00Z&to=2025-03-01T12:01:00Z",
                  "tz=Asia/Kathmandu"],
)  # fmt: skip
def test_no_bound_and_no_other_time_zone_narrows_a_play_down(
    client: TestClient, link: str, question: str, parameter: str
) -> None:
    answer = client.get(f"/{question}/alice?{parameter}&share={link}")
    assert (answer.status_code, "is not allowed with this link" in answer.json()["detail"]) == (400, True)


def test_the_calendar_is_only_in_the_listeners_time_zone_and_past(client: TestClient, link: str) -> None:
    assert client.get(f"/calendar/alice?tz=UTC&share={link}").status_code == 400
    assert client.get(f"/calendar/alice?period=2030&share={link}").status_code == 400  # no day of the period is over


def test_gaps_are_not_shown_because_they_have_times(client: TestClient, link: str) -> None:
    assert client.get(f"/totals/alice?completeness=true&share={link}").status_code == 400
    assert client.get(f"/gaps/alice?share={link}").status_code == 404


@pytest.mark.parametrize("kind", ["artist", "album", "track"])
def test_our_ids_cannot_be_tried(client: TestClient, link: str, kind: str) -> None:
    """Our ids would reveal in what order music was first heard here."""
    assert client.get(f"/top-tracks/alice?{kind}=1&share={link}").status_code == 400
    of_spotify = {"artist": seed.LANTERNS, "album": "2noRn2Aes5aoNVsU6iWThc", "track": seed.HARBOUR[-22:]}[kind]
    assert client.get(f"/top-tracks/alice?{kind}={of_spotify}&share={link}").json()["tracks"][0]["plays"] == 80


def test_the_sums_equal_those_that_the_listener_sees(client: TestClient, link: str) -> None:
    by_link = client.get(f"/top-tracks/alice?period=2025&share={link}").json()
    alice = seed.number("SELECT id FROM account")
    client.cookies = signed_in(alice)
    own = client.get("/top-tracks/alice?period=2025").json()
    assert [each["plays"] for each in by_link["tracks"]] == [each["plays"] for each in own["tracks"]] == [80, 1]
    members = ("name", "uri", "artists", "album")
    tracks = [{name: each["track"][name] for name in members} for each in own["tracks"]]
    for track in tracks:
        track["artists"] = [{"name": artist["name"]} for artist in track["artists"]]
        track["album"] = track["album"] and {"name": track["album"]["name"]}
    assert by_link == {
        "username": "alice",
        "period": {"name": "2025"},
        "min_seconds": 30,
        "by": "plays",
        "total": 2,
        "tracks": [
            {name: each[name] for name in ("rank", "rank_before", "plays", "ms_played", "share")} | {"track": track}
            for each, track in zip(own["tracks"], tracks, strict=True)
        ],
    }


def test_hours_are_left_out_and_weekdays_stay(client: TestClient, link: str) -> None:
    """On a day with one play, the hours would reveal the hour of that play."""
    answer = client.get(f"/clock/alice?period=2025-07-01&share={link}").json()
    assert set(answer) == {"username", "period", "min_seconds", "weekdays"}
    assert sum(day["plays"] for day in answer["weekdays"]) == 1


def test_today_does_not_count_before_it_is_over(client: TestClient, link: str) -> None:
    """Otherwise a visitor who asks every minute would see when a play ended."""
    answer = client.get(f"/totals/alice?period=2026&share={link}")
    assert answer.json()["totals"]["plays"] == 0
    assert client.get(f"/totals/alice?period=today&share={link}").status_code == 400
    track = seed.number("SELECT id FROM track WHERE name = 'Low Tide'")
    alice = seed.number("SELECT id FROM account")
    seed.play(alice, track, "2026-11-20T10:00:00Z")
    tag = {"If-None-Match": answer.headers["etag"]}
    assert client.get(f"/totals/alice?period=2026&share={link}", headers=tag).status_code == 304
    forgotten = client.get(f"/forgotten/alice?min_plays=1&months=1&share={link}").json()["tracks"]
    assert [each["track"]["name"] for each in forgotten] == ["Paper Boats", "Low Tide"]


@pytest.mark.parametrize("question", ["top-tracks", "top-albums", "top-artists", "recap", "forgotten", "obsessions"])
def test_details_that_a_play_of_today_adds_to_music_change_no_answer(
    client: TestClient, link: str, question: str
) -> None:
    before = client.get(f"/{question}/alice?period=2025&share={link}" if question != "forgotten" else
                        f"/{question}/alice?min_plays=1&months=1&share={link}")  # fmt: skip
    seed.change("UPDATE track SET duration_ms = 199000, fetched_at = now()")
    seed.change("UPDATE album SET image_url = 'https://i.scdn.co/image/2'")
    seed.change("UPDATE artist SET spotify_id = repeat('G', 22) WHERE name = 'A Guest'")
    seed.learn(seed.number("SELECT id FROM account"))
    after = client.get(str(before.request.url))
    assert (after.status_code, after.content) == (200, before.content)
    assert "http" not in after.text


@pytest.mark.parametrize("kind", ["track", "artist", "album"])
def test_no_answer_reveals_that_new_music_was_heard_today(client: TestClient, link: str, kind: str) -> None:
    paths = [f"/totals/alice?{kind}={'N' * 22}{period}&share={link}" for period in ("", "&period=2025")]
    before = [client.get(path) for path in paths]
    assert [(answer.status_code, answer.json()["totals"]["plays"]) for answer in before] == [(200, 0), (200, 0)]
    album, artist = (seed.insert(name, name="New", spotify_id="N" * 22) for name in ("album", "artist"))
    track = seed.track(uri="spotify:track:" + "N" * 22, name="New", album_id=album)
    seed.insert("track_artist", track_id=track, position=0, artist_id=artist)
    seed.play(seed.number("SELECT id FROM account"), track, "2026-11-20T11:57:00Z")
    after = [client.get(path) for path in paths]
    assert [(answer.status_code, answer.content) for answer in after] == [(200, answer.content) for answer in before]


def test_a_recap_has_only_sums(client: TestClient, link: str) -> None:
    recap = client.get(f"/recap/alice?period=2025&share={link}").json()
    assert set(recap) == {
        "username", "period", "min_seconds", "totals", "before", "change", "by", "top_tracks", "top_artists",
        "top_albums", "months", "best_day", "discoveries", "obsessions", "longest_streak", "skips",
    }  # fmt: skip
    assert recap["totals"]["plays"] == 81
    assert recap["longest_streak"] == {"days": 8}
    assert recap["best_day"] == {"date": "2025-03-01", "plays": 10, "ms_played": 2_000_000}


def test_only_the_name_is_shown_of_the_account(client: TestClient, link: str) -> None:
    assert client.get(f"/users?share={link}").json() == [{"username": "alice"}]
    assert client.get(f"/users/alice?share={link}").json() == {"username": "alice"}
    assert "alice" not in client.get(f"/?share={link}").text


def test_a_table_that_is_not_among_the_totals_is_refused(client: TestClient, link: str) -> None:
    """Such as the hours of the day. A program that would rather have a table gets JSON."""
    for question in QUESTIONS:
        shown = sums_only(all_questions()[question].answer_type).__struct_fields__
        path, has_table = f"/{question}/alice", all_questions()[question].lists in shown
        for form, media_type in (("csv", "text/csv"), ("ndjson", "application/x-ndjson")):
            preferred = client.get(path, params={"share": link}, headers={"Accept": media_type})
            assert (preferred.status_code, media_type in preferred.headers["Content-Type"]) == (200, has_table)
            asked = client.get(path, params={"share": link, "format": form})
            assert asked.status_code == (200 if has_table else 400), question
            offered = f"format={form}" in client.get(path, params={"share": link}, headers=BROWSER).text
            assert offered == has_table, question
    choices = "`format` must be one of json, html."
    assert client.get("/clock/alice", params={"share": link, "format": "csv"}).json()["detail"] == choices
