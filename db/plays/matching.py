"""Decide which reports from different sources are the same play, so that it counts once.

The outcome depends only on the reports themselves, never on the order in which they arrived.
docs/rules/plays.md states the rule.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from db.engine.connection import database
from db.engine.locks import wait_for_plays_lock
from db.library.contents import MANY, add_to_library, refresh_library, tracks_played
from db.library.exclusions import apply_exclusions_again
from db.people.accounts import bump_data_version
from db.plays.heard_at import earliest_heard, settle_hearing
from db.plays.matching_rules import note_todays_rules, settled_by_other_rules
from db.plays.reported_play import SOURCES
from db.plays.reports import PAUSE, Stretch, stretches, supersede
from db.plays.same_moment import settle_same_instants, settle_same_moments
from db.sums import forget_sums


def settle(stretch: Stretch) -> dict[int, int | None]:
    """For every report of a stretch, the better report of the same play; None if the report itself counts.

    Source by source, the best first, each report matches at most one better report that counts, and each better report
    at most one per source. The nearest pairs come first. The remaining reports then match through a report that does
    not count: a player reports when a play began, an export when it ended, and only live collecting links the two.
    No report matches one of its own source: those are different plays, or db/plays/same_moment.py has matched them.
    """
    source_of = {report.id: report.source for report in stretch.reports}
    better_of = _settled(stretch.pairs, source_of)
    ended_later = list(_through_recent(stretch.pairs, source_of, better_of))
    return _settled([*stretch.pairs, *ended_later], source_of) if ended_later else better_of


def _settled(all_pairs: Sequence[tuple[int, int]], source_of: Mapping[int, str]) -> dict[int, int | None]:
    better_of: dict[int, int | None] = dict.fromkeys(source_of)
    for source in SOURCES:
        pairs = [pair for pair in all_pairs if source_of[pair[0]] == source]
        taken: set[int] = set()
        for worse, better in (*pairs, *_through(pairs, source_of, better_of)):
            counts = better_of.get(better) is None and source_of.get(better) != source
            if better_of[worse] is None and counts and better not in taken:
                better_of[worse] = better
                taken.add(better)
    return better_of


def _through(
    pairs: Sequence[tuple[int, int]], source_of: Mapping[int, str], better_of: Mapping[int, int | None]
) -> Iterator[tuple[int, int]]:
    """Pairs of a report and the report that its better one was matched with.

    Account data matches an extended export exactly or not at all.
    """
    for worse, better in pairs:
        best = better_of.get(better)
        if best is not None and (source_of[worse] != "account" or best in source_of):
            yield worse, best


def _through_recent(
    pairs: Sequence[tuple[int, int]], source_of: Mapping[int, str], better_of: Mapping[int, int | None]
) -> Iterator[tuple[int, int]]:
    """Pairs of a live report and the export's row that recently-played matched, where recently-played could be either.

    If live collecting did not poll during a pause, its end is too early, and no row of an export agrees with it.
    """
    matched = {better for worse, better in better_of.items() if source_of[worse] == "recent"}
    for recent, live in pairs:
        is_open = source_of.get(live) == "current" and better_of[live] is None and live not in matched
        best = better_of[recent]
        if source_of[recent] == "recent" and is_open and best is not None:
            yield live, best


def settle_plays(account_id: int, start: datetime, end: datetime, tracks: Iterable[int] | None = ()) -> None:
    """Update everything that depends on the reports from `start` to `end`, whatever has changed: which of them count,
    when they were heard, which tracks are the same song, and which plays are hidden.

    `tracks` are further tracks that have changed otherwise, such as by name; None means all. Runs in the caller's
    transaction, which holds the account's plays lock (db/engine/locks.py).
    """
    before = earliest_heard(account_id, start, end)
    reconcile(account_id, start, end)
    settle_hearing(account_id, start, end)
    refresh_library(account_id, _affected(account_id, start, end, tracks))
    apply_exclusions_again(account_id, start, end)
    forget_sums(account_id, min(before, earliest_heard(account_id, start, end)), end)


def settle_collected(account_id: int, ends: Collection[datetime]) -> None:
    """Update what depends on new reports of collectors, which ended at these times.

    Collectors rename no track of an export and report no offline play, so most of the above stays as it is. Runs in
    the caller's transaction, which holds the account's plays lock.
    """
    start, end = min(ends), max(ends)
    changed = settle_same_instants(account_id, start, end) | _settle_stretches(account_id, start, end)
    add_to_library(account_id, changed | set(tracks_played(account_id, start, end)))
    apply_exclusions_again(account_id, start, end)
    forget_sums(account_id, start, end)


def _affected(account_id: int, start: datetime, end: datetime, tracks: Iterable[int] | None) -> set[int] | None:
    """The changed tracks and those played from `start` to `end`; None if it is quicker to update all tracks."""
    changed = None if tracks is None else set(tracks)
    if changed is None or len(changed) > MANY:
        return None
    return changed | set(tracks_played(account_id, start, end))


def settle_by_todays_rules(account_id: int) -> bool:
    """Settle an account's reports again if an older version's rules settled them; returns whether they had.

    Needs a connection.
    """
    with database.atomic():
        wait_for_plays_lock(account_id)
        span = settled_by_other_rules(account_id)
        if span is not None:
            settle_plays(account_id, span.start, span.end, tracks=None)
            bump_data_version(account_id)
        note_todays_rules(account_id)
    return span is not None


def reconcile(account_id: int, start: datetime, end: datetime) -> None:
    """Decide again for all reports that those from `start` to `end` could affect.

    Runs in the caller's transaction, which holds the account's plays lock (db/engine/locks.py).
    """
    settle_same_moments(account_id, start, end)
    _settle_stretches(account_id, start - PAUSE, end)  # a live report's row of an export may have ended that much later


def _settle_stretches(account_id: int, start: datetime, end: datetime) -> set[int]:
    """Decide which reports of different sources are one play; returns the tracks of those that changed."""
    tracks = set[int]()
    for stretch in stretches(account_id, start, end):
        better_of = settle(stretch)
        changed = {
            report.id: better_of[report.id]
            for report in stretch.reports
            if better_of[report.id] != report.superseded_by
        }
        tracks |= supersede(account_id, changed)
    return tracks
