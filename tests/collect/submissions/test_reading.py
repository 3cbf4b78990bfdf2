"""Whatever a player sends becomes a play or is refused with the reason."""

import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collect.exports.rows.row_fields import Malformed, TooLittle
from collect.submissions.listens import TOO_EARLY, read_announced, read_submitted
from collect.submissions.scrobbles import Ignored, read_scrobble
from collect.submissions.submitting import submit_listens
from db.engine.connection import connected
from db.people.accounts import ensure_accounts
from music import name_key
from people.accounts import account_named
from tests.collect.submissions.listening import LATEST, LINK, NOON, as_json, listen
from tests.suite.random_cases import costly


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"listened_at": None}, "`listened_at` is not a number of seconds since 1970"),
        ({"listened_at": "1795176000"}, "`listened_at` is not a number of seconds since 1970"),
        *(({"listened_at": early}, TOO_EARLY) for early in (12, 0, 0.0, -0.0, -5)),
        ({"listened_at": int(LATEST.timestamp()) + 1}, "ended in the future"),
        ({"track_metadata": None}, "`track_metadata` is not a JSON object"),
        ({"track_metadata": {"track_name": "Paper Boats"}}, "no `track_name` or no `artist_name`"),
        ({"track_metadata": {"track_name": " ", "artist_name": "x"}}, "no `track_name` or no `artist_name`"),
        ({"track_metadata": {"track_name": 4, "artist_name": "x"}}, "`track_name` is not text"),
        ({"more": "x" * 10_240}, "longer than 10,240 bytes"),
    ],
)
def test_a_listen_that_is_no_play_is_refused_with_the_reason(change: dict[str, Any], reason: str) -> None:
    with pytest.raises((Malformed, TooLittle)) as refusal:
        read_submitted(as_json({**listen(), **change}), LATEST)
    assert str(refusal.value) == reason


DEEP: dict[str, Any] = {}
for _ in range(300):
    DEEP = {"a": DEEP}


@pytest.mark.parametrize(
    "odd",
    [
        {"duration_ms": "213000"}, {"duration_ms": 213_000.4}, {"duration_ms": -1}, {"duration": True},
        {"duration": 0}, {"duration_played": None}, {"artist_mbids": [""]}, {"recording_mbid": "x"},
        {"spotify_id": 5}, {"origin_url": "x" * 2000}, {"isrc": ["a", "b"]}, {"artist_names": "x"},
        {"artist_names": [None, 4]}, {"artist_names": []}, {"tags": {"a": 1}}, {"tracknumber": "1/12"},
        {"spotify_history": {"ts": "2020-01-01T00:00:00Z", "ms_played": 1}}, {"deep": DEEP},
        {"spotify_id": f"spotify:local:{'ö' * 900}"}, {"duration": 240_000}, {"duration_ms": 1e9},
        {"duration_played": 240_000}, {"duration_ms": 1e300},
    ],
)  # fmt: skip
def test_odd_further_fields_do_not_lose_a_listen(odd: dict[str, object]) -> None:
    submitted = read_submitted(as_json(listen(**odd)), LATEST)
    assert (submitted.row.source, submitted.row.name, submitted.row.artist_or_show) == (
        "listenbrainz", "Paper Boats", "The Lanterns"
    )  # fmt: skip
    assert submitted.row.loaded_ms == NOON.timestamp() * 1000
    assert datetime.fromisoformat(submitted.row.played_at) - NOON in (timedelta(0), timedelta(seconds=213))


@pytest.mark.parametrize("album", [5, ["Harbour"], "x" * 1001, "ö" * 651])
def test_an_odd_album_is_left_out(album: object) -> None:
    sent = listen()
    sent["track_metadata"]["release_name"] = album
    submitted = read_submitted(as_json(sent), LATEST)
    assert (submitted.row.name, submitted.row.album) == ("Paper Boats", None)


@pytest.mark.parametrize("field", ["duration", "duration_played"])
def test_a_length_that_ends_in_the_future_is_left_out(field: str) -> None:
    began = LATEST - timedelta(seconds=10)
    submitted = read_submitted(as_json(listen(began, **{"duration": 0, field: 80_000})), LATEST)
    assert (datetime.fromisoformat(submitted.row.played_at), submitted.row.ms_played) == (began, None)


