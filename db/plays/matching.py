"""Decide which reports by different sources are one play, so that it counts once.

A pure function of all reports there are: whichever came first, the same ones count in the end.
docs/rules/plays.md states the rule.
"""

from collections.abc import Iterable
from datetime import datetime

from db.engine.connection import database
from db.engine.locks import wait_for_plays_lock
from db.library.contents import MANY, refresh_library, tracks_played
from db.library.exclusions import apply_exclusions_again
from db.people.accounts import bump_data_version
from db.plays.heard_at import earliest_heard, settle_hearing
from db.plays.matching_rules import note_todays_rules, settled_by_other_rules
from db.plays.pairs import SOURCES
from db.plays.reports import Stretch, stretches, supersede
from db.plays.same_moment import settle_same_moments
from db.sums import forget_sums


def settle(stretch: Stretch) -> dict[int, int | None]:
    """For every report of a stretch the better report of the same play, None where it counts itself.

    Source by source, the best first, each report finds at most one better one that counts, and each better one at most
    one of a source: the nearest pairs first.
    """
    source_of = {report.id: report.source for report in stretch.reports}
    better_of: dict[int, int | None] = dict.fromkeys(source_of)
    for source in SOURCES:
        taken: set[int] = set()
        for worse, better in stretch.pairs:
            counts = better_of.get(better) is None
            if source_of[worse] == source and better_of[worse] is None and counts and better not in taken:
                better_of[worse] = better
                taken.add(better)
    return better_of


def settle_plays(account_id: int, start: datetime, end: datetime, tracks: Iterable[int] | None = ()) -> None:
    """What follows from the reports from `start` to `end`, after every change: which of them count, when they were
    heard, which tracks are one song, and which plays are hidden.

    `tracks` are others of which something else has changed, such as a name; None: all. Part of the caller's
    transaction, which holds the account's plays lock (db/engine/locks.py).
    """
    before = earliest_heard(account_id, start, end)
    reconcile(account_id, start, end)
    settle_hearing(account_id, start, end)
    refresh_library(account_id, _concerned(account_id, start, end, tracks))
    apply_exclusions_again(account_id, start, end)
    forget_sums(account_id, min(before, earliest_heard(account_id, start, end)), end)


def _concerned(account_id: int, start: datetime, end: datetime, tracks: Iterable[int] | None) -> set[int] | None:
    """The tracks to look at: those given and those played, or None where it is quicker to look at all of them."""
    given = None if tracks is None else set(tracks)
    if given is None or len(given) > MANY:
        return None
    return given | set(tracks_played(account_id, start, end))


def settle_by_todays_rules(account_id: int) -> bool:
    """Settle everything anew that an older version has settled; says whether there was anything. Needs a connection."""
    with database.atomic():
        wait_for_plays_lock(account_id)
        span = settled_by_other_rules(account_id)
        if span is not None:
            settle_plays(account_id, *span, tracks=None)
            bump_data_version(account_id)
        note_todays_rules(account_id)
    return span is not None


def reconcile(account_id: int, start: datetime, end: datetime) -> None:
    """Decide anew for everything that what ended from `start` to `end` could change; part of the caller's transaction.

    Needs the account's plays lock (db/engine/locks.py).
    """
    settle_same_moments(account_id, start, end)
    for stretch in stretches(account_id, start, end):
        now = settle(stretch)
        changed = {report.id: now[report.id] for report in stretch.reports if now[report.id] != report.superseded_by}
        supersede(account_id, changed)
