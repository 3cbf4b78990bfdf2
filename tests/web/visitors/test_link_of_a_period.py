"""A link for one period shows that period, in the account's own time zone, and nothing else."""

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.visitors.visiting import shared
from web.openapi.question_names import linked, of_periods

YEAR = {"name": "2025", "start": "2024-12-31T23:00:00.000Z", "end": "2025-12-31T23:00:00.000Z"}
BEFORE_AND_AFTER = ("2024-06-01T12:00:00Z", "2026-02-03T12:00:00Z")


@pytest.fixture
def alice(client: TestClient) -> int:
    alice, boats = seed.account("alice", visibility="private"), seed.known_track()
    for played_at in (*BEFORE_AND_AFTER, "2025-03-01T12:00:00Z"):
        seed.play(alice, boats, played_at)
    return alice


@pytest.fixture
def link(alice: int) -> str:
    return shared(alice, None, "2025")


def test_a_link_shows_only_the_name_of_the_account(client: TestClient, link: str) -> None:
    assert client.get(f"/users?share={link}").json() == [{"username": "alice"}]
    assert client.get(f"/users/alice?share={link}").json() == {"username": "alice"}
    assert "alice" not in client.get(f"/?share={link}").text


def test_a_link_for_one_question_does_not_even_show_the_name_of_the_account(client: TestClient, alice: int) -> None:
    link = shared(alice, "totals", "2025")
    assert client.get(f"/users?share={link}").json() == []
    assert client.get(f"/users/alice?share={link}").status_code == 404


@pytest.mark.parametrize("question", sorted(of_periods() & set(linked())))
def test_another_time_zone_cannot_move_the_bounds(client: TestClient, link: str, question: str) -> None:
    answer = client.get(f"/{question}/alice?tz=Pacific/Kiritimati&share={link}")
    assert (answer.status_code, answer.json()["parameter"]) == (400, "tz")
    assert client.get(f"/{question}/alice?share={link}").json()["period"] == YEAR


@pytest.mark.parametrize("more", ["from=2024-01-01", "to=2024-01-01", "period=2024", "period=all"])
def test_no_other_period_is_shown(client: TestClient, link: str, more: str) -> None:
    assert client.get(f"/totals/alice?{more}&share={link}").status_code == 400


def test_the_period_is_not_compared_with_the_one_before(client: TestClient, link: str) -> None:
    totals = client.get(f"/totals/alice?share={link}").json()
    assert (totals["totals"]["plays"], totals["before"], totals["change"]) == (1, None, None)
    for kind in ("tracks", "artists", "albums"):
        (ranked,) = client.get(f"/top-{kind}/alice?share={link}").json()[kind]
        assert (ranked["plays"], ranked["rank_before"]) == (1, None)


def test_a_recap_does_not_count_plays_outside_the_period(client: TestClient, alice: int) -> None:
    for number in range(98):
        seed.insert(
            "play", account_id=alice, track_id=seed.number("SELECT min(id) FROM track"), source="extended",
            played_at=f"2024-05-01T{number // 60:02}:{number % 60:02}:00Z", ms_played=200_000, digest=number,
        )  # fmt: skip
    recap = client.get(f"/recap/alice?share={shared(alice, 'recap', '2025')}").json()
    assert (recap["period"], recap["totals"]["plays"], recap["before"]) == (YEAR, 1, None)
    assert recap["milestones"] == {"plays": [], "hours": []}


def test_plays_outside_the_period_do_not_change_answers(client: TestClient, alice: int, link: str) -> None:
    tag = client.get(f"/totals/alice?share={link}").headers["etag"]
    seed.play(alice, seed.number("SELECT min(id) FROM track"), "2026-11-19T12:00:00Z")
    assert client.get(f"/totals/alice?share={link}", headers={"If-None-Match": tag}).status_code == 304


@pytest.fixture
def elsewhere(alice: int) -> dict[str, tuple[int, str]]:
    """Our id and Spotify's id of a track, an artist and an album that Alice heard only before and after 2025."""
    tides = seed.insert("album", name="Tides", spotify_id="T" * 22)
    track = seed.track(uri="spotify:track:" + "x" * 22, name="Low Tide", album_id=tides)
    artist = seed.insert("artist", name="Ebb", spotify_id="E" * 22)
    seed.insert("track_artist", track_id=track, position=0, artist_id=artist)
    for played_at in BEFORE_AND_AFTER:
        seed.play(alice, track, played_at)
    return {"track": (track, "x" * 22), "artist": (artist, "E" * 22), "album": (tides, "T" * 22)}


@pytest.mark.parametrize("kind", ["track", "artist", "album"])
def test_music_heard_at_other_times_looks_like_unknown_music(
    client: TestClient, link: str, elsewhere: dict[str, tuple[int, str]], kind: str
) -> None:
    for stored, unknown in zip(elsewhere[kind], (99, "n" * 22), strict=True):
        there, absent = (client.get(f"/{kind}/{each}/alice?share={link}") for each in (stored, unknown))
        assert (there.status_code, there.text.replace(str(stored), str(unknown))) == (404, absent.text)
        for question in ("totals", "top-tracks"):
            there, absent = (client.get(f"/{question}/alice?{kind}={each}&share={link}") for each in (stored, unknown))
            assert (there.status_code, there.content, there.headers["etag"]) == (
                200, absent.content, absent.headers["etag"]
            )  # fmt: skip
    assert absent.json()["tracks"] == []


@pytest.mark.parametrize(
    ("kind", "of_spotify"),
    [("track", seed.HARBOUR[-22:]), ("artist", seed.LANTERNS), ("album", "2noRn2Aes5aoNVsU6iWThc")],
)
def test_music_heard_in_the_period_is_shown(client: TestClient, link: str, kind: str, of_spotify: str) -> None:
    for value in (of_spotify, client.get(f"/top-{kind}s/alice?share={link}").json()[f"{kind}s"][0]["id"]):
        assert client.get(f"/{kind}/{value}/alice?share={link}").json()["plays"] == 1
        assert client.get(f"/totals/alice?{kind}={value}&share={link}").json()["totals"]["plays"] == 1


@pytest.mark.parametrize("question", ["history", "gaps", "milestones", "on-this-day", "quality"])
def test_questions_without_a_period_are_not_found(client: TestClient, link: str, question: str) -> None:
    assert client.get(f"/{question}/alice?share={link}").status_code == 404
