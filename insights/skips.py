"""What was skipped: how often, how early, and which tracks and artists most."""

from dataclasses import dataclass
from typing import Any

from db.connection import row, rows
from db.same_recording import OWN_TRACK
from db.sums import SKIPPED
from insights.scope import Scope
from insights.songs import SONG_NAME, shown_as
from insights.sources import IN_SUMS, each_play_beside_sums
from insights.tracks import COLUMNS, JOINS, KnownTrack, known_track
from music import Artist

ANY_LENGTH = 0  # seconds
MOST_REASONS = 50  # Spotify has about twenty

# Sums of any length hold what was told of each track, and how plays ended; plays are read beside them only.
ENDED = each_play_beside_sums(("ms_played", "reason_end", "skipped"))
MEDIAN = f"""
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY heard) FROM (
        SELECT unnest(ms) AS heard FROM skips_in_period WHERE {IN_SUMS}
        UNION ALL SELECT ms_played FROM ({ENDED}) report WHERE {SKIPPED}
    ) skipped
"""
# A song stands in the list as its track with the most plays.
RANK = "row_number() OVER (ORDER BY skipped::float / known DESC, skipped DESC, name) AS rank"
SUMS = "sum(plays)::bigint AS known, sum(skipped)::bigint AS skipped"
ENOUGH = "HAVING sum(plays) >= %(min_plays)s AND sum(skipped) > 0"
# Plays are read once: the ways in which each track ended are far fewer, and all else is counted of them.
COUNTED = f"""
    WITH ended AS MATERIALIZED (
        SELECT track_id, reason_end, {SKIPPED} AS is_skip, count(*) AS plays FROM ({ENDED}) report GROUP BY 1, 2, 3
    ), reasons AS (
        SELECT coalesce(reason_end, 'unknown') COLLATE "C" AS reason, sum(plays)::bigint AS plays,
               coalesce(sum(plays) FILTER (WHERE is_skip IS NOT NULL), 0)::bigint AS known,
               coalesce(sum(plays) FILTER (WHERE is_skip), 0)::bigint AS skipped
        FROM (
            SELECT reason_end, is_skip, plays FROM ended
            UNION ALL SELECT reason_end, {SKIPPED}, reports FROM report_in_period WHERE {IN_SUMS}
        ) parts GROUP BY 1
    ), counted AS (
        SELECT track_id, sum(known)::bigint AS plays, sum(skipped)::bigint AS skipped FROM (
            SELECT track_id, plays AS known, CASE WHEN is_skip THEN plays ELSE 0 END AS skipped
            FROM ended WHERE is_skip IS NOT NULL
            UNION ALL SELECT track_id, told, skipped FROM track_in_period WHERE {IN_SUMS} AND told > 0
        ) parts GROUP BY track_id
    ), heard AS MATERIALIZED (
        SELECT heard.*, song_id, artist_id, artist_key, {SONG_NAME} AS song_name FROM counted heard {OWN_TRACK}
    ), song AS (
        SELECT song_id, min(song_name) AS name, {SUMS} FROM heard GROUP BY song_id {ENOUGH}
    ), top_song AS (SELECT {RANK}, * FROM song ORDER BY 1 LIMIT %(limit)s), shown AS ({shown_as("top_song")}),
    artists AS (
        SELECT artist_id AS id, min(artist_key COLLATE "C") AS name, {SUMS}
        FROM heard WHERE artist_id IS NOT NULL GROUP BY 1 {ENOUGH}
    ), listed (kind, rank, id, known, skipped, reason, plays) AS (
        SELECT 'track', rank, track_id, known, skipped, NULL, NULL::bigint FROM top_song JOIN shown USING (song_id)
        UNION ALL (SELECT 'artist', {RANK}, id, known, skipped, NULL, NULL FROM artists ORDER BY 2 LIMIT %(limit)s)
        UNION ALL
        SELECT 'reason', row_number() OVER (ORDER BY plays DESC, reason), NULL, known, skipped, reason, plays
        FROM reasons
    )
    SELECT kind, rank, listed.id, known, skipped, reason, plays, artist.name, artist.spotify_id, {COLUMNS}
    FROM listed LEFT JOIN artist ON kind = 'artist' AND artist.id = listed.id
    LEFT JOIN track ON kind = 'track' AND track.id = listed.id {JOINS}
    ORDER BY rank
"""


@dataclass(frozen=True, slots=True)
class Reason:
    """How plays ended, as the source calls it; "unknown" where it does not tell."""

    name: str
    plays: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Skipping:
    """`plays` are those known to have been skipped or not."""

    rank: int
    id: int
    plays: int
    skipped: int

    @property
    def rate(self) -> float:
        """From 0 to 1."""
        return self.skipped / self.plays


@dataclass(frozen=True, slots=True)
class Skips:
    """`known` plays are those of which it is known whether they were skipped, `unknown` the others.

    `median_ms` is for how long skipped plays were heard; None where there are none of known length.
    """

    known: int
    skipped: int
    unknown: int
    median_ms: float | None
    reasons: tuple[Reason, ...]
    tracks: tuple[tuple[Skipping, KnownTrack], ...]
    artists: tuple[tuple[Skipping, Artist], ...]

    @property
    def rate(self) -> float | None:
        """From 0 to 1; None where nothing is known."""
        return self.skipped / self.known if self.known else None


def skips(scope: Scope, min_plays: int, limit: int) -> Skips:
    """The first `limit` tracks and artists of those with `min_plays` known plays or more; two queries."""
    values = scope.values(sums=scope.sums(ANY_LENGTH) if scope.track_ids is None else ())
    found: dict[str, list[tuple[Any, ...]]] = {"reason": [], "track": [], "artist": []}
    for kind, *columns in rows(COUNTED, **values, min_plays=min_plays, limit=limit):
        found[kind].append(tuple(columns))
    reasons = [(name, plays, known, skipped) for _, _, known, skipped, name, plays, *_ in found["reason"]]
    plays, known, skipped = (sum(counts[column] for counts in reasons) for column in (1, 2, 3))
    (median,) = row(MEDIAN, **values) or (None,)
    return Skips(
        known,
        skipped,
        plays - known,
        median,
        tuple(Reason(name, plays, skipped) for name, plays, _, skipped in reasons[:MOST_REASONS]),
        tuple((Skipping(*ranked[:4]), known_track(*ranked[8:])) for ranked in found["track"]),
        tuple((Skipping(*ranked[:4]), Artist(*ranked[6:8])) for ranked in found["artist"]),
    )
