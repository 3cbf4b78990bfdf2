"""What was skipped: how often, how early, and which tracks and artists most."""

from dataclasses import dataclass

from db.connection import row, rows
from db.same_recording import RECORDING, RECORDING_JOINS
from insights.reports import each_report
from insights.scope import Scope
from insights.tracks import COLUMNS, JOINS, KnownTrack, known_track
from music import Artist

MOST_REASONS = 50  # Spotify has about twenty

# True, false, or null where the source tells nothing. A source's own word counts more than how the play ended.
SKIPPED = "coalesce(skipped, nullif(reason_end, 'unknown') IN ('fwdbtn', 'backbtn'))"
MEDIAN = f"""
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms_played)
    FROM ({each_report("ms_played", "reason_end", "skipped")}) report WHERE {SKIPPED}
"""
REASONS = f"""
    SELECT coalesce(reason_end, 'unknown') COLLATE "C", count(*), count({SKIPPED}), count(*) FILTER (WHERE {SKIPPED})
    FROM ({each_report("reason_end", "skipped")}) report GROUP BY 1 ORDER BY 2 DESC, 1
"""
# A recording stands in the list as its track with the most plays; of equals the lowest number comes first.
RANK = "row_number() OVER (ORDER BY skipped::float / known DESC, skipped DESC, id)"
ENOUGH = "HAVING sum(known) >= %(min_plays)s AND sum(skipped) > 0"
MOST = f"""
    WITH heard AS MATERIALIZED (
        SELECT track_id, count({SKIPPED}) AS known, count(*) FILTER (WHERE {SKIPPED}) AS skipped
        FROM ({each_report("reason_end", "skipped")}) report GROUP BY 1 HAVING count({SKIPPED}) > 0
    ), tracks AS (
        SELECT (array_agg(track.id ORDER BY known DESC, track.id))[1] AS id, sum(known)::bigint AS known,
               sum(skipped)::bigint AS skipped
        FROM heard JOIN track ON track.id = heard.track_id {RECORDING_JOINS} GROUP BY {RECORDING} {ENOUGH}
    ), artists AS (
        SELECT artist_id AS id, sum(known)::bigint AS known, sum(skipped)::bigint AS skipped
        FROM heard JOIN track_artist USING (track_id) WHERE position = 0 GROUP BY 1 {ENOUGH}
    ), listed (kind, rank, id, known, skipped) AS (
        (SELECT 'track', {RANK}, tracks.* FROM tracks ORDER BY 2 LIMIT %(limit)s)
        UNION ALL (SELECT 'artist', {RANK}, artists.* FROM artists ORDER BY 2 LIMIT %(limit)s)
    )
    SELECT kind, rank, listed.id, known, skipped, artist.name, artist.spotify_id, {COLUMNS}
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
    """The first `limit` tracks and artists of those with `min_plays` known plays or more; three queries."""
    reasons = rows(REASONS, **scope.values())
    plays, known, skipped = (sum(counts[column] for counts in reasons) for column in (1, 2, 3))
    (median,) = row(MEDIAN, **scope.values()) or (None,)
    most = rows(MOST, **scope.values(), min_plays=min_plays, limit=limit)
    return Skips(
        known,
        skipped,
        plays - known,
        median,
        tuple(Reason(name, plays, skipped) for name, plays, _, skipped in reasons[:MOST_REASONS]),
        tuple((Skipping(*ranked[1:5]), known_track(*ranked[7:])) for ranked in most if ranked[0] == "track"),
        tuple((Skipping(*ranked[1:5]), Artist(*ranked[5:7])) for ranked in most if ranked[0] == "artist"),
    )
