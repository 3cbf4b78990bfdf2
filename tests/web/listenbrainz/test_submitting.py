"""POST /1/submit-listens stores plays, and refuses others with the reason."""

import json
import random
from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient

from db.engine.connection import connected, rows
from people.accounts import account_named
from people.exclusions import add_exclusion
from tests.web import seed
from tests.web.conftest import NOW
from tests.web.listenbrainz.playing import BEGAN, INVALID, SUBMIT, error, listen, played, player, submit, token_of
from tests.web.visitors.visiting import by_our_page, signed_in
from web.http.rate_limits import A_MINUTE

OK = {"status": "ok"}


def refusal(reason: str, index: int = 0) -> dict[str, object]:
    return {"index": index, "reason": reason}


def test_a_play_is_in_the_history_at_the_time_it_ended(client: TestClient) -> None:
    headers = player()
    answer = submit(client, headers, listen(duration_ms=213_000, duration_played=200), listen_type="single")
    assert (answer.status_code, answer.json(), answer.headers["cache-control"]) == (200, OK, "no-store")
    (play,) = client.get("/history/alice", headers=headers).json()["plays"]
    assert (play["played_at"], play["ms_played"], play["source"]) == (
        "2026-11-20T10:23:20.000Z",
        200_000,
        "listenbrainz",
    )
    assert (play["track"]["name"], play["track"]["duration_ms"]) == ("Paper Boats", 213_000)
    assert [artist["name"] for artist in play["track"]["artists"]] == ["The Lanterns"]


def test_a_play_counts_with_the_length_of_its_track(client: TestClient) -> None:
    headers = player()
    submit(client, headers, listen(duration=213), listen(BEGAN + 300, "Low Tide"))
    totals = client.get("/totals/alice", headers=headers).json()["totals"]
    assert (totals["plays"], totals["ms_played"], totals["artists"], totals["albums"]) == (2, 213_000, 1, 1)


def test_a_repeated_play_is_stored_once(client: TestClient) -> None:
    headers = player()
    for _ in range(3):
        assert submit(client, headers, listen(), listen(BEGAN + 300)).json() == OK
    assert len(played()) == 2


def test_a_thousand_plays_come_in_one_batch(client: TestClient) -> None:
    headers = player()
    batch = [listen(BEGAN - 300 * number, f"Song {number}") for number in range(1000)]
    assert submit(client, headers, *batch).json() == OK
    assert len(played()) == 1000
    answer = submit(client, headers, *batch, listen())
    assert error(answer) == (400, {"code": 400, "error": "`payload` must be a list of 1 to 1,000 listens."})


def test_the_valid_plays_of_a_batch_are_stored_and_the_others_refused_with_reasons(client: TestClient) -> None:
    headers, nameless = player(), listen(BEGAN + 600)
    nameless["track_metadata"]["track_name"] = ""
    ahead = int((NOW + timedelta(days=1)).timestamp()) + 1
    answer = submit(client, headers, listen(ahead), listen(), nameless, listen(12))
    assert answer.json() == {
        "status": "ok",
        "refused": [
            refusal("ended in the future"),
            refusal("no `track_name` or no `artist_name`", 2),
            refusal("`listened_at` is before October 2002: the player's clock was not set", 3),
        ],
    }
    assert len(played()) == 1


