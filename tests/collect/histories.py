"""Listening as it happened, and as each source reports it: random input for the property tests of matching."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from collect.exports.streaming_history import ImportReport, import_history
from collect.live import hearing as live
from collect.live.storing import store_heard
from collect.progress import ImportProgress
from collect.recent import store_recent
from db.engine.connection import connected, database, rows
from music import Artist, Play, Track

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
TITLES = ("Glass Harbour", "Paper Boats", "Low Tide")


class Silent(ImportProgress):
    """Progress that is not shown."""

    def __init__(self) -> None:
        super().__init__(lambda *_: None)


@dataclass(frozen=True, slots=True)
class Heard:
    """A play as it happened, and how the sources see it."""

    ended_at: datetime
    title: int
    ms_played: int
    shift: timedelta = timedelta(0)  # of recently-played's time against the export's
    relinked: bool = False  # recently-played shows another id of the same recording
    sources: frozenset[str] = frozenset({"old", "new", "account", "recent", "current"})


def uri(title: int, *, relinked: bool = False) -> str:
    return f"spotify:track:{'R' if relinked else 'T'}{title:021}"


def extended_row(heard: Heard, *, old: bool) -> dict[str, Any]:
    """The play as an export of 2019 (`old`) or of 2025 writes it."""
    row = {
        "ts": f"{heard.ended_at:%Y-%m-%dT%H:%M:%SZ}",
        "ms_played": heard.ms_played,
        "spotify_track_uri": uri(heard.title),
        "master_metadata_track_name": TITLES[heard.title],
        "master_metadata_album_artist_name": "The Lanterns",
        "platform": "Android OS 4.2.2 API 17" if old else "android",
        "conn_country": "DE",
        "skipped": None if old else heard.ms_played < 30_000,
    }
    return {**row, "username": "somebody"} if old else {**row, "offline_timestamp": 0}


def account_row(heard: Heard) -> dict[str, Any]:
    return {
        "endTime": f"{heard.ended_at:%Y-%m-%d %H:%M}",
        "artistName": "The Lanterns",
        "trackName": TITLES[heard.title],
        "msPlayed": heard.ms_played,
    }


def recent_play(heard: Heard) -> Play:
    track = Track(
        TITLES[heard.title],
        (Artist("The Lanterns", "L" * 22), Artist("A Guest", "G" * 22)),
        uri=uri(heard.title, relinked=heard.relinked),
    )
    return Play(heard.ended_at + heard.shift, track)


COLLECTED = ("recent", "current")
SOURCES = ("old", "new", "account", *COLLECTED)


def heard_live(heard: Heard) -> live.Heard:
    """As live collecting reports it, if it did not see the play's end."""
    track, ended_at = recent_play(heard).item, heard.ended_at + heard.shift / 2
    assert isinstance(track, Track)
    return live.Heard(track, None, ended_at - timedelta(milliseconds=heard.ms_played), ended_at, heard.ms_played)


SOME_SOURCES = st.sets(st.sampled_from(SOURCES), min_size=1).map(frozenset)


def histories(
    *,
    apart: tuple[int, int] = (0, 200),
    shift: int = 120_000,
    sources: st.SearchStrategy[frozenset[str]] = SOME_SOURCES,
) -> st.SearchStrategy[list[Heard]]:
    """Up to 14 plays; `apart` bounds the seconds between two ends, `shift` the milliseconds of recently-played's."""
    drawn_play = st.tuples(
        st.integers(*apart),
        st.integers(0, len(TITLES) - 1),
        st.sampled_from([3_000, 40_000, 40_000, 180_000]),
        st.integers(-shift, shift),
        st.booleans(),
        sources,
    )
    return st.lists(drawn_play, min_size=1, max_size=14).map(_heard)


def loops() -> st.SearchStrategy[list[Heard]]:
    """Short tracks again and again, each play reported by the same sources.

    No two plays have the same length: in an account export, nothing else distinguishes two plays of the same minute.
    """
    repeated = SOME_SOURCES.flatmap(lambda sources: histories(apart=(25, 90), shift=9_000, sources=st.just(sources)))
    return repeated.map(lambda history: [replace(heard, ms_played=30_000 + n) for n, heard in enumerate(history)])


def _heard(drawn: list[tuple[int, int, int, int, bool, frozenset[str]]]) -> list[Heard]:
    now, plays = NOON, []
    for seconds, title, ms_played, shift, relinked, sources in drawn:
        now += timedelta(seconds=seconds)
        plays.append(Heard(now, title, ms_played, timedelta(milliseconds=shift), relinked, sources))
    return plays


@dataclass(frozen=True, slots=True)
class Arrival:
    """One import or one page of recently-played: what reaches us at once."""

    source: str
    plays: tuple[Heard, ...]

    def arrive(self, account_id: int, folder: Path) -> ImportReport | None:
        if self.source == "recent":
            with connected():
                store_recent(account_id, [recent_play(heard) for heard in self.plays], page_is_full=False)
            return None
        if self.source == "current":
            with connected(), database.atomic():
                store_heard(account_id, [heard_live(heard) for heard in self.plays])
            return None
        path = folder / ("StreamingHistory_music_0.json" if self.source == "account" else "endsong_0.json")
        exported_rows = [
            account_row(heard) if self.source == "account" else extended_row(heard, old=self.source == "old")
            for heard in self.plays
        ]
        path.write_text(json.dumps(exported_rows))
        return import_history(account_id, [path], Silent())


def arrivals(history: Sequence[Heard], pieces: int = 2) -> list[Arrival]:
    """What the sources report of a history, each in at most `pieces` overlapping pieces."""
    all_arrivals: list[Arrival] = []
    for source in SOURCES:
        reported = [heard for heard in history if source in heard.sources]
        size = max(-(-len(reported) // pieces), 1)
        starts = range(0, len(reported), size)
        all_arrivals += [Arrival(source, tuple(reported[max(start - 1, 0) : start + size])) for start in starts]
    return all_arrivals


STATE = """
    SELECT play.source, play.played_at, coalesce(track.uri, track.name), play.ms_played, play.occurrence, play.platform,
           play.skipped, better.source, better.played_at, better.digest
    FROM play JOIN track ON track.id = play.track_id
    LEFT JOIN play better ON better.account_id = play.account_id AND better.id = play.superseded_by
    WHERE play.account_id = %s ORDER BY play.played_at, play.digest
"""


def state(account_id: int) -> list[tuple[Any, ...]]:
    """Every report of an account, and the report that supersedes it."""
    with connected():
        return rows(STATE, account_id)


def counted(account_id: int) -> list[tuple[Any, ...]]:
    with connected():
        return rows(
            "SELECT source, played_at, name, ms_played "
            "FROM counted_play JOIN account_track USING (account_id, track_id) "
            "WHERE account_id = %s ORDER BY played_at, name, ms_played",
            account_id,
        )
