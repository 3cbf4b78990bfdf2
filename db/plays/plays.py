"""Save plays that Spotify reports, each once, and say what the report shows to be missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from db.engine.connection import row, rows
from db.library.catalogue import save_tracks
from db.plays.episodes import save_episodes
from music import Episode, Play, Track

# An import may have brought the very same report in: then it is a collector's too, and stays when that is undone.
INSERT_RECENT = """
    INSERT INTO play (account_id, source, collected, played_at, track_id, episode_id, context_uri, digest)
    SELECT %s, 'recent', true, seen.*, play_digest(
        'recent', coalesce(track.uri, episode.uri, track.artist_name || chr(31) || track.name), NULL, 0, NULL, NULL,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL)
    FROM unnest(%s::timestamptz(3)[], %s::bigint[], %s::bigint[], %s::text[])
        AS seen (played_at, track_id, episode_id, context_uri)
    LEFT JOIN track ON track.id = seen.track_id LEFT JOIN episode ON episode.id = seen.episode_id
    ORDER BY played_at
    ON CONFLICT (account_id, played_at, digest) DO UPDATE SET collected = true WHERE NOT play.collected
    RETURNING id, xmax = 0
"""
# Why (SELECT …) stands around the account: see db/plays/reports.py. A report that replaces an older one is no new play.
COUNTED = """
    SELECT count(*) FROM play
    WHERE account_id = (SELECT %(account)s::bigint) AND id = ANY(%(new)s) AND superseded_by IS NULL AND NOT EXISTS (
        SELECT FROM play known WHERE known.account_id = (SELECT %(account)s::bigint) AND known.superseded_by = play.id
            AND known.id <> ALL(%(new)s))
"""
# What was known before: plays stored by this very statement's transaction are newer than the page's oldest.
LAST_BEFORE = "SELECT max(played_at) FROM play WHERE account_id = (SELECT %s::bigint) AND played_at < %s"


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


def insert_recent(account_id: int, plays: Sequence[Play]) -> list[int]:
    """Store what recently-played shows, in any order, however much of it is known; returns the ids of new reports.

    Part of the caller's transaction; which reports count is still to be decided (db/plays/matching.py).
    """
    unique = _each_once(plays)
    if not unique:
        return []
    tracks = save_tracks((play.item for play in unique if isinstance(play.item, Track)), told_now=True)
    episodes = save_episodes(play.item for play in unique if isinstance(play.item, Episode))
    columns = zip(*[(play.played_at, *_keys(play.item, tracks, episodes), play.context_uri) for play in unique],
                  strict=True)  # fmt: skip
    return [play_id for play_id, inserted in rows(INSERT_RECENT, account_id, *map(list, columns)) if inserted]


def _each_once(plays: Sequence[Play]) -> list[Play]:
    return list({(play.played_at, play.item.uri or play.item): play for play in plays}.values())


def _keys(
    item: Track | Episode, tracks: Mapping[Track, int], episodes: Mapping[Episode, int]
) -> tuple[int | None, int | None]:
    """Of the track and of the episode; one of them is None."""
    return (tracks[item], None) if isinstance(item, Track) else (None, episodes[item])


def count_saved(account_id: int, plays: Sequence[Play], inserted: Sequence[int], *, page_is_full: bool) -> SavedPlays:
    """How many plays of a page were not known from any source, now that it is decided which reports count.

    A full page of nothing but new plays means that older ones may have left Spotify's window unseen: a possible
    gap, from the last play known before the page to the page's first one.
    """
    shown = len(_each_once(plays))
    (new,) = (row(COUNTED, account=account_id, new=list(inserted)) if inserted else None) or (0,)
    gap = _gap_before(account_id, plays) if page_is_full and new == shown > 0 else None
    return SavedPlays(new, shown - new, gap)


def _gap_before(account_id: int, plays: Sequence[Play]) -> Gap | None:
    oldest = min(play.played_at for play in plays)
    (last_known,) = row(LAST_BEFORE, account_id, oldest) or (None,)
    return Gap(last_known, oldest) if last_known else None
