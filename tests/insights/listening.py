"""Listening for property tests: generated histories, stored as they are, and what counts of them in plain Python.

Every question is asked twice: of the database, and of `Life.plays(scope)`, a list to compute with by hand.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from collect.period_sums import sum_up
from db.engine.connection import connected, rows
from db.sums import forget_sums
from insights.answers.parameters import By
from insights.answers.periods import BEGINNING, Period, bounded_period, named_period
from insights.answers.so_far import compared_so_far
from insights.plays.scope import Scope
from music import name_key
from people.days import Zones
from tests.web.seed import insert, learn, lives_in

NUMBERS = count()
TODAY = date(2024, 3, 31)  # a Sunday on which Berlin's clock skips an hour
# Zones with summer time at other dates, of half an hour, with quarters of an hour, and one that gives it up.
ZONES = (
    "Europe/Berlin", "America/New_York", "Asia/Kolkata", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu",
    "Pacific/Chatham", "Africa/Casablanca", "UTC",
)  # fmt: skip
# Moments at odd days: changes of the clock, ends of years, of ISO weeks and of February.
MOMENTS = (
    datetime(2023, 10, 29, 0, 30, tzinfo=UTC),
    datetime(2023, 12, 31, 22, 45, tzinfo=UTC),
    datetime(2024, 1, 1, 3, 0, tzinfo=UTC),
    datetime(2024, 2, 28, 23, 15, tzinfo=UTC),
    datetime(2024, 3, 10, 6, 50, tzinfo=UTC),
    datetime(2024, 3, 30, 23, 40, tzinfo=UTC),
    datetime(2024, 3, 31, 0, 55, tzinfo=UTC),
    datetime(2022, 7, 1, 12, 0, tzinfo=UTC),
)
# Until when periods are summed: none; 2022, 2023 and months of 2024; all but December of 2024.
SUMS_UNTIL = (None, datetime(2024, 6, 15, tzinfo=UTC), datetime(2025, 1, 1, 12, tzinfo=UTC))
PERIODS = (
    "today", "week", "month", "year", "all", "2023", "2024", "2024-03", "2023-12", "2024-W13", "2023-W52", "2024-W01",
    "2024-03-31", "2024-03-10", "2023-10-29",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Song:
    """A track of the small catalogue. Tracks with the same `recording` have one ISRC and count as one in rankings."""

    name: str
    artist: str | None
    album: str | None
    duration_ms: int | None
    recording: int


SONGS = (
    Song("Paper Boats", "The Lanterns", "Harbour", 213_000, 0),
    Song("Paper Boats (again)", "The Lanterns", "Best of", 213_500, 0),  # the same recording
    Song("Low Tide", "The Lanterns", "Harbour", 20_000, 2),
    Song("Glass", "Quiet Rooms", "Walls", None, 3),
    Song("Echo", "Quiet Rooms", None, 95_000, 4),
    Song("Unnamed", None, None, 180_000, 5),
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A play to be stored; `hidden` if another report supersedes it or a rule excludes it."""

    played_at: datetime
    song: int
    ms_played: int | None
    hidden: str | None = None


@dataclass(frozen=True, slots=True)
class Played:
    """A play that counts for a scope; `local` is its local time, without a zone."""

    played_at: datetime
    local: datetime
    place: int
    id: int
    track_id: int
    song: Song
    ms: int


moments = st.builds(
    Moment,
    st.builds(
        lambda base, minutes, ms: base + timedelta(minutes=minutes, milliseconds=ms),
        st.sampled_from(MOMENTS),
        st.integers(-600, 600),
        st.sampled_from([0, 0, 1, 999]),
    ),
    st.integers(0, len(SONGS) - 1),
    st.sampled_from([None, 0, 5_000, 29_999, 30_000, 31_000, 95_000, 200_000, 213_000, 3_600_000]),
    st.sampled_from([None, None, None, None, "superseded", "excluded"]),
)
BY: tuple[By, ...] = ("plays", "time")
measures = st.sampled_from(BY)
histories = st.lists(moments, max_size=40)
zones = st.builds(
    lambda first, moves: Zones((*sorted(moves, reverse=True), (datetime(1, 1, 3, tzinfo=UTC), first))),
    st.sampled_from(ZONES),
    st.lists(
        st.tuples(st.sampled_from([moment + timedelta(hours=5) for moment in MOMENTS]), st.sampled_from(ZONES)),
        max_size=2,
        unique_by=lambda move: move[0],
    ),
)


@st.composite
def periods(draw: st.DrawFn, zones: Zones, names: Sequence[str] = PERIODS) -> Period:
    """A named period, which may be running, or one between two instants."""
    if draw(st.integers(0, 3)):
        week_starts = draw(st.sampled_from(["monday", "sunday"]))
        period = named_period(draw(st.sampled_from(names)), zones, TODAY, week_starts)
        return compared_so_far(period, zones, draw(moments).played_at)
    ends = sorted(draw(st.lists(moments, min_size=2, max_size=2)), key=lambda moment: moment.played_at)
    start, end = ends[0].played_at, ends[1].played_at + timedelta(milliseconds=1)
    return bounded_period(*draw(st.sampled_from([(start, end), (start, None), (None, end)])))


