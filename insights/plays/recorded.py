"""The times for which an account's plays are recorded, according to collections and exports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from db.engine.records import record, records
from insights.plays.spans import Span, merged, without

# A pause that lasts has no end yet.
INTERRUPTIONS = """
    SELECT gap_start AS start, gap_end AS "end", false AS is_pause FROM collection_run
    WHERE account_id = %(account)s AND gap_start < gap_end
    UNION ALL
    SELECT since, coalesce(until, '9999-12-29 00:00+00'), true FROM collecting_pause
    WHERE account_id = %(account)s AND since < coalesce(until, '9999-12-29 00:00+00')
"""

# datetime has no infinity; the first and last days are left free so that time zones can be applied.
COVERS = """
    SELECT greatest(lower(covered), '0001-01-03 00:00+00') AS start,
           least(upper(covered), '9999-12-29 00:00+00') AS "end"
    FROM (SELECT unnest(range_agg({column})) AS covered FROM import_export WHERE account_id = %s) AS export
"""
EXPORTS_COVER, EXTENDED_EXPORTS_COVER = COVERS.format(column="covers"), COVERS.format(column="extended_covers")
# Spotify shows some plays hours late. So plays that ended shortly before a run and after the last play on its page may
# have been missing from the page; for earlier times, the page shows that nothing was played.
COLLECTING = """
    SELECT account.reconnect_reason IS NOT NULL AS consent_ended, first.played_at AS first_played_at,
           page.began AS collected_from, greatest(last.played_at, run.finished_at - interval '6 hours') AS collected_to
    FROM account
    LEFT JOIN LATERAL (
        SELECT finished_at FROM collection_run
        WHERE account_id = %(account)s AND outcome = 'collected' AND finished_at IS NOT NULL
        ORDER BY finished_at DESC LIMIT 1
    ) run ON true
    LEFT JOIN LATERAL (
        SELECT played_at FROM counted_play WHERE account_id = %(account)s AND track_id IS NOT NULL
        ORDER BY played_at LIMIT 1
    ) first ON true
    LEFT JOIN LATERAL (
        SELECT min(oldest.played_at) AS began FROM (VALUES ('recent'), ('current')) AS collector (source)
        CROSS JOIN LATERAL (
            SELECT played_at FROM play
            WHERE account_id = %(account)s AND source = collector.source AND source <> 'extended' AND collected
            ORDER BY played_at LIMIT 1
        ) oldest
    ) page ON true
    LEFT JOIN LATERAL (
        SELECT played_at FROM counted_play
        WHERE account_id = %(account)s AND track_id IS NOT NULL AND played_at <= run.finished_at
        ORDER BY played_at DESC LIMIT 1
    ) last ON true
    WHERE account.id = %(account)s
"""


class _Interruption(Struct, frozen=True):
    start: datetime
    end: datetime
    is_pause: bool

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


class Collecting(Struct, frozen=True):
    """What is known without the gaps and exports; both bounds are None if the account was never collected."""

    consent_ended: bool = False
    first_played_at: datetime | None = None
    collected_from: datetime | None = None
    collected_to: datetime | None = None

    @property
    def collected(self) -> Span | None:
        if self.collected_to is None:
            return None
        return Span(min(self.collected_from or self.collected_to, self.collected_to), self.collected_to)


@dataclass(frozen=True, slots=True)
class Record:
    """When an account's plays were recorded; spans of one kind are merged.

    `full_pages`: times before a page that showed nothing but new plays. `covers`: times that exports cover. `pauses`:
    times for which the listener wanted nothing collected, which are in none of the other times of collecting.
    `collected`: from the first play that a run saw to the moment before which no run can have missed a play; None if
    the account was never collected. `first_played_at`: of the plays that count.
    """

    full_pages: Sequence[Span]
    covers: Sequence[Span]
    collected: Span | None
    consent_ended: bool
    first_played_at: datetime | None
    pauses: Sequence[Span] = ()

    @property
    def seen(self) -> list[Span]:
        """The times that collecting has seen completely."""
        return without([self.collected] if self.collected else [], merged([*self.full_pages, *self.pauses]))

    @property
    def times(self) -> list[Span]:
        """The times for which every play is known, as far as anybody can tell."""
        return merged([*self.covers, *self.seen])


def record_of(account_id: int) -> Record:
    """Makes three queries."""
    interruptions = records(_Interruption, INTERRUPTIONS, {"account": account_id})
    pauses = merged(each.span for each in interruptions if each.is_pause)
    full_pages = without(merged(each.span for each in interruptions if not each.is_pause), pauses)
    covers = merged(records(Span, EXPORTS_COVER, [account_id]))
    collecting = record(Collecting, COLLECTING, {"account": account_id}) or Collecting()
    return Record(
        full_pages, covers, collecting.collected, collecting.consent_ended, collecting.first_played_at, pauses
    )


def covered_times(account_id: int) -> dict[str, list[Span]]:
    """The times for which every play is known, and those covered by an extended export: for our own export."""
    extended = merged(records(Span, EXTENDED_EXPORTS_COVER, [account_id]))
    return {"covers": record_of(account_id).times, "extended": extended}
