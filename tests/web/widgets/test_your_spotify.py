"""The addresses for your_spotify widgets, such as Homepage's, answer with sums, and their token can do no more."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.visitors.visiting import signed_in, token_of, with_token
from web.widgets.your_spotify import YOUR_SPOTIFY

WEEK = "start=2026-11-13T12%3A00%3A00.000Z&timeSplit=all"  # as Homepage asks on 2026-11-20 at noon
ALL = "start=2006-04-23T00%3A00%3A00.000Z&timeSplit=all"


@pytest.fixture
def alice(client: TestClient) -> int:
    """A private account in Berlin, where it is 13:00."""
    account_id, boats = seed.account(visibility="private"), seed.known_track()
    other = seed.track(uri="spotify:track:" + "x" * 22, name="Kites", artist_name="The Gulls")
    seed.insert("track_artist", track_id=other, position=0, artist_id=seed.insert("artist", name="The Gulls"))
    seed.play(account_id, boats, "2026-11-20 09:00Z", ms_played=100_000)  # today
    seed.play(account_id, boats, "2026-11-19 10:00Z", ms_played=200_000)
    seed.play(account_id, other, "2026-11-13 01:00Z", ms_played=60_000)  # before noon, but on the first day
    seed.play(account_id, other, "2026-11-12 22:00Z", ms_played=60_000)
    return account_id


def answer_to(client: TestClient, name: str, token: str, query: str = WEEK) -> Any:
    answer = client.get(f"/spotify/{name}?{query}&token={token}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_widget_gets_sums_of_whole_past_days(client: TestClient, alice: int) -> None:
    token = token_of(alice, "widget")
    assert answer_to(client, "songs_per", token) == [{"_id": None, "count": 2, "differents": 2}]
    assert answer_to(client, "time_per", token) == [{"_id": None, "count": 260_000}]
    assert answer_to(client, "different_artists_per", token) == [{"_id": None, "artists": [{}, {}], "differents": 2}]
    assert answer_to(client, "songs_per", token, ALL)[0]["count"] == 3
    assert answer_to(client, "songs_per", token, "end=2026-11-13")[0]["count"] == 1


def test_without_plays_the_answer_is_empty(client: TestClient, alice: int) -> None:
    token = token_of(alice, "widget")
    for name in ("songs_per", "time_per", "different_artists_per"):
        assert answer_to(client, name, token, "start=2026-11-20") == []
        assert answer_to(client, name, token, "start=2027-11-20") == []


def test_the_sums_equal_those_of_totals(client: TestClient, alice: int) -> None:
    totals = client.get("/totals/alice?from=2026-11-13&to=2026-11-20", headers=with_token(alice)).json()["totals"]
    token = token_of(alice, "widget")
    assert answer_to(client, "songs_per", token)[0]["count"] == totals["plays"]
    assert answer_to(client, "time_per", token)[0]["count"] == totals["ms_played"]


def test_plays_of_today_do_not_change_the_answer(client: TestClient, alice: int) -> None:
    address = f"/spotify/songs_per?{WEEK}&token={token_of(alice, 'widget')}"
    tag = client.get(address).headers["etag"]
    seed.play(alice, seed.number("SELECT min(id) FROM track"), "2026-11-20 10:00Z", ms_played=100_000)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("timeSplit=day", "`timeSplit` must be one of all."),
        ("start=yesterday", "`start` must be a date that exists"),
        ("nights=1", "There is no parameter `nights`; this address takes `start`, `end`, `timeSplit`."),
    ],
)
def test_a_wrong_parameter_is_named(client: TestClient, alice: int, query: str, sentence: str) -> None:
    answer = client.get(f"/spotify/songs_per?{query}&token={token_of(alice, 'widget')}")
    assert (answer.status_code, answer.json()["detail"].startswith(sentence)) == (400, True)


def test_without_a_token_the_answer_says_which_is_needed(client: TestClient, alice: int) -> None:
    client.cookies = signed_in(alice)
    answer = client.get(f"/spotify/songs_per?{WEEK}")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json()["detail"] == "This needs a token with the scope `widget`, as `token` in the address."


def test_any_other_token_in_an_address_is_refused(client: TestClient, alice: int) -> None:
    for scope in ("read", "submit", "administer"):
        answer = client.get(f"/spotify/songs_per?token={token_of(alice, scope)}")
        assert answer.status_code == 403
        assert answer.json()["detail"].startswith("Only a token with the scope `widget` may be in an address")
    assert client.get(f"/spotify/songs_per?token=insight_{alice}_{'x' * 43}").status_code == 401


def test_a_token_in_a_header_needs_the_right_to_read_totals(client: TestClient, alice: int) -> None:
    address = f"/spotify/songs_per?{WEEK}"
    for token, status in (
        (with_token(alice, "widget"), 200),
        (with_token(alice, questions=["totals"]), 200),
        (with_token(alice, questions=["clock"]), 403),
        (with_token(alice, "submit"), 403),
    ):
        assert client.get(address, headers=token).status_code == status


def test_a_widgets_token_is_not_accepted_at_other_addresses(client: TestClient, alice: int) -> None:
    token = token_of(alice, "widget")
    for address in ("/totals/alice", "/history/alice", "/recap/alice", "/now/alice", "/1/user/alice/listens"):
        assert client.get(address, headers={"Authorization": f"Bearer {token}"}).status_code == 404
        assert client.get(f"{address}?token={token}").status_code in {400, 404}
    assert client.post(f"/spotify/songs_per?token={token}").status_code == 405
    assert client.get("/users", headers={"Authorization": f"Bearer {token}"}).json() == []


def test_a_widgets_token_stored_by_an_earlier_version_still_works(client: TestClient, alice: int) -> None:
    token = token_of(alice, questions=["widget"])
    assert client.get(f"/spotify/songs_per?{WEEK}&token={token}").status_code == 200
    assert client.get("/totals/alice", headers={"Authorization": f"Bearer {token}"}).status_code == 404


def test_an_error_repeats_no_token(client: TestClient, alice: int) -> None:
    token = token_of(alice, "widget")
    assert token not in client.get(f"/totals/alice?token={token}&x={token}").text
    assert token not in client.get(f"/spotify/songs_per?{token}=1&token={token}").text


def test_every_address_for_widgets_is_tested() -> None:
    assert set(YOUR_SPOTIFY) == {"/spotify/songs_per", "/spotify/time_per", "/spotify/different_artists_per"}