def test_a_batch_without_a_valid_play_is_refused(client: TestClient) -> None:
    reason = "`listened_at` is not a number of seconds since 1970"
    answer = submit(client, player(), {**listen(), "listened_at": "yesterday"}, listen_type="single")
    assert error(answer) == (
        400,
        {"code": 400, "error": f"This is not a play: {reason}.", "refused": [refusal(reason)]},
    )
    assert played() == []


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "This is not JSON: send one object, in UTF-8."),
        ("{", "This is not JSON: send one object, in UTF-8."),
        ("[]", "`listen_type` must be one of single, import, playing_now."),
        ('{"listen_type": "love", "payload": []}', "`listen_type` must be one of single, import, playing_now."),
        ('{"listen_type": ["import"], "payload": [1]}', "`listen_type` must be one of single, import, playing_now."),
        ('{"listen_type": "import", "payload": []}', "`payload` must be a list of 1 to 1,000 listens."),
        ('{"listen_type": "import"}', "`payload` must be a list of 1 to 1,000 listens."),
        ('{"listen_type": "single", "payload": [1, 2]}',
         "`payload` must have exactly one listen if `listen_type` is single."),
        ('{"listen_type": "playing_now", "payload": [1, 2]}',
         "`payload` must have exactly one listen if `listen_type` is playing_now."),
        ('{"listen_type": "import", "payload": [1]}', "This is not a play: not a JSON object."),
    ],
)  # fmt: skip
def test_an_invalid_submission_is_refused(client: TestClient, body: str, sentence: str) -> None:
    answer = client.post(SUBMIT, headers=player(), content=body)
    assert (answer.status_code, answer.json()["error"]) == (400, sentence)


def test_half_of_a_surrogate_pair_loses_no_play(client: TestClient) -> None:
    """Players send it if they cut a text in the middle of a character. Whole pairs stay unchanged."""
    headers, cut = player(), listen(BEGAN + 300, "Low Tide \ud83d")
    cut["track_metadata"]["comment"] = "\\\ude00"
    whole = listen(BEGAN + 600, "\\ud83d \U0001f30a")
    sent = json.dumps({"listen_type": "import", "payload": [listen(), cut, whole]})
    assert client.post(SUBMIT, headers=headers, content=sent).json() == OK
    assert [title for _, title, _, _ in played()] == ["Paper Boats", "Low Tide \ufffd", "\\ud83d \U0001f30a"]


def test_names_that_grow_under_case_folding_are_stored(client: TestClient) -> None:
    """Folding makes up to five characters of one in U+3200 to U+33FF; random ones resist PostgreSQL's compression."""
    chance = random.Random(7)
    title, artist, album = ("".join(map(chr, chance.choices(range(0x3200, 0x33FF), k=430))) for _ in "abc")
    odd = listen(BEGAN + 300, title)
    odd["track_metadata"] |= {"artist_name": artist, "release_name": album}
    assert submit(client, player(), listen(), odd, listen(BEGAN + 600)).json() == OK
    assert [title for _, title, _, _ in played()] == ["Paper Boats", title, "Paper Boats"]


def test_an_overlong_listen_is_refused_alone(client: TestClient) -> None:
    answer = submit(client, player(), listen(), listen(BEGAN + 300, more=[[]] * 3400))
    assert answer.json() == {"status": "ok", "refused": [refusal("longer than 10,240 bytes", 1)]}


def test_only_a_token_with_the_scope_submits(client: TestClient) -> None:
    alice = seed.account()
    cookies = signed_in(alice)
    nobody = {"code": 401, "error": "Send `Authorization: Token` with a token that has the scope `submit`."}
    assert error(submit(client, {}, listen())) == (401, nobody)
    client.cookies = cookies
    assert error(submit(client, by_our_page(cookies), listen())) == (401, nobody)
    client.cookies = {}
    no_scope = {"code": 403, "error": "This token may not submit plays: it needs the scope `submit`."}
    assert error(submit(client, token_of(alice, "read", "administer"), listen())) == (403, no_scope)
    assert error(submit(client, {"Authorization": "Token insight_1_forged"}, listen())) == (401, INVALID)
    assert played() == []


def test_without_the_right_to_submit_the_body_is_not_read(client: TestClient) -> None:
    """A body that is too large is refused as such only to those who may submit."""
    seed.account()
    large = "x" * 10_300_000
    assert client.post(SUBMIT, content=large).status_code == 401
    answer = client.post(SUBMIT, headers=player("bob"), content=large)
    assert error(answer) == (413, {"code": 413, "error": "This address takes at most 10000 KiB."})


