"""The times for which plays are probably missing: worked out when asked, from what is known then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from db.connection import rows
from insights.recorded import Record, record_of
from insights.spans import Span, without
from insights.usual import Usual, usual_around

PAGE = 50  # the newest plays, which is all that Spotify ever shows
SHORTEST = timedelta(seconds=30)  # the least that Spotify counts as a play

Reason = Literal["full_page", "not_collected", "consent_ended"]
ClosedBy = Literal["export", "late_plays", "quiet"]

# Beside what is known inside: when the play that ended first after it began. Nothing else was playing from then on.
KNOWN = """
    SELECT inside.plays, coalesce(started_at, played_at - coalesce(ms_played, duration_ms) * interval '1 millisecond')
    FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) WITH ORDINALITY AS piece (since, until, no)
    CROSS JOIN LATERAL (
        SELECT count(*) AS plays FROM counted_play WHERE account_id = %(account_id)s AND track_id IS NOT NULL
           AND played_at > since AND played_at < until
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


@dataclass(frozen=True, slots=True)
class Gap:
    """A time for which plays are probably missing, about so many.

    `reason`: "full_page" (a run saw nothing but new plays, so older ones may have gone unseen), "not_collected" (no run
    has succeeded for longer than Spotify shows), or "consent_ended" (the same, because consent has ended).
    `closed_by` is None while it is open: else "export" (one tells everything about it), "late_plays" (plays that were
    reported later are as many as usual) or "quiet" (usually nothing is played at such hours); nothing is missing then.
    """

    start: datetime
    end: datetime
    reason: Reason
    missing_plays: int
    closed_by: ClosedBy | None = None

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Piece:
    """A gap, or what exports left of it."""

    span: Span
    reason: Reason


def gaps(account_id: int, now: datetime, period: Span | None = None) -> list[Gap]:
    """Every gap that touches the period, open or closed, the newest first."""
    return gaps_and_usual(account_id, now, period)[0]


def gaps_and_usual(account_id: int, now: datetime, period: Span | None = None) -> tuple[list[Gap], Usual]:
    """The same, with the usual listening around them that they were estimated from; five queries."""
    record = record_of(account_id)
    full_pages = [span for span in record.full_pages if period is None or span.within(period)]
    since = _since_collected(record, now, period)
    usual = usual_around(account_id, record, [*full_pages, *since], now)
    pieces = [Piece(left, "full_page") for left in without(full_pages, record.covers)]
    pieces += _still_out_of_sight(record, without(since, record.covers), usual)
    found = [*_told(full_pages, record.covers), *_judged(account_id, pieces, usual)]
    touching = [gap for gap in found if period is None or gap.span.within(period)]
    return sorted(touching, key=lambda gap: gap.start, reverse=True), usual


def _since_collected(record: Record, now: datetime, period: Span | None) -> list[Span]:
    """The time since the last run that succeeded: one span, or none."""
    if record.collected is None or record.collected.end >= now:
        return []
    since = Span(record.collected.end, now)
    return [since] if period is None or since.within(period) else []


def _still_out_of_sight(record: Record, left: Sequence[Span], usual: Usual) -> Iterable[Piece]:
    """Nothing while as much as is usually played fits on the page that the next run will see."""
    if sum(usual.plays(span) for span in left) < PAGE:
        return []
    return [Piece(span, "consent_ended" if record.consent_ended else "not_collected") for span in left]


def _told(full_pages: Sequence[Span], covers: Sequence[Span]) -> Iterable[Gap]:
    """Those of which exports have left nothing in which a play would fit."""
    for span in full_pages:
        if _fits_a_play(span) and not any(map(_fits_a_play, without([span], covers))):
            yield Gap(span.start, span.end, "full_page", 0, "export")


def _fits_a_play(span: Span) -> bool:
    return span.end - span.start >= SHORTEST


def _judged(account_id: int, pieces: Sequence[Piece], usual: Usual) -> list[Gap]:
    starts, ends = [piece.span.start for piece in pieces], [piece.span.end for piece in pieces]
    known = rows(KNOWN, account_id=account_id, starts=starts, ends=ends) if pieces else []
    judged = []
    for piece, (plays, next_began) in zip(pieces, known, strict=True):
        span = Span(piece.span.start, min(piece.span.end, next_began or piece.span.end))
        if _fits_a_play(span):
            judged.append(_gap(span, piece.reason, plays, usual.plays(span)))
    return judged


def _gap(span: Span, reason: Reason, known: int, usually: float) -> Gap:
    """Never more is missing than what fits in beside what is known."""
    missing = min(round(usually - known), int(span.seconds / SHORTEST.total_seconds()) - known)
    if missing > 0:
        return Gap(span.start, span.end, reason, missing)
    return Gap(span.start, span.end, reason, 0, "late_plays" if known else "quiet")
