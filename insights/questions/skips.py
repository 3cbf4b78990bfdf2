"""/skips/<username>: what was skipped in a period, how often and how early, however short it was heard."""

from typing import Annotated

from msgspec import Meta, Struct

from db.engine.connection import row
from db.engine.records import records
from db.engine.tagged_records import tagged_records
from db.library.same_recording import OWN_TRACK
from db.sums import SKIPPED
from insights.answers.values import Count, Id, Number, Part, Private, Rank, Share, says
from insights.items.songs import SONG_NAME, shown_as
from insights.plays.adding_up import all_plays
from insights.plays.scope import Scope
from insights.plays.sources import IN_SUMS, each_play_beside_sums, summed_by_track
from insights.plays.tracks import COLUMNS, JOINS, TrackColumns
from insights.question import COMPLETENESS, COUNTING, OF, PERIOD, Question
from insights.shown.music import Address, Track, shown_artist, shown_track
from music import Artist

ANY_LENGTH = 0  # seconds
MOST_REASONS = 50  # Spotify has about twenty

# Sums of plays of any length have the skips of each track and how plays ended; plays are read only outside of sums.
ENDED = each_play_beside_sums(("ms_played", "reason_end", "skipped"))
MEDIAN = f"""
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY heard) FROM (
        SELECT unnest(ms) AS heard FROM skips_in_period WHERE {IN_SUMS}
        UNION ALL SELECT ms_played FROM ({ENDED}) report WHERE {SKIPPED}
    ) skipped
"""
# Without figures by track, which take longer.
COUNTS = f"""
    SELECT coalesce(sum(plays) FILTER (WHERE is_skip IS NOT NULL), 0)::bigint AS known,
           coalesce(sum(plays) FILTER (WHERE is_skip), 0)::bigint AS skipped
    FROM (
        SELECT {SKIPPED} AS is_skip, reports AS plays FROM report_in_period WHERE {IN_SUMS}
        UNION ALL SELECT {SKIPPED}, 1 FROM ({ENDED}) report
    ) parts
"""
# A song is listed as its most-played track.
RANK = "row_number() OVER (ORDER BY skipped::float / known DESC, skipped DESC, name) AS rank"
SUMS = f"{all_plays()} AS known, {all_plays('skipped')} AS skipped"
ENOUGH = "HAVING sum(plays) >= %(min_plays)s AND sum(skipped) > 0"
# Plays are read once: each track ended in far fewer ways, from which everything is counted. `same` makes PostgreSQL
# expect more tracks of a long period, as in insights.plays.sources.by_track.
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
        SELECT track_id, {all_plays("known")} AS plays, {all_plays("skipped")} AS skipped FROM (
            SELECT track_id, plays AS known, CASE WHEN is_skip THEN plays ELSE 0 END AS skipped, 0 AS same
            FROM ended WHERE is_skip IS NOT NULL
            UNION ALL {summed_by_track("track_id, told, skipped, 0", which="told > 0")}
        ) parts GROUP BY track_id, same
    ), heard AS MATERIALIZED (
        SELECT heard.*, song_id, artist_id, artist_key, {SONG_NAME} AS song_name FROM counted heard {OWN_TRACK}
    ), song AS (
        SELECT song_id, min(song_name) AS name, {SUMS} FROM heard GROUP BY song_id {ENOUGH}
    ), top_song AS (SELECT {RANK}, * FROM song ORDER BY 1 LIMIT %(limit)s), shown AS ({shown_as("top_song")}),
    artists AS (
        SELECT artist_id AS id, min(artist_key COLLATE "C") AS name, {SUMS}
        FROM heard WHERE artist_id IS NOT NULL GROUP BY 1 {ENOUGH}
    ), listed AS (
        SELECT 'track' AS kind, rank, track_id AS id, known, skipped, NULL AS reason, NULL::bigint AS plays
        FROM top_song JOIN shown USING (song_id)
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


class SkipCounts(Struct, frozen=True):
    """How many plays are known to be skipped or not, and how many were skipped."""

    known: int
    skipped: int

    @property
    def rate(self) -> float | None:
        return _rate(self.skipped, self.known) if self.known else None


class ReasonRecord(Struct, frozen=True, tag="reason"):
    """How plays ended; `known` are those of which the source says whether they were skipped."""

    reason: str
    plays: int
    known: int
    skipped: int


class TrackRecord(TrackColumns, frozen=True, tag="track"):
    """A song, shown as the track with this id."""

    rank: int
    id: int
    known: int
    skipped: int


class ArtistRecord(Struct, frozen=True, tag="artist"):
    """An artist, with the plays of all songs that name it first."""

    rank: int
    id: int
    known: int
    skipped: int
    name: str
    spotify_id: str | None


KnownPlays = Annotated[Private[Count], says("Plays whose source says whether they were skipped.")]
SkipRate = Annotated[Private[Share], says("The share of those plays that was skipped.")]


class SkipReason(Part, frozen=True):
    reason_end: Annotated[str, says("How the plays ended, in Spotify's word; unknown if the source does not say.")]
    plays: Annotated[Private[Count], says("All plays that ended this way, including those that are `unknown`.")]
    skipped: Private[Count]


class SkippedTrack(Part, frozen=True):
    rank: Private[Rank]
    id: Id
    plays: KnownPlays
    skipped: Private[Count]
    rate: SkipRate
    track: Track


class SkippedArtist(Part, frozen=True):
    rank: Private[Rank]
    id: Id
    plays: KnownPlays
    skipped: Private[Count]
    rate: SkipRate
    name: str
    url: Private[Address] | None


class Skips(Part, frozen=True):
    min_plays: Private[Count]
    plays: KnownPlays
    skipped: Private[Count]
    rate: Annotated[SkipRate | None, says("Null if there are no such plays.")]
    unknown: Annotated[Private[Count], says("Plays whose source does not say whether they were skipped.")]
    median_seconds_heard: Annotated[
        Annotated[Private[Number], Meta(ge=0)] | None,
        says("The median of how long skipped plays were heard; null if none has a known length."),
    ]
    reasons: Annotated[tuple[SkipReason, ...], says("The most frequent reasons, then by name; 50 at most.")]
    tracks: tuple[SkippedTrack, ...]
    artists: tuple[SkippedArtist, ...]


MinPlays = Annotated[
    int,
    Meta(ge=1, le=1000),
    says("How many plays, known to be skipped or not, a track or artist needs to be listed."),
]
Limit = Annotated[int, Meta(ge=1, le=100), says("The maximum number of tracks and of artists to list.")]


def skips(scope: Scope, min_plays: MinPlays = 5, limit: Limit = 20) -> Skips:
    """What you skipped, how often and how early.

    A play was skipped if its source says so. If the source does not say, a play was skipped if it ended because you
    went to the next or the previous track (`reason_end` fwdbtn or backbtn), and not if it ended for another reason. If
    the source says neither (recently-played does not), the play is `unknown` and not part of any rate. Plays of every
    length count here, even those under 30 seconds, unless you give `min_seconds`. The lists contain tracks and artists
    with at least one skip, the highest rate first; ties are broken by the number of skips, then by name. The same
    recording under several ids is one track, shown as the one with the most known plays. A track counts for its first
    artist.
    """
    values = _values(scope)
    bounds = {"min_plays": min_plays, "limit": limit}
    reasons, tracks, artists = tagged_records((ReasonRecord, TrackRecord, ArtistRecord), COUNTED, values | bounds)
    counts = SkipCounts(sum(reason.known for reason in reasons), sum(reason.skipped for reason in reasons))
    (median,) = row(MEDIAN, **values) or (None,)
    return Skips(
        min_plays,
        counts.known,
        counts.skipped,
        counts.rate,
        sum(reason.plays for reason in reasons) - counts.known,
        None if median is None else round(median / 1000, 1),
        tuple(map(_reason, reasons[:MOST_REASONS])),
        tuple(map(_track, tracks)),
        tuple(map(_artist, artists)),
    )


def skip_counts(scope: Scope) -> SkipCounts:
    """What `skips` counts of all plays, without its lists; one query."""
    (counts,) = records(SkipCounts, COUNTS, _values(scope))
    return counts


def _values(scope: Scope) -> dict[str, object]:
    return scope.values(sums=scope.sums(ANY_LENGTH) if scope.track_ids is None else ())


def _reason(reason: ReasonRecord) -> SkipReason:
    return SkipReason(reason.reason, reason.plays, reason.skipped)


def _track(track: TrackRecord) -> SkippedTrack:
    rate, shown = _rate(track.skipped, track.known), shown_track(track.known_track())
    return SkippedTrack(track.rank, track.id, track.known, track.skipped, rate, shown)


def _artist(artist: ArtistRecord) -> SkippedArtist:
    rate, shown = _rate(artist.skipped, artist.known), shown_artist(Artist(artist.name, artist.spotify_id))
    return SkippedArtist(artist.rank, artist.id, artist.known, artist.skipped, rate, shown.name, shown.url)


def _rate(skipped: int, plays: int) -> float:
    return round(skipped / plays, 6)


# Most skipped plays are shorter than the 30 seconds that count elsewhere.
QUESTION = Question("skips", skips, takes=PERIOD + COUNTING + OF + COMPLETENESS, min_seconds=ANY_LENGTH, page="Skips")