def test_a_disabled_account_accepts_no_plays(client: TestClient) -> None:
    headers = player()
    seed.change("UPDATE account SET disabled_at = now()")
    assert error(submit(client, headers, listen())) == (401, INVALID)


def test_every_answer_has_the_number_of_requests_left(client: TestClient) -> None:
    headers = player()
    answers = [submit(client, headers, listen()).headers for _ in range(2)]
    most = A_MINUTE["player"]
    limits = [(each["x-ratelimit-limit"], each["x-ratelimit-remaining"]) for each in answers]
    assert limits == [(str(most), str(most - 1)), (str(most), str(most - 2))]
    assert 0 < int(answers[0]["x-ratelimit-reset-in"]) <= 60


def test_too_many_requests_are_refused_for_a_while(client: TestClient) -> None:
    headers = player()
    for _ in range(A_MINUTE["player"]):
        assert client.get("/1/latest-import?user_name=alice", headers=headers).status_code == 200
    assert client.get("/1/validate-token", headers=headers).json()["valid"] is True
    answer = submit(client, headers, listen())
    assert answer.status_code == 429
    assert answer.json()["error"].startswith("This was tried 300 times within a minute: try again in ")
    assert (answer.headers["x-ratelimit-remaining"], answer.headers["retry-after"]) == (
        "0", answer.headers["x-ratelimit-reset-in"]
    )  # fmt: skip
    assert submit(client, player("bob"), listen()).status_code == 200


def test_a_playing_track_is_shown_until_it_ends(client: TestClient) -> None:
    headers = player()
    playing = listen(None, duration_ms=213_000, spotify_id="https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC")
    assert submit(client, headers, playing, listen_type="playing_now").json() == OK
    address = "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC"
    expected = {
        "count": 1,
        "user_id": "alice",
        "playing_now": True,
        "listens": [
            {
                "playing_now": True,
                "user_name": "alice",
                "track_metadata": {
                    "artist_name": "The Lanterns",
                    "track_name": "Paper Boats",
                    "release_name": "Harbour",
                    "additional_info": {
                        "artist_names": ["The Lanterns"],
                        "duration_ms": 213_000,
                        "origin_url": address,
                        "spotify_id": address,
                        "music_service": "spotify.com",
                    },
                },
            }
        ],
    }
    assert client.get("/1/user/alice/playing-now", headers=headers).json() == {"payload": expected}
    assert played() == []
    seed.change("UPDATE announced_track SET until = %s", NOW)
    nothing = {"count": 0, "user_id": "alice", "playing_now": True, "listens": []}
    assert client.get("/1/user/alice/playing-now", headers=headers).json() == {"payload": nothing}


@pytest.mark.parametrize(
    ("uri", "is_local"), [("spotify:local:The+Lanterns::Paper+Boats:213", True), ("spotify:track:" + "4" * 22, False)]
)
def test_a_playing_local_file_is_shown_as_local(client: TestClient, uri: str, is_local: bool) -> None:
    headers = player()
    submit(client, headers, listen(None, spotify_id=uri), listen_type="playing_now")
    now = client.get("/now/alice", headers=headers).json()
    assert (now["uri"], now["is_local"]) == (uri, is_local)


def test_a_playing_track_with_a_time_is_refused(client: TestClient) -> None:
    answer = submit(client, player(), listen(), listen_type="playing_now")
    sentence = "This is not a play: a track that is playing now has no `listened_at` yet."
    assert (answer.status_code, answer.json()["error"]) == (400, sentence)


def test_latest_import_has_the_last_submitted_play(client: TestClient) -> None:
    headers = player()
    path = "/1/latest-import?user_name=alice"
    assert client.get(path, headers=headers).json() == {"musicbrainz_id": "alice", "latest_import": 0}
    submit(client, headers, listen(), listen(BEGAN - 4000))
    assert client.get(path, headers=headers).json() == {"musicbrainz_id": "alice", "latest_import": BEGAN}


