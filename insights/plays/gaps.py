"""Gaps: the times for which plays are probably missing, worked out on request from what is known then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeVar

from msgspec import Struct

from db.engine.records import records
from insights.plays.coverage import Coverage, coverage, never_covered, paused, since_collected
from insights.plays.recorded import Record, record_of
from insights.plays.spans import Span, without
from insights.plays.usual_listening import Usual, usual_around

PAGE = 50  # the newest plays, which is all that Spotify ever shows
SHORTEST = timedelta(seconds=30)  # the shortest time that Spotify counts as a play

A_DAY = 86_400  # seconds

Reason = Literal["full_page", "not_collected", "consent_ended", "not_covered", "paused"]
ClosedBy = Literal["export", "late_plays", "quiet"]

# For each piece: the number of known plays inside, and when the first play that ended after it began, because nothing
# else was playing from then on. Pieces that are not compared with what is usual, which may hold a million plays, are
# not counted.
KNOWN = """
    SELECT inside.plays, coalesce(started_at, played_at - coalesce(ms_played, duration_ms) * interval '1 millisecond')
        AS next_began
    FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[], %(compared)s::boolean[])
        WITH ORDINALITY AS piece (since, until, compared, no)
    CROSS JOIN LATERAL (
        SELECT count(*) AS plays FROM counted_play WHERE compared AND account_id = %(account_id)s
           AND track_id IS NOT NULL AND played_at > since AND played_at < until
    ) inside
    LEFT JOIN LATERAL (
        SELECT played_at, started_at, ms_played, track_id FROM counted_play
        WHERE account_id = %(account_id)s AND track_id IS NOT NULL AND played_at >= until
        ORDER BY played_at, place LIMIT 1
    ) following ON true
    LEFT JOIN account_track own
        ON own.account_id = %(account_id)s AND own.track_id = following.track_id
    ORDER BY piece.no
"""


class KnownPlays(Struct, frozen=True):
    """The known plays of a piece, and when the play after it began."""

    plays: int
    next_began: datetime | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A time for which plays are probably missing. `missing_plays` is an estimate, None if there is nothing to go by.

    `reason`: "full_page" (a run saw nothing but new plays, so it may have missed older ones), "not_collected" (no run
    has succeeded for longer than Spotify remembers plays), "consent_ended" (the same, because consent has ended),
    "not_covered" (no import and no collection covers it, so nobody knows whether plays are missing), or "paused" (the
    listener wanted nothing collected).
    `closed_by` is None while the gap is open, otherwise "export" (an export covers it), "late_plays" (as many plays
    as usual were reported later) or "quiet" (usually nothing is played at these hours); then nothing is missing.
    """

    start: datetime
    end: datetime
    reason: Reason
    missing_plays: int | None
    closed_by: ClosedBy | None = None

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Piece:
    """A gap, or a part of it that no export covers."""

    span: Span
    reason: Reason
    compared: bool = True  # with usual listening


@dataclass(frozen=True, slots=True)
class GapAssessment:
    """The gaps that overlap a period, and what they were derived from; `coverage` is of the whole account."""

    gaps: list[Gap]
    usual: Usual
    coverage: Coverage


def gaps(account_id: int, now: datetime, period: Span | None = None) -> list[Gap]:
    """Every gap that overlaps the period, open or closed, the newest first."""
    return assess_gaps(account_id, now, period).gaps


def missing_plays(gaps_of_period: Iterable[Gap]) -> int:
    """The total of these gaps; those without an estimate add nothing."""
    return sum(gap.missing_plays or 0 for gap in gaps_of_period)


def assess_gaps(account_id: int, now: datetime, period: Span | None = None) -> GapAssessment:
    """The same gaps, with the usual listening around them and the coverage; five queries."""
    record = record_of(account_id)
    full_pages, since, never, pauses = (
        _touching(spans, period)
        for spans in (record.full_pages, since_collected(record, now), never_covered(record, now), paused(record, now))
    )
    usual = usual_around(account_id, record, [*full_pages, *since, *never, *pauses], now)
    out_of_sight = _out_of_sight(record, without(since, record.covers), usual)
    pieces = [Piece(left, "full_page") for left in without(full_pages, record.covers)] + out_of_sight
    pieces += [Piece(span, "not_covered", usual.knows_around(span)) for span in never]
    pieces += [Piece(left, "paused", usual.knows_around(left)) for left in without(pauses, record.covers)]
    assessed = [
        *_exported(full_pages, "full_page", record.covers),
        *_exported(pauses, "paused", record.covers),
        *_assessed(account_id, pieces, usual),
    ]
    newest_first = sorted(_touching(assessed, period), key=lambda gap: gap.start, reverse=True)
    return GapAssessment(newest_first, usual, coverage(record, now, in_sight=not out_of_sight))


class _Lasting(Protocol):
    """A stretch of time, or a gap."""

    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...


Lasting = TypeVar("Lasting", bound=_Lasting)


def _touching(stretches: Iterable[Lasting], period: Span | None) -> list[Lasting]:
    return [
        stretch
        for stretch in stretches
        if period is None or (stretch.start < period.end and period.start < stretch.end)
    ]


def _out_of_sight(record: Record, left: Sequence[Span], usual: Usual) -> list[Piece]:
    """Nothing as long as the plays that are usual in this time fit on the page that the next run will see."""
    if sum(usual.plays(span) for span in left) < PAGE:
        return []
    return [Piece(span, "consent_ended" if record.consent_ended else "not_collected") for span in left]


def _exported(spans: Sequence[Span], reason: Reason, covers: Sequence[Span]) -> Iterable[Gap]:
    """The gaps that exports cover, apart from remainders too short for a play."""
    for span in spans:
        if _fits_a_play(span) and not any(map(_fits_a_play, without([span], covers))):
            yield Gap(span.start, span.end, reason, 0, "export")


def _fits_a_play(span: Span) -> bool:
    return span.end - span.start >= SHORTEST


def _assessed(account_id: int, pieces: Sequence[Piece], usual: Usual) -> list[Gap]:
    assessed = []
    for piece, plays_known in zip(pieces, _known_plays(account_id, pieces), strict=True):
        span = Span(piece.span.start, min(piece.span.end, plays_known.next_began or piece.span.end))
        if _fits_a_play(span):
            assessed.append(_gap(span, piece.reason, plays_known.plays, usual.plays(span) if piece.compared else None))
    return assessed


def _known_plays(account_id: int, pieces: Sequence[Piece]) -> Sequence[KnownPlays]:
    """The known plays of the pieces, in the same order."""
    if not pieces:
        return []
    values = {
        "account_id": account_id,
        "starts": [piece.span.start for piece in pieces],
        "ends": [piece.span.end for piece in pieces],
        "compared": [piece.compared for piece in pieces],
    }
    return records(KnownPlays, KNOWN, values)


def _gap(span: Span, reason: Reason, plays_known: int, usually: float | None) -> Gap:
    """Never estimates more missing plays than fit in the span next to the known ones."""
    if usually is None:
        return Gap(span.start, span.end, reason, None)
    missing = min(round(usually - plays_known), int(span.seconds / SHORTEST.total_seconds()) - plays_known)
    # Usual listening can close the gap of a night that nothing covers, but not of months.
    if missing > 0 or (reason == "not_covered" and span.seconds >= A_DAY):
        return Gap(span.start, span.end, reason, max(missing, 0))
    return Gap(span.start, span.end, reason, 0, "late_plays" if plays_known else "quiet")
