"""For which times an account's plays are recorded: what collecting and exports say about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.engine.connection import row, rows
from insights.plays.spans import Span, merged, without

FULL_PAGES = "SELECT gap_start, gap_end FROM collection_run WHERE account_id = %s AND gap_start < gap_end"

# A datetime knows no infinity; the first and last days stay free for zones to be added.
COVERS = """
    SELECT greatest(lower(covered), '0001-01-03 00:00+00'), least(upper(covered), '9999-12-29 00:00+00')
    FROM (SELECT unnest(range_agg({column})) AS covered FROM import_export WHERE account_id = %s) AS export
"""
EXPORTS_COVER, EXTENDED_EXPORTS_COVER = COVERS.format(column="covers"), COVERS.format(column="extended_covers")
# Spotify shows some plays hours late. So what ended after the last play that a run knew, and shortly before that run,
# may not have been on its page; before that, its page said that nothing was played.
STANDING = """
    SELECT account.reconnect_reason IS NOT NULL, first.played_at, page.began,
           greatest(last.played_at, run.finished_at - interval '6 hours')
    FROM account
    LEFT JOIN LATERAL (
        SELECT finished_at FROM collection_run
        WHERE account_id = account.id AND outcome = 'collected' AND finished_at IS NOT NULL
        ORDER BY finished_at DESC LIMIT 1
    ) run ON true
    LEFT JOIN LATERAL (
        SELECT played_at FROM counted_play WHERE account_id = account.id AND track_id IS NOT NULL
        ORDER BY played_at LIMIT 1
    ) first ON true
    LEFT JOIN LATERAL (
        SELECT min(oldest.played_at) AS began FROM (VALUES ('recent'), ('current')) AS collector (source)
        CROSS JOIN LATERAL (
            SELECT played_at FROM play
            WHERE account_id = account.id AND source = collector.source AND source <> 'extended' AND collected
            ORDER BY played_at LIMIT 1
        ) oldest
    ) page ON true
    LEFT JOIN LATERAL (
        SELECT played_at FROM counted_play
        WHERE account_id = account.id AND track_id IS NOT NULL AND played_at <= run.finished_at
        ORDER BY played_at DESC LIMIT 1
    ) last ON true
    WHERE account.id = %s
"""


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of an account's recording; spans of a kind are merged.

    `full_pages`: times before a page that showed nothing but new plays. `covers`: times that exports tell everything
    about. `collected`: from the first play that a run saw to the last one that a run can have missed nothing before;
    None for an account that was never collected. `first_played_at`: of the plays that count.
    """

    full_pages: Sequence[Span]
    covers: Sequence[Span]
    collected: Span | None
    consent_ended: bool
    first_played_at: datetime | None

    @property
    def seen(self) -> list[Span]:
        """What collecting has seen all of."""
        return without([self.collected] if self.collected else [], self.full_pages)

    @property
    def times(self) -> list[Span]:
        """The times for which every play is there, as far as anybody can know."""
        return merged([*self.covers, *self.seen])


def record_of(account_id: int) -> Record:
    """Three queries, however much there is."""
    full_pages = merged(Span(*found) for found in rows(FULL_PAGES, account_id))
    covers = merged(Span(*found) for found in rows(EXPORTS_COVER, account_id))
    consent_ended, first_played_at, began, until = row(STANDING, account_id) or (False, None, None, None)
    collected = Span(min(began or until, until), until) if until else None
    return Record(full_pages, covers, collected, consent_ended, first_played_at)


def covered_times(account_id: int) -> dict[str, list[Span]]:
    """For which times every play is there, and for which of them an extended export tells so: for our own export."""
    extended = merged(Span(*found) for found in rows(EXTENDED_EXPORTS_COVER, account_id))
    return {"covers": record_of(account_id).times, "extended": extended}
