"""A listener's plays before a cut-off, song by song: how often, when, and what is left of each after some half-lives."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from db.connection import rows
from insights.recordings import RECORDING_JOINS
from recommend.names import song_key

HALF_LIVES = (3, 7, 14, 30, 90, 180)  # days
NEWNESS_HALF_LIFE = 30  # days
LEAST_EXPONENT = -700  # what is smaller is nothing, and PostgreSQL refuses to write it
# A play counts from 30 seconds. A source that does not know the length (recently-played) is taken at its word.
# Half-lives count back from the last play, not from the cut-off: the order is the same, and an export that ends
# years ago keeps weights that are numbers. Rounded, so that no change of the order of summing shows.
AGE = "extract(epoch FROM %(last)s - played_at)::float8 / 86400"
DECAY = "round(sum(exp(greatest({age} * ln(0.5::float8) / {half_life}, {least})))::numeric, 9)::float8"
WEIGHTS = ", ".join(
    DECAY.format(age="age", half_life=half_life, least=LEAST_EXPONENT) for half_life in HALF_LIVES
)  # fmt: skip
TRACKS = f"""
    WITH heard AS MATERIALIZED (
        SELECT track_id, played_at, {AGE} AS age FROM counted_play
        WHERE account_id = %(account_id)s AND played_at < %(as_of)s
          AND track_id IS NOT NULL AND coalesce(ms_played, 30000) >= 30000
    ), tracks AS (
        SELECT track_id, count(*)::int AS plays, min(played_at) AS first, max(played_at) AS last,
               count(DISTINCT (played_at AT TIME ZONE %(zone)s)::date)::int AS days,
               (count(*) FILTER (WHERE played_at >= %(as_of)s - interval '14 days'))::int AS fortnight,
               (count(*) FILTER (WHERE played_at >= %(as_of)s - interval '30 days'))::int AS month,
               {WEIGHTS}
        FROM heard GROUP BY track_id
    )
    SELECT tracks.*, track.uri, coalesce(chosen.name, track.name), coalesce(chosen.artist_name, track.artist_name),
           album.name, alone.track_id IS NOT NULL
    FROM tracks JOIN track ON track.id = tracks.track_id {RECORDING_JOINS}
    LEFT JOIN album ON album.id = track.album_id
"""


@dataclass(frozen=True, slots=True)
class Song:
    """All versions of one recording in a listener's history; `track_id` and `uri` are of the one heard last.

    `weights` are its plays, each halved for every half-life (HALF_LIVES) between it and the listener's last play;
    `newness` is 1 for a song first heard then, halved for every 30 days before. `fortnight` and `month` count plays
    in the 14 and 30 days before the cut-off, `days` those on which it was heard.
    """

    key: str
    track_id: int
    uri: str | None
    name: str
    artist: str
    album: str | None
    plays: int
    days: int
    fortnight: int
    month: int
    first: datetime
    last: datetime
    weights: tuple[float, ...]
    newness: float

    def decay(self, half_life: int) -> float:
        """Its plays, each halved for every `half_life` days (one of HALF_LIVES) since."""
        return self.weights[HALF_LIVES.index(half_life)]