@dataclass
class Life:
    """An account with its history, in the database and here. Needs the fixture `database_url`.

    If `sums_until` is given, answers also use sums, of the periods that were over then.
    """

    history: Sequence[Moment]
    zones: Zones
    sums_until: datetime | None = None
    account_id: int = field(init=False)
    track_ids: list[int] = field(init=False)
    artist_ids: dict[str, int] = field(init=False)
    album_ids: dict[tuple[str | None, str], int] = field(init=False)
    play_ids: list[int] = field(init=False)
    places: list[int] = field(init=False)

    def __post_init__(self) -> None:
        number = next(NUMBERS)
        self.account_id = insert("account", username=f"listener{number}")
        for since, zone in self.zones.moves[:-1]:
            lives_in(self.account_id, zone, since.isoformat())
        lives_in(self.account_id, self.zones.moves[-1][1], "-infinity")
        self._store_songs(number)
        self._store_plays()

    def _store_songs(self, number: int) -> None:
        self.artist_ids, self.album_ids, self.track_ids = {}, {}, []
        for place, song in enumerate(SONGS):
            if song.artist and song.artist not in self.artist_ids:
                self.artist_ids[song.artist] = insert(
                    "artist", name=song.artist, spotify_id=f"{number:04}{song.artist[0] * 18}"
                )
            key = (song.artist, song.album or "")
            if song.album and key not in self.album_ids:
                self.album_ids[key] = insert(
                    "album",
                    name=song.album,
                    artist_id=self.artist_ids.get(song.artist or ""),
                    spotify_id=f"{number:04}{place:018}",
                )
            track_id = insert(
                "track",
                uri=f"spotify:track:{number:011}{place:011}",
                name=song.name,
                artist_name=song.artist,
                album_id=self.album_ids.get(key),
                duration_ms=song.duration_ms,
                isrc=f"GBAYE{number + 1:06}{song.recording}",
            )
            if song.artist:
                insert("track_artist", track_id=track_id, position=0, artist_id=self.artist_ids[song.artist])
            self.track_ids.append(track_id)

    def _store_plays(self) -> None:
        with connected():
            ((rule,),) = rows(
                "INSERT INTO exclusion (account_id, kind) VALUES (%s, 'incognito') RETURNING id", self.account_id
            )
            stored = rows(
                "INSERT INTO play (account_id, source, played_at, track_id, ms_played, digest, excluded_by) "
                "SELECT %s, 'extended', * FROM unnest(%s::timestamptz[], %s::bigint[], %s::int[], %s::bigint[], "
                "%s::bigint[]) RETURNING id, place",
                self.account_id,
                [moment.played_at for moment in self.history],
                [self.track_ids[moment.song] for moment in self.history],
                [moment.ms_played for moment in self.history],
                [secrets.randbits(62) for _ in self.history],
                [rule if moment.hidden == "excluded" else None for moment in self.history],
            )
            self.play_ids, self.places = [play_id for play_id, _ in stored], [place for _, place in stored]
            hidden = [
                play_id
                for play_id, moment in zip(self.play_ids, self.history, strict=True)
                if moment.hidden == "superseded"
            ]
            rows("UPDATE play SET superseded_by = id WHERE id = ANY(%s) RETURNING 1", hidden)
        learn(self.account_id)

    def scope(self, period: Period, min_seconds: int = 30, **more: object) -> Scope:
        """Recompute sums, because reported values may have changed."""
        scope = Scope(self.account_id, self.zones, period, min_seconds, **more)  # type: ignore[arg-type] # as given
        if self.sums_until is None:
            return scope
        with connected():
            forget_sums(self.account_id, None, None)
            sum_up(self.account_id, self.sums_until)
            return scope.with_sums()

    def plays(self, scope: Scope) -> list[Played]:
        """The plays that count for the scope, by when they ended; of those that ended together, the longest first."""
        collected = []
        for play_id, place, moment in zip(self.play_ids, self.places, self.history, strict=True):
            song, track_id = SONGS[moment.song], self.track_ids[moment.song]
            if (
                moment.hidden is None
                and scope.period.start <= moment.played_at < scope.period.end
                and _is_long_enough(moment, song, scope.min_seconds)
                and (scope.track_ids is None or track_id in scope.track_ids)
            ):
                ms = moment.ms_played if moment.ms_played is not None else song.duration_ms or 0
                local = local_time(moment.played_at, scope.zones)
                collected.append(Played(moment.played_at, local, place, play_id, track_id, song, ms))
        return sorted(collected, key=lambda played: (played.played_at, played.place))

    def item_ids(self, kind: str, played: Played) -> set[int]:
        """The ids that the "track", "artist" or "album" of a play may have in an answer."""
        song = played.song
        if kind == "track":
            return set(self.recording_ids(played))
        if kind == "artist":
            return {self.artist_ids[song.artist]} if song.artist else set()
        return {self.album_ids[song.artist, song.album]} if song.album else set()

    def recording_ids(self, played: Played) -> list[int]:
        """Every track that counts as the same song as the played one."""
        return [
            track_id
            for track_id, song in zip(self.track_ids, SONGS, strict=True)
            if song.recording == played.song.recording
        ]


def song_name(plays: Iterable[Played]) -> str:
    """The name of the song with these plays, by which ties are ordered."""
    return min(f"{name_key(played.song.name)}\x1f{name_key(played.song.artist or '')}" for played in plays)


def _is_long_enough(moment: Moment, song: Song, min_seconds: int) -> bool:
    if moment.ms_played is not None:
        return moment.ms_played >= min_seconds * 1000
    return min_seconds <= 30 or (song.duration_ms is not None and song.duration_ms >= min_seconds * 1000)


def local_time(instant: datetime, zones: Zones) -> datetime:
    """The listener's local time, without a zone."""
    return instant.astimezone(ZoneInfo(zones.at(max(instant, BEGINNING)))).replace(tzinfo=None)


@st.composite
def lives(draw: st.DrawFn) -> Life:
    return Life(draw(histories), draw(zones), draw(st.sampled_from(SUMS_UNTIL)))