def test_latest_import_omits_hidden_plays_for_others(client: TestClient) -> None:
    headers = player()
    submit(client, headers, listen(BEGAN - 4000), listen(BEGAN, "Secret Song"))
    seed.change("UPDATE account SET visibility = 'public'")
    with connected():
        add_exclusion(account_named("alice"), "track", "The Lanterns \N{EN DASH} Secret Song")
    path = "/1/latest-import?user_name=alice"
    assert client.get(path).json()["latest_import"] == BEGAN - 4000
    whole = client.get(path, headers=headers)
    assert whole.json()["latest_import"] == BEGAN
    assert client.get(path, headers={"If-None-Match": whole.headers["etag"]}).status_code == 200


def test_an_unreachable_database_is_reported_in_the_format_of_listenbrainz(nowhere: TestClient) -> None:
    unreachable = {"code": 503, "error": "The database cannot be reached now; try again."}
    headers = {"Authorization": f"Token insight_1_{'x' * 43}"}
    assert error(nowhere.post(SUBMIT, headers=headers, content=json.dumps({}))) == (503, unreachable)


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
@pytest.mark.parametrize("path", ["/1/nothing", "/1/user/alice/nothing", "/1/feedback/recording-feedback", "/1/", "/1"])
def test_an_unknown_address_is_refused_in_the_format_of_listenbrainz(
    client: TestClient, path: str, accept: str
) -> None:
    seed.account()
    answer = client.get(path, headers={"Accept": accept})
    sentence = "There is nothing at this address; /openapi.json lists every address."
    assert error(answer) == (404, {"code": 404, "error": sentence})


def test_another_method_is_refused_in_the_format_of_listenbrainz(client: TestClient) -> None:
    answer = client.get(SUBMIT)
    assert error(answer) == (405, {"code": 405, "error": "This address accepts POST only."})
    assert answer.headers["allow"] == "POST"


def test_plays_are_counted_in_the_listeners_time_zone(client: TestClient) -> None:
    headers = player()
    submit(client, headers, listen(int(datetime.fromisoformat("2026-11-19T22:50:00Z").timestamp()), duration=1200))
    days = client.get("/activity/alice?period=2026-11&step=day", headers=headers).json()["steps"]
    assert [day["start"] for day in days if day["plays"]] == ["2026-11-20"]


@pytest.mark.parametrize("listen_type", ["single", "import"])
def test_plays_from_while_collecting_was_paused_are_not_stored(client: TestClient, listen_type: str) -> None:
    """The answer says so with a status of success, so that the player does not send the play again."""
    headers = player()
    (alice,) = ids()
    seed.insert("collecting_pause", account_id=alice, since="2026-11-20 10:00Z", until="2026-11-20 10:30Z")
    paused = {"status": "ok", "refused": [refusal("collecting was paused then")]}
    answer = submit(client, headers, listen(duration_played=200), listen_type=listen_type)
    assert (answer.status_code, answer.json(), played()) == (200, paused, [])
    seed.change("UPDATE collecting_pause SET until = NULL")
    assert submit(client, headers, listen(BEGAN + 3600), listen_type=listen_type).json() == paused
    assert submit(client, headers, listen(BEGAN - 1200), listen_type=listen_type).json() == OK
    assert len(played()) == 1


def test_only_the_plays_of_a_batch_that_fall_in_a_pause_are_left_out(client: TestClient) -> None:
    headers = player()
    (alice,) = ids()
    seed.insert("collecting_pause", account_id=alice, since="2026-11-20 10:00Z", until="2026-11-20 10:30Z")
    answer = submit(client, headers, listen(BEGAN + 3600), listen(), listen(12), listen(BEGAN - 1800, "Low Tide"))
    reasons = [(each["index"], each["reason"].partition(":")[0]) for each in answer.json()["refused"]]
    assert reasons == [(1, "collecting was paused then"), (2, "`listened_at` is before October 2002")]
    assert [title for _, title, _, _ in played()] == ["Low Tide", "Paper Boats"]


def ids() -> list[int]:
    with connected():
        return [number for (number,) in rows("SELECT id FROM account")]
