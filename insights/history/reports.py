"""What each source reported about plays: what counts, and what it superseded."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from db.engine.records import records
from db.sums import SKIPPED

# A report may be superseded by one that is superseded itself. The plays themselves are as answers see them, superseded
# reports as they were stored.
REPORTS = f"""
    WITH RECURSIVE report AS (
        SELECT id AS play_id, id FROM unnest(%(ids)s::bigint[]) AS wanted (id)
        UNION SELECT play_id, play.id FROM report
        JOIN play ON play.account_id = %(account_id)s AND superseded_by = report.id
    )
    SELECT play_id, true AS counts, played_at, ms_played, source, platform, country, reason_start, reason_end,
           {SKIPPED} AS skipped, shuffle, offline, incognito
    FROM report JOIN counted_play USING (id) WHERE account_id = %(account_id)s AND play_id = id
    UNION ALL
    SELECT play_id, false, ended_at, ms_played, source, platform, country, reason_start, reason_end,
           {SKIPPED}, shuffle, offline, incognito
    FROM report JOIN play USING (id) WHERE account_id = %(account_id)s AND play_id <> id
    ORDER BY play_id, counts DESC, played_at, source
"""


class ReportRecord(Struct, frozen=True):
    """A report of the play `play_id`; None is what its source did not say. It `counts` if it is the play's own."""

    play_id: int
    counts: bool
    played_at: datetime
    ms_played: int | None
    source: str
    platform: str | None
    country: str | None
    reason_start: str | None
    reason_end: str | None
    skipped: bool | None
    shuffle: bool | None
    offline: bool | None
    incognito: bool | None


def reports_of(account_id: int, play_ids: Sequence[int]) -> dict[int, list[ReportRecord]]:
    """The reports of each play, the one that counts first; one query."""
    of_play: dict[int, list[ReportRecord]] = {play_id: [] for play_id in play_ids}
    for report in records(ReportRecord, REPORTS, {"account_id": account_id, "ids": list(play_ids)}):
        of_play[report.play_id].append(report)
    return of_play
