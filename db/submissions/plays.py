"""Store the plays that players submit, each once, however often it is sent.

A player sends a listen again if it has lost the answer, and it may know more by then; and two players that watch one
device notice a beginning seconds apart. So reports of one source with the same track or names, and about the same
beginning, are one report, and the first one stays (`db/plays/plays.py` has collected plays).
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from db.engine.changing import beside_others
from db.engine.connection import database, row
from db.engine.locks import share_account_lock, share_names_lock, wait_for_plays_lock
from db.engine.records import records
from db.imports.staging import StagedRow
from db.library.keys import keys_of
from db.people.accounts import AccountError, bump_data_version
from db.people.scan_modes import all_pauses_of
from db.plays.matching import settle_plays
from db.submissions.music import MusicKeys, SentMusic, resolve_music
from db.submissions.names import save_names
from db.webhooks.play_events import record_plays

OPEN = "SELECT FROM account WHERE id = %s AND disabled_at IS NULL"
SENT = """
    unnest(%(sources)s::text[], %(ends)s::timestamptz(3)[], %(starts)s::timestamptz(3)[], %(ms)s::integer[],
           %(items)s::text[], %(tracks)s::bigint[], %(episodes)s::bigint[], %(title_keys)s::text[],
           %(artist_keys)s::text[])
        AS sent (source, played_at, started_at, ms_played, item, track_id, episode_id, title_key, artist_key)
"""
TOLERANCE = "interval '3 seconds'"  # between two beginnings of one play; nobody begins a song again so soon
# In UTC, because a cluster does not let an UPDATE compute with times whose zone it does not know.
EARLIEST, LATEST = (f"timezone('UTC', sent.started_at AT TIME ZONE 'UTC' {sign} {TOLERANCE})" for sign in "-+")
LAST_END = f"timezone('UTC', sent.started_at AT TIME ZONE 'UTC' + {TOLERANCE} + interval '1 day')"
SAME = f"""
    play.account_id = (SELECT %(account)s::bigint) AND play.source = sent.source AND play.source <> 'extended'
    AND play.played_at BETWEEN {EARLIEST} AND {LAST_END} AND play.started_at BETWEEN {EARLIEST} AND {LATEST}
    AND (play.track_id IS NOT DISTINCT FROM sent.track_id AND play.episode_id IS NOT DISTINCT FROM sent.episode_id
        OR EXISTS (
            SELECT FROM reported_track known
            WHERE known.account_id = (SELECT %(account)s::bigint) AND known.track_id = play.track_id
                AND (known.title_key, known.artist_key) = (sent.title_key, sent.artist_key)))
