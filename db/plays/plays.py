"""Save the plays that Spotify's API reports, each once, and detect gaps before them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from db.engine.connection import row
from db.engine.records import records
from db.library.catalogue import save_tracks
from db.plays.episodes import save_episodes
from music import Episode, Play, Track

# An import may have stored the same report: it now also belongs to a collector, and stays if the import is undone.
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
    RETURNING id, play.played_at, xmax = 0 AS is_new
"""
# For the (SELECT …) around the account, see db/plays/reports.py. A report that supersedes an older one is no new play.
COUNTED = """
    SELECT count(*) FROM play
    WHERE account_id = (SELECT %(account)s::bigint) AND id = ANY(%(new)s) AND superseded_by IS NULL AND NOT EXISTS (
        SELECT FROM play known WHERE known.account_id = (SELECT %(account)s::bigint) AND known.superseded_by = play.id
            AND known.id <> ALL(%(new)s))
"""
# The transaction that runs this has stored the page, whose plays are not older than its oldest one.
LAST_BEFORE = "SELECT max(played_at) FROM play WHERE account_id = (SELECT %s::bigint) AND played_at < %s"


@dataclass(frozen=True, slots=True)
class Gap:
    """A period in which plays are probably missing: from the last known play before it to the next one."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class SavedPlays:
    new: int
    known: int
    gap: Gap | None


class NewReport(msgspec.Struct, frozen=True):
    id: int
    played_at: datetime


class _Upserted(NewReport, frozen=True):
    is_new: bool


def insert_recent(account_id: int, plays: Sequence[Play]) -> list[NewReport]:
    """Store plays from recently-played, in any order and whether known or not; returns the new reports.

    Runs in the caller's transaction, which must still decide which reports count (db/plays/matching.py).
    """
    unique = _each_once(plays)
    if not unique:
        return []
    tracks = save_tracks((play.item for play in unique if isinstance(play.item, Track)), described_now=True)
    episodes = save_episodes(play.item for play in unique if isinstance(play.item, Episode))
    columns = zip(*[(play.played_at, *_keys(play.item, tracks, episodes), play.context_uri) for play in unique],
                  strict=True)  # fmt: skip
    upserted = records(_Upserted, INSERT_RECENT, (account_id, *map(list, columns)))
    return [report for report in upserted if report.is_new]


def _each_once(plays: Sequence[Play]) -> list[Play]:
    return list({(play.played_at, play.item.uri or play.item): play for play in plays}.values())


def _keys(
    item: Track | Episode, tracks: Mapping[Track, int], episodes: Mapping[Episode, int]
) -> tuple[int | None, int | None]:
    """The keys of the track and the episode, one of which is None."""
    return (tracks[item], None) if isinstance(item, Track) else (None, episodes[item])


def count_saved(
    account_id: int, plays: Sequence[Play], inserted: Sequence[NewReport], *, page_is_full: bool
) -> SavedPlays:
    """Count the plays of a page that no source had reported before, after it is decided which reports count.

    If a full page has only new plays, older ones may have dropped out of Spotify's list before we saw them: a possible
    gap from the last known play before the page to its first one.
    """
    distinct = len(_each_once(plays))
    ids = [report.id for report in inserted]
    (new,) = (row(COUNTED, account=account_id, new=ids) if ids else None) or (0,)
    gap = _gap_before(account_id, plays) if page_is_full and new == distinct > 0 else None
    return SavedPlays(new, distinct - new, gap)


def _gap_before(account_id: int, plays: Sequence[Play]) -> Gap | None:
    oldest = min(play.played_at for play in plays)
    (last_known,) = row(LAST_BEFORE, account_id, oldest) or (None,)
    return Gap(last_known, oldest) if last_known else None
