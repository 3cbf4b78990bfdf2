"""A golden row for each kind of play; no two plays share a row."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from export.spotify_history import SpotifyRows, spotify_row
from insights.plays.every_play import StoredPlay
from music import Album, Artist, Track

PLAY = StoredPlay(
    ended_at="2023-05-01T12:34:56.000Z",
    ended_ms=1682944496000,
    started_ms=1682944290000,
    kind="track",
    uri="spotify:track:0123456789abcdefghijAB",
    name="Glass Harbour",
    artist_or_show="The Lanterns",
    album="Tidewater",
    duration_ms=None,
    isrc=None,
    described_id=None,
    ms_played=201000,
    source="extended",
    occurrence=0,
    reason_start="trackdone",
    reason_end="fwdbtn",
    shuffle=True,
    skipped=False,
    offline=False,
    incognito=False,
    platform="ios",
    country="DE",
    context_uri=None,
)
ROW = {
    "ts": "2023-05-01T12:34:56Z",
    "platform": "ios",
    "ms_played": 201000,
    "conn_country": "DE",
    "ip_addr": None,
    "master_metadata_track_name": "Glass Harbour",
    "master_metadata_album_artist_name": "The Lanterns",
    "master_metadata_album_album_name": "Tidewater",
    "spotify_track_uri": "spotify:track:0123456789abcdefghijAB",
    "episode_name": None,
    "episode_show_name": None,
    "spotify_episode_uri": None,
    "audiobook_title": None,
    "audiobook_uri": None,
    "audiobook_chapter_uri": None,
    "audiobook_chapter_title": None,
    "reason_start": "trackdone",
    "reason_end": "fwdbtn",
    "shuffle": True,
    "skipped": False,
    "offline": False,
    "offline_timestamp": 1682944290,
    "incognito_mode": False,
}
NOT_MUSIC = {
    "master_metadata_track_name": None,
    "master_metadata_album_artist_name": None,
    "master_metadata_album_album_name": None,
    "spotify_track_uri": None,
}
UNSAID: dict[str, Any] = {
    "started_ms": None, "reason_start": None, "reason_end": None, "shuffle": None, "skipped": None, "offline": None,
    "incognito": None, "platform": None, "country": None, "album": None,
}  # fmt: skip
ROW_UNSAID = {
    "platform": None, "conn_country": None, "master_metadata_album_album_name": None, "reason_start": None,
    "reason_end": None, "shuffle": None, "skipped": None, "offline": None, "offline_timestamp": None,
    "incognito_mode": None,
}  # fmt: skip


def test_a_play_of_an_extended_export_gives_its_original_row_in_spotifys_order() -> None:
    row = spotify_row(PLAY)
    assert row == ROW
    assert list(row) == list(ROW)


@pytest.mark.parametrize(
    ("play", "row"),
    [
        (
            {"source": "account", "uri": None, "ms_played": 1, **UNSAID},
            {"ms_played": 1, "spotify_track_uri": None, **ROW_UNSAID, "insight": {"source": "account"}},
        ),
        (
            {"source": "recent", "ms_played": None, "duration_ms": 213000, "ended_at": "2023-05-01T12:34:56.789Z",
             "context_uri": "spotify:album:1", **UNSAID},
            {"ms_played": 213000, **ROW_UNSAID,
             "insight": {"source": "recent", "played_at": "2023-05-01T12:34:56.789Z", "ms_played": None,
                         "context_uri": "spotify:album:1"}},
        ),
        (
            {"source": "recent", "ms_played": None, **UNSAID},
            {"ms_played": 0, **ROW_UNSAID, "insight": {"source": "recent", "ms_played": None}},
        ),
        (
            {"source": "current", "started_ms": 1682944290123, "ms_played": 0, "duration_ms": 213000},
            {"offline_timestamp": 1682944290123, "ms_played": 0, "insight": {"source": "current"}},
        ),
        ({"occurrence": 2}, {"insight": {"occurrence": 2}}),
        (
            {"name": None, "artist_or_show": None, "album": None},
            {"master_metadata_track_name": None, "master_metadata_album_artist_name": None,
             "master_metadata_album_album_name": None},
        ),
        ({"uri": "spotify:local:A:B:C:10"}, {"spotify_track_uri": "spotify:local:A:B:C:10"}),
        (
            {"kind": "episode", "uri": "spotify:episode:1", "name": "Tides", "artist_or_show": "Sea Talk",
             "album": None},
            {**NOT_MUSIC, "episode_name": "Tides", "episode_show_name": "Sea Talk",
             "spotify_episode_uri": "spotify:episode:1"},
        ),
        (
            {"kind": "chapter", "uri": "spotify:episode:2", "name": "Chapter 1", "artist_or_show": "The Lighthouse",
             "album": None},
            {**NOT_MUSIC, "audiobook_title": "The Lighthouse", "audiobook_chapter_uri": "spotify:episode:2",
             "audiobook_chapter_title": "Chapter 1"},
        ),
    ],
    ids=["account data", "recently played", "of unknown length", "currently playing", "a twin", "URI only",
         "local file", "podcast", "audiobook"],
)  # fmt: skip
def test_every_kind_of_play_has_its_row(play: dict[str, Any], row: dict[str, Any]) -> None:
    assert spotify_row(replace(PLAY, **play)) == {**ROW, **row}


@pytest.mark.parametrize(
    ("started_ms", "stamp"),
    [(1682944290000, 1682944290), (1682944290001, 1682944290001), (999_999_999_000, 999_999_999_000), (None, None)],
    ids=["whole seconds", "a fraction", "too long ago for seconds", "unknown"],
)
def test_the_start_is_in_the_unit_that_readers_expect(started_ms: int | None, stamp: int | None) -> None:
    assert spotify_row(replace(PLAY, started_ms=started_ms))["offline_timestamp"] == stamp


def test_a_row_contains_what_spotify_knows_about_its_track() -> None:
    lanterns = Artist("The Lanterns", "0OdUWJ0sBjDrqHygUXeCF9")
    album = Album("Tidewater", (lanterns,), "2noRn2Aes5aoNVsU6iWThc", "2019-05", "https://i.scdn.co/image/1")
    track = Track("Glass Harbour", (lanterns, Artist("A Guest")), album, PLAY.uri, 213000, "QZES71982312")
    assert orjson.loads(orjson.dumps(spotify_row(PLAY, track)))["insight"] == {
        "track": {
            "name": "Glass Harbour",
            "uri": "spotify:track:0123456789abcdefghijAB",
            "duration_ms": 213000,
            "isrc": "QZES71982312",
            "artists": [
                {"name": "The Lanterns", "spotify_id": "0OdUWJ0sBjDrqHygUXeCF9"},
                {"name": "A Guest", "spotify_id": None},
            ],
            "album": {
                "name": "Tidewater",
                "spotify_id": "2noRn2Aes5aoNVsU6iWThc",
                "release_date": "2019-05",
                "image_url": "https://i.scdn.co/image/1",
                "artists": [{"name": "The Lanterns", "spotify_id": "0OdUWJ0sBjDrqHygUXeCF9"}],
            },
        }
    }


def test_no_plays_give_no_rows() -> None:
    assert SpotifyRows(1).rows([]) == []


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
texts = st.none() | st.sampled_from("ab")
flags = st.none() | st.booleans()


@st.composite
def plays(draw: st.DrawFn) -> StoredPlay:
    ended_ms = draw(st.integers(1_160_000_000, 1_900_000_000)) * 1000 + draw(st.sampled_from([0, 1, 999]))
    kind = draw(st.sampled_from(["track", "episode", "chapter"]))
    uri = draw(st.none() | st.just(f"spotify:{kind}:1"))
    ended_at = (EPOCH + timedelta(milliseconds=ended_ms)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return StoredPlay(
        ended_at=ended_at, ended_ms=ended_ms, started_ms=draw(st.none() | st.integers(10**11, ended_ms)),
        kind=kind, uri=uri, name=draw(texts if uri else st.just("a")), artist_or_show=draw(st.sampled_from("ab")),
        album=draw(texts) if kind == "track" else None, duration_ms=draw(st.none() | st.just(5)), isrc=None,
        described_id=None, ms_played=draw(st.none() | st.integers(0, 6)),
        source=draw(st.sampled_from(["recent", "extended", "account"])), occurrence=draw(st.integers(0, 2)),
        reason_start=draw(texts), reason_end=draw(texts), shuffle=draw(flags), skipped=draw(flags),
        offline=draw(flags), incognito=draw(flags), platform=draw(texts), country=draw(texts), context_uri=draw(texts),
    )  # fmt: skip


def read_back(row: dict[str, Any], duration_ms: int | None) -> StoredPlay:
    """Reads a row by its definition, sharing no code with the writer."""
    extra = row.get("insight", {})
    ended = datetime.fromisoformat(extra.get("played_at", row["ts"]))
    stamp = row["offline_timestamp"]
    kind, uri, name, by = next(
        (kind, row[uri], row[name], row[by])
        for kind, uri, name, by in (
            ("track", "spotify_track_uri", "master_metadata_track_name", "master_metadata_album_artist_name"),
            ("episode", "spotify_episode_uri", "episode_name", "episode_show_name"),
            ("chapter", "audiobook_chapter_uri", "audiobook_chapter_title", "audiobook_title"),
        )
        if row[uri] or row[by]
    )
    return StoredPlay(
        ended.isoformat(timespec="milliseconds").replace("+00:00", "Z"), (ended - EPOCH) // timedelta(milliseconds=1),
        stamp if stamp is None or stamp >= 1e11 else stamp * 1000, kind, uri, name, by,
        row["master_metadata_album_album_name"], duration_ms, None, None, extra.get("ms_played", row["ms_played"]),
        extra.get("source", "extended"), extra.get("occurrence", 0), row["reason_start"], row["reason_end"],
        row["shuffle"], row["skipped"], row["offline"], row["incognito_mode"], row["platform"], row["conn_country"],
        extra.get("context_uri"),
    )  # fmt: skip


@given(plays())
def test_a_row_contains_everything_about_its_play(play: StoredPlay) -> None:
    row = orjson.loads(orjson.dumps(spotify_row(play)))
    assert read_back(row, play.duration_ms) == play
    assert list(row)[:23] == list(ROW)
    assert type(row["ms_played"]) is int
    assert row["ip_addr"] is None