"""
# An import may have stored the same report: it now also belongs to a player, and stays if the import is undone.
KEEP = f"UPDATE play SET collected = true FROM {SENT} WHERE {SAME} AND NOT play.collected"
INSERT = f"""
    INSERT INTO play (account_id, source, collected, played_at, started_at, track_id, episode_id, ms_played, digest)
    SELECT %(account)s, source, true, played_at, started_at, track_id, episode_id, ms_played, play_digest(
        source, item, ms_played, 0, started_at, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
    FROM (
      SELECT *, lag(started_at) OVER (
        PARTITION BY source, title_key, artist_key ORDER BY started_at, track_id, episode_id, played_at) AS before
      FROM (
        SELECT DISTINCT ON (source, started_at, track_id, episode_id) sent.*
        FROM {SENT} WHERE NOT EXISTS (SELECT FROM play WHERE {SAME})
        ORDER BY source, started_at, track_id, episode_id, played_at
      ) unknown
    ) new
    WHERE before IS NULL OR before < started_at - {TOLERANCE}
    ON CONFLICT (account_id, played_at, digest) DO NOTHING
    RETURNING id, played_at
"""
PLAYED = f"""
    SELECT DISTINCT play.track_id FROM {SENT} JOIN play ON {SAME} AND play.track_id = sent.track_id
"""
APART = timedelta(days=30)  # plays further apart are settled separately: a batch may extend over years


@dataclass(frozen=True, slots=True)
class SubmittedListen:
    """A play as a player reports it: its row, and what it says about the music."""

    row: StagedRow
    music: SentMusic


@dataclass(frozen=True, slots=True)
class StoredListens:
    """How many listens are new reports, and how many were known.

    `paused` are the places of those heard while collecting was paused, which are not stored.
    """

    new: int
    known: int
    paused: Set[int] = frozenset()


class _NewReport(msgspec.Struct, frozen=True):
    id: int
    played_at: datetime


class _PlayedTrack(msgspec.Struct, frozen=True):
    track_id: int


def store_listens(account_id: int, listens: Sequence[SubmittedListen], *, is_import: bool = False) -> StoredListens:
    """Store listens, and decide which reports count, in one transaction. Needs a connection.

    Webhooks get an event for each new play, except those of an import, which may be thousands.

    Raises AccountError if the account has been disabled or deleted in the meantime.
    """
    return beside_others(lambda: _store_listens(account_id, listens, is_import=is_import))


def _store_listens(account_id: int, listens: Sequence[SubmittedListen], *, is_import: bool) -> StoredListens:
    share_account_lock(account_id)  # its deletion has the plays lock, and waits for whoever shares the names lock
    share_names_lock()  # deleting another account must not remove tracks that these plays are about to reference
    wait_for_plays_lock(account_id)
    if row(OPEN, account_id) is None:
        raise AccountError("This account takes no plays.")
    paused = _heard_in_pauses(account_id, listens)
    wanted = [listen for place, listen in enumerate(listens) if place not in paused]
    new = _store(account_id, wanted) if wanted else []
    if not is_import:
        record_plays(account_id, [report.id for report in new])
    return StoredListens(len(new), len(wanted) - len(new), paused)


def _heard_in_pauses(account_id: int, listens: Sequence[SubmittedListen]) -> Set[int]:
    pauses = all_pauses_of(account_id)
    ends = [datetime.fromisoformat(listen.row.played_at) for listen in listens] if pauses else []
    return {place for place, end in enumerate(ends) if any(pause.covers(end) for pause in pauses)}


def _store(account_id: int, listens: Sequence[SubmittedListen]) -> list[_NewReport]:
    keys = resolve_music([listen.music for listen in listens])
    values = {"account": account_id, **_columns(listens, keys), **_names(listens)}
    database.execute_sql(KEEP, values)
    new = records(_NewReport, INSERT, values)
    if new:
        played = _played(listens, keys, values)
        save_names(account_id, [(listen.music, listen.row.played_at) for listen in played], keys)
        tracks = list({track_id for each in played if (track_id := keys[each.music][0]) is not None})
        for start, end in _stretches(report.played_at for report in new):
            settle_plays(account_id, start, end, tracks)
            tracks = []
        bump_data_version(account_id)
    return new


def _played(listens: Sequence[SubmittedListen], keys: MusicKeys, values: dict[str, object]) -> list[SubmittedListen]:
    """The listens whose track is that of a stored play, and not only another link or spelling of it."""
    tracks = {played.track_id for played in records(_PlayedTrack, PLAYED, values)}
    return [listen for listen in listens if (key := keys[listen.music])[0] in tracks or key[1] is not None]


def _columns(listens: Sequence[SubmittedListen], keys: MusicKeys) -> dict[str, object]:
    staged = [listen.row for listen in listens]
    return {
        "sources": [each.source for each in staged],
        "ends": [each.played_at for each in staged],
        "starts": [_beginning(each) for each in staged],
        "ms": [each.ms_played for each in staged],
        "items": [each.uri or f"{each.artist_or_show}\x1f{each.name}" for each in staged],
        "tracks": [keys[listen.music][0] for listen in listens],
        "episodes": [keys[listen.music][1] for listen in listens],
    }


def _names(listens: Sequence[SubmittedListen]) -> dict[str, object]:
    return {
        "title_keys": keys_of(listen.music.name for listen in listens),
        "artist_keys": keys_of(listen.music.artist for listen in listens),
    }


def _beginning(row: StagedRow) -> datetime:
    """When a submitted play began, to the second."""
    ended = datetime.fromisoformat(row.played_at)
    return ended if row.loaded_ms is None else datetime.fromtimestamp(row.loaded_ms / 1000, ended.tzinfo)


def _stretches(moments: Iterable[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """The first and the last moment of each run in which neighbours are at most APART from each other."""
    ordered = sorted(moments)
    start = before = ordered[0]
    for moment in ordered[1:]:
        if moment - before > APART:
            yield start, before
            start = moment
        before = moment
    yield start, before
