"""Save plays that Spotify reports, each once, and say what the report shows to be missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.catalogue import save_tracks
from db.connection import row, rows
from music import Play

INSERT_RECENT = """
    INSERT INTO play (account_id, source, played_at, track_id, context_uri)
    SELECT %s, 'recent', seen.* FROM unnest(%s::timestamptz[], %s::bigint[], %s::text[])
        AS seen (played_at, track_id, context_uri)
    ORDER BY played_at
    ON CONFLICT DO NOTHING RETURNING id
"""
# What was known before: plays stored by this very statement's transaction are newer than the page's oldest.
LAST_BEFORE = "SELECT max(played_at) FROM play WHERE account_id = %s AND played_at < %s"


@dataclass(frozen=True, slots=True)
class Gap:
    """A time for which plays are probably missing: after the last play known before it, before the next one."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class SavedPlays:
    new: int
    known: int
    gap: Gap | None


def save_recent(account_id: int, plays: Sequence[Play], *, page_is_full: bool) -> SavedPlays:
    """Store what recently-played shows, in any order, however much of it is known; part of the caller's transaction.

    A full page of nothing but new plays means that older ones may have left Spotify's window unseen: a possible
    gap, from the last play known before the page to the page's first one.
    """
    unique = {(play.played_at, play.track): play for play in plays}
    keys = save_tracks(play.track for play in unique.values())
    columns = zip(*[(play.played_at, keys[play.track], play.context_uri) for play in unique.values()], strict=True)
    new = len(rows(INSERT_RECENT, account_id, *map(list, columns))) if unique else 0
    gap = _gap_before(account_id, plays) if page_is_full and new == len(unique) > 0 else None
    return SavedPlays(new, len(unique) - new, gap)


def _gap_before(account_id: int, plays: Sequence[Play]) -> Gap | None:
    oldest = min(play.played_at for play in plays)
    (last_known,) = row(LAST_BEFORE, account_id, oldest) or (None,)
    return Gap(last_known, oldest) if last_known else None
