"""Check an account's data: every check with the number of its findings and a few examples."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from advice import public_command
from db.engine.records import records
from db.engine.streaming import snapshot
from insights.answers.periods import ALL, BEGINNING
from insights.plays.gaps import gaps
from insights.plays.scope import Scope
from insights.plays.tracks import COLUMNS, JOINS, KnownTrack, TrackColumns
from insights.quality_checks import LONG_PLAYS, OVERLAPPING_PLAYS, QUERIES, SUSPECT_PLAYS, CheckQuery, Severity
from insights.quality_words import ODD, Say, in_english, missing
from people.days import Zones

UTC_ONLY = Zones(((BEGINNING, "UTC"),))  # no check asks what the listener's clock showed
ANY_LENGTH = 0  # seconds

PROBLEMS = " UNION ALL ".join(
    f"SELECT '{query.name}' AS name, problem.* FROM ({query.sql}) problem" for query in QUERIES
)
# Always has a row with the count of each check, even without examples. The newest come first, then higher ids.
FINDINGS = f"""
    WITH suspect_play AS MATERIALIZED ({SUSPECT_PLAYS}),
    overlapping_play AS MATERIALIZED ({OVERLAPPING_PLAYS}),
    long_play AS MATERIALIZED ({LONG_PLAYS}),
    odd AS MATERIALIZED ({PROBLEMS}),
    counted AS (SELECT name, count(*) AS count FROM odd GROUP BY name),
    numbered AS (
        SELECT *, row_number() OVER (PARTITION BY name ORDER BY played_at DESC NULLS LAST, id DESC) AS number FROM odd
    ),
    shown AS (SELECT * FROM numbered WHERE number <= %(examples)s)
    SELECT named.name AS check_name, coalesce(counted.count, 0) AS count, shown.played_at, shown.source, shown.odd,
           shown.parts, shown.track_id, {COLUMNS}
    FROM unnest(%(names)s::text[]) AS named (name) LEFT JOIN counted USING (name) LEFT JOIN shown USING (name)
    LEFT JOIN track ON track.id = shown.track_id {JOINS}
    ORDER BY shown.number
"""


class FindingRecord(TrackColumns, frozen=True):
    """An example of a check, with the number of all its findings; a check without any has one row without example."""

    check_name: str
    count: int
    played_at: datetime | None
    source: str | None
    odd: str | None
    parts: dict[str, Any] | None
    track_id: int | None


@dataclass(frozen=True, slots=True)
class Example:
    """`odd` describes the problem, in words. The others are None if it is not about one play, but about a gap, a row
    or a file.

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


def quality(account_id: int, now: datetime, examples: int, say: Say = in_english) -> list[Check]:
    """Every check of the whole account, errors first, with at most `examples` each, which `say` words. Two queries, and
    those of gaps.
    """
    findings: dict[str, list[FindingRecord]] = {query.name: [] for query in QUERIES}
    values = {"tomorrow": now + timedelta(days=1), "examples": examples, "names": list(findings)}
    with snapshot():
        scope = Scope(account_id, UTC_ONLY, ALL, ANY_LENGTH).with_sums()
        listed = records(FindingRecord, FINDINGS, values | scope.values(sums=scope.sums(ANY_LENGTH)))
    for finding in listed:
        findings[finding.check_name].append(finding)
    return [*(_check(query, findings[query.name], say) for query in QUERIES), _gaps(account_id, now, examples, say)]


def passed(checks: Sequence[Check]) -> bool:
    """Only errors fail; notices are worth a look."""
    return not any(check.failed for check in checks)


def _check(query: CheckQuery, findings: Sequence[FindingRecord], say: Say) -> Check:
    shown = tuple(
        _example(finding, say(ODD[finding.odd], finding.parts or {})) for finding in findings if finding.odd is not None
    )
    return Check(query.name, query.severity, _meaning(query), findings[0].count, shown)


def _example(finding: FindingRecord, odd: str) -> Example:
    track = None if finding.track_id is None else finding.known_track()
    return Example(finding.played_at, track, finding.source, odd)


def _gaps(account_id: int, now: datetime, examples: int, say: Say) -> Check:
    still_open = [gap for gap in gaps(account_id, now) if gap.closed_by is None]
    shown = tuple(Example(None, None, None, say(*missing(gap))) for gap in still_open[:examples])
    return Check(
        "open_gaps",
        "notice",
        "Times for which plays are probably missing, or that neither an import nor collecting covers. To fill them, "
        "import an export from Spotify that covers them.",
        len(still_open),
        shown,
    )


def _meaning(query: CheckQuery) -> str:
    return query.meaning.format(looking=public_command("cli.py", "imports show NUMBER"))
