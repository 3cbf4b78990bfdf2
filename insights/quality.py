"""Check an account's data: every check with the number of its findings and a few examples."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from advice import public_command
from db.engine.records import records
from insights.plays.gaps import Gap, gaps
from insights.plays.tracks import COLUMNS, JOINS, KnownTrack, TrackColumns
from insights.quality_checks import QUERIES, CheckQuery, Severity

GAPS_MEAN = (
    "Times for which plays are probably missing, or that neither an import nor collecting covers. To fill them, import "
    "an export from Spotify that covers them."
)

# Always has a row with the count, even without examples. The newest come first, then the higher id.
FINDINGS = f"""
    WITH odd AS MATERIALIZED ({{odd}}),
    shown AS (SELECT * FROM odd ORDER BY played_at DESC NULLS LAST, id DESC LIMIT %(examples)s)
    SELECT (SELECT count(*) FROM odd) AS count, shown.played_at, shown.source, shown.odd, shown.track_id, {COLUMNS}
    FROM (VALUES (1)) always LEFT JOIN shown ON true LEFT JOIN track ON track.id = shown.track_id {JOINS}
    ORDER BY shown.played_at DESC NULLS LAST, shown.id DESC
"""


class FindingRecord(TrackColumns, frozen=True):
    """An example, with the count of all findings; without any, there is one row without example."""

    count: int
    played_at: datetime | None
    source: str | None
    odd: str | None
    track_id: int | None


@dataclass(frozen=True, slots=True)
class Example:
    """`odd` describes the problem. The others are None if it is not about one play, but about a gap, a row or a file.

    For a track, `played_at` is when it was last played.
    """

    played_at: datetime | None
    track: KnownTrack | None
    source: str | None
    odd: str


@dataclass(frozen=True, slots=True)
class Check:
    """`meaning` describes the findings; `count` is the number of all of them, not only the examples."""

    name: str
    severity: Severity
    meaning: str
    count: int
    examples: tuple[Example, ...]

    @property
    def failed(self) -> bool:
        return self.severity == "error" and self.count > 0


def quality(account_id: int, now: datetime, examples: int) -> list[Check]:
    """Every check of the whole account, errors first, with at most `examples` each. A query each."""
    return [*(_run(query, account_id, now, examples) for query in QUERIES), _gaps(account_id, now, examples)]


def passed(checks: Sequence[Check]) -> bool:
    """Only errors fail; notices are worth a look."""
    return not any(check.failed for check in checks)


def _run(query: CheckQuery, account_id: int, now: datetime, examples: int) -> Check:
    tomorrow = now + timedelta(days=1)
    values = {"account_id": account_id, "tomorrow": tomorrow, "examples": examples}
    findings = records(FindingRecord, FINDINGS.format(odd=query.sql), values)
    shown = tuple(_example(finding, finding.odd) for finding in findings if finding.odd is not None)
    return Check(query.name, query.severity, _meaning(query), findings[0].count, shown)


def _example(finding: FindingRecord, odd: str) -> Example:
    track = None if finding.track_id is None else finding.known_track()
    return Example(finding.played_at, track, finding.source, odd)


def _gaps(account_id: int, now: datetime, examples: int) -> Check:
    still_open = [gap for gap in gaps(account_id, now) if gap.closed_by is None]
    shown = tuple(Example(None, None, None, _missing(gap)) for gap in still_open[:examples])
    return Check("open_gaps", "notice", GAPS_MEAN, len(still_open), shown)


def _missing(gap: Gap) -> str:
    start, end = (f"{instant.astimezone(UTC):%Y-%m-%d %H:%M}" for instant in (gap.start, gap.end))
    uncovered = "neither an import nor collecting covers it, " if gap.reason == "not_covered" else ""
    if gap.missing_plays is None:
        return f"from {start} to {end} UTC: {uncovered}and the number of missing plays is unknown"
    about = f"{gap.missing_plays} {'play' if gap.missing_plays == 1 else 'plays'}"
    return f"from {start} to {end} UTC: {uncovered}about {about} missing"


def _meaning(query: CheckQuery) -> str:
    return query.meaning.format(looking=public_command("cli.py", "imports show NUMBER"))
