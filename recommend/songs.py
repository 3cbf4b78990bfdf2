"""A listener's plays before a cut-off, song by song: how often, when, and what some half-lives leave of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from db.connection import row, rows
from db.same_recording import RECORDING_JOINS
from recommend.names import song_key

HALF_LIVES = (3, 7, 14, 30, 90, 180)  # days
NEWNESS_HALF_LIFE = timedelta(days=30)
# A play counts from 30 seconds. A source that does not know the length (recently-played) is taken at its word.
HEARD = "coalesce(ms_played, 30000) >= 30000"
BEFORE = "account_id = %(account_id)s AND played_at < %(as_of)s AND track_id IS NOT NULL"
LAST = f"SELECT max(played_at) FROM counted_play WHERE {BEFORE} AND {HEARD}"
# Ages count back from the last play, not from the cut-off: the order is the same, and an export that ends years ago
# keeps weights that are numbers. PostgreSQL refuses to write what is smaller than e^-700. Rounded, so that no change
# of the order of summing shows.
WEIGHT = (
    "round(coalesce(sum(exp(greatest(age * ln(0.5::float8) / {}, -700))) FILTER (WHERE heard), 0)::numeric, 9)::float8"
)
# Title and artist of a track as the listener's choice has it; beside RECORDING_JOINS.
NAMES = "coalesce(chosen.name, track.name, track.uri), coalesce(chosen.artist_name, track.artist_name, track.uri)"
TRACKS = f"""
    WITH begun AS MATERIALIZED (
        SELECT track_id, played_at, {HEARD} AS heard,
               extract(epoch FROM %(last)s - played_at)::float8 / 86400 AS age
        FROM counted_play WHERE {BEFORE}
    ), tracks AS (
        SELECT track_id, (count(*) FILTER (WHERE heard))::int AS plays,
               min(played_at) FILTER (WHERE heard) AS first, max(played_at) FILTER (WHERE heard) AS last,
               (count(*) FILTER (WHERE heard AND played_at >= %(as_of)s - interval '14 days'))::int AS fortnight,
               (count(*) FILTER (WHERE heard AND played_at >= %(as_of)s - interval '30 days'))::int AS month,
               (count(*) FILTER (WHERE heard AND played_at >= %(last)s - interval '90 days'))::int AS quarter,
               ARRAY[{", ".join(WEIGHT.format(half_life) for half_life in HALF_LIVES)}] AS weights
        FROM begun GROUP BY track_id
    )
    SELECT tracks.track_id, track.uri, {NAMES}, album.name, alone.track_id IS NOT NULL,
           plays, fortnight, month, quarter, first, last, weights
    FROM tracks JOIN track ON track.id = tracks.track_id {RECORDING_JOINS} LEFT JOIN album ON album.id = track.album_id
    ORDER BY tracks.track_id
"""


@dataclass(frozen=True, slots=True)
class Song:
    """All versions of one recording in a listener's history; `track_id` and `uri` are of the one heard last.

    `weights` are its plays, each halved for every half-life (HALF_LIVES) between it and the listener's last play;
    `newness` is 1 for a song first heard then, halved for every 30 days before. `fortnight` and `month` count plays in
    the 14 and 30 days before the cut-off, `quarter` those in the 90 days up to the listener's last play.
    """

    key: str
    track_id: int
    uri: str | None
    name: str
    artist: str
    album: str | None
    plays: int
    fortnight: int
    month: int
    quarter: int
    first: datetime
    last: datetime
    weights: tuple[float, ...]
    newness: float

    def decay(self, half_life: int) -> float:
        """Its plays, each halved for every `half_life` days (one of HALF_LIVES) since."""
        return self.weights[HALF_LIVES.index(half_life)]


@dataclass(frozen=True, slots=True)
class PlayedTrack:
    """A track of a history, as it was played: like Song, for one version. `alone`: the listener wants it apart."""

    track_id: int
    uri: str | None
    name: str
    artist: str
    album: str | None
    alone: bool
    plays: int
    fortnight: int
    month: int
    quarter: int
    first: datetime
    last: datetime
    weights: tuple[float, ...]

    @property
    def key(self) -> str:
        """Of the song that it is a version of."""
        return version_key(self.track_id, self.name, self.artist, alone=self.alone)


def version_key(track_id: int, name: str, artist: str, *, alone: bool) -> str:
    """The key of the song that a track is a version of, by its NAMES; its own where the listener wants it apart."""
    return song_key(artist, name) + (f"\x1f{track_id}" if alone else "")


@dataclass(frozen=True, slots=True)
class Listening:
    """What was heard before a cut-off, and the keys of all that was begun, however shortly."""

    songs: tuple[Song, ...]
    begun: frozenset[str]


def listening_before(account_id: int, as_of: datetime) -> Listening:
    """Of the plays that count before `as_of`."""
    (last,) = row(LAST, account_id=account_id, as_of=as_of) or (None,)
    found = rows(TRACKS, account_id=account_id, as_of=as_of, last=last or as_of)
    begun = frozenset(song_key(artist, name) for _, _, name, artist, *_ in found)
    heard = [PlayedTrack(*told, weights=tuple(weights)) for *told, weights in found if told[6]]
    return Listening(songs_of(heard, last or as_of), begun)


def songs_of(tracks: Iterable[PlayedTrack], last: datetime) -> tuple[Song, ...]:
    """Versions put together, in the order of their keys; `last` is the listener's last play."""
    keyed = sorted(((track.key, track) for track in tracks), key=lambda pair: (pair[0], pair[1].track_id))
    return tuple(_song(key, [track for _, track in group], last) for key, group in groupby(keyed, key=lambda p: p[0]))


def _song(key: str, versions: Sequence[PlayedTrack], last: datetime) -> Song:
    shown = max(versions, key=attrgetter("last"))  # of equals the lowest number
    first = min(track.first for track in versions)
    weights = tuple(round(sum(each), 9) for each in zip(*(track.weights for track in versions), strict=True))
    return Song(
        key,
        shown.track_id,
        shown.uri,
        shown.name,
        shown.artist,
        shown.album or next((track.album for track in versions if track.album), None),
        sum(track.plays for track in versions),
        sum(track.fortnight for track in versions),
        sum(track.month for track in versions),
        sum(track.quarter for track in versions),
        first,
        shown.last,
        weights if len(versions) > 1 else versions[0].weights,
        0.5 ** ((last - first) / NEWNESS_HALF_LIFE),
    )