@pytest.mark.parametrize("duration", ["240000", "80000"])
def test_a_scrobble_keeps_no_length_that_cannot_be(duration: str) -> None:
    began = LATEST - timedelta(seconds=10)
    fields = {"artist": "The Lanterns", "track": "Paper Boats", "timestamp": str(int(began.timestamp()))}
    submitted = read_scrobble({**fields, "duration": duration}, LATEST)
    assert datetime.fromisoformat(submitted.row.played_at) == began


def json_values() -> st.SearchStrategy[Any]:
    texts = st.text() | st.sampled_from(["spotify:local:a:b:c:3", LINK, "\u0000", "\ud800", "x" * 1001, "1795176000"])
    numbers = (
        st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([1795176000, 2**31, 1e300])
    )
    plain = st.none() | st.booleans() | numbers | texts
    return st.recursive(plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))


FIELDS = (
    "artist_name", "track_name", "release_name", "spotify_id", "origin_url", "duration_ms", "duration",
    "duration_played", "artist_names", "isrc",
)  # fmt: skip


@pytest.mark.programs
@given(st.data())
def test_whatever_is_sent_is_a_play_or_refused(data: st.DataObject) -> None:
    info = data.draw(st.dictionaries(st.sampled_from(FIELDS), json_values()))
    metadata = {"artist_name": "The Lanterns", "track_name": "Paper Boats", "additional_info": info}
    metadata |= data.draw(st.dictionaries(st.sampled_from(FIELDS[:3]), json_values()))
    began = data.draw(st.sampled_from([1795176000, None]) | json_values())
    with suppress(Malformed, TooLittle):
        submitted = read_submitted(as_json({"listened_at": began, "track_metadata": metadata}), LATEST)
        assert submitted.row.name
        assert submitted.row.artist_or_show
        assert datetime.fromisoformat(submitted.row.played_at) <= LATEST


@costly()
@given(st.lists(st.tuples(st.text(min_size=1, max_size=9), st.text(max_size=9), st.integers(0, 3)), max_size=9))
def test_listens_with_any_names_are_stored_once(database_url: str, named: list[tuple[str, str, int]]) -> None:
    listens = []
    for title, artist, minute in named:
        sent = listen(NOON + timedelta(minutes=minute), artist_names=[artist, title])
        sent["track_metadata"] |= {"track_name": title, "artist_name": artist}
        with suppress(Malformed, TooLittle):
            listens.append(read_submitted(as_json(sent), LATEST))
    with connected():
        ensure_accounts([name := f"u{secrets.token_hex(6)}"], "Europe/Berlin")
        account_id = account_named(name).id
        different = {(each.row.loaded_ms, name_key(each.music.name), name_key(each.music.artist)) for each in listens}
        assert submit_listens(account_id, listens).new == len(different)
        assert submit_listens(account_id, listens).new == 0


def test_further_information_can_be_missing_or_no_object() -> None:
    no_objects: tuple[object, ...] = (None, [], "x")
    for info in no_objects:
        bare = listen()
        bare["track_metadata"]["additional_info"] = info
        assert read_submitted(as_json(bare), LATEST).row.played_at == "2026-11-20T12:00:00.000+00:00"


@pytest.mark.parametrize(
    ("fields", "code", "reason"),
    [
        ({"artist": ""}, 1, "no `artist`"),
        ({"track": "\u200b"}, 2, "no `track`"),
        ({"artist": "x" * 1001}, 1, "`artist` is longer than 1000 characters or 1300 bytes"),
        ({"timestamp": ""}, 3, "`timestamp` is not a number of seconds since 1970"),
        ({"timestamp": "-5"}, 3, "`timestamp` is not a number of seconds since 1970"),
        ({"timestamp": "100"}, 3, "`timestamp` is before October 2002: the player's clock was not set"),
        ({"timestamp": "4795176000"}, 4, "ended in the future"),
        ({"timestamp": "9" * 15}, 4, "`time` is beyond the year 9999"),
    ],
)
def test_a_scrobble_that_is_no_play_is_ignored_with_lastfms_code(
    fields: dict[str, str], code: int, reason: str
) -> None:
    whole = {"artist": "The Lanterns", "track": "Paper Boats", "timestamp": "1795176000", **fields}
    with pytest.raises(Ignored) as ignored:
        read_scrobble(whole, LATEST)
    assert (ignored.value.code, str(ignored.value)) == (code, reason)


def test_a_track_that_is_playing_has_no_time_yet() -> None:
    assert read_announced(as_json({**listen(), "listened_at": None})).row.name == "Paper Boats"
    with pytest.raises(Malformed, match="has no `listened_at` yet"):
        read_announced(as_json(listen()))
