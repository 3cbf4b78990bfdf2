"""Rules that hide plays from every answer and delete none."""

from dataclasses import dataclass
from datetime import datetime

from db.accounts import bump_data_version
from db.connection import database, row, rows
from db.exclusion_rules import BETWEEN, ExclusionError, stored_value
from db.locks import wait_for_plays_lock
from db.same_recording import KEYED
from db.sums import forget_sums

KINDS_THERE = "SELECT DISTINCT kind FROM exclusion WHERE account_id = %s AND id <> %s"
KNOWN = "SELECT id, value FROM exclusion WHERE account_id = %s AND kind = %s AND lower(value) = lower(%s)"
ADD = "INSERT INTO exclusion (account_id, kind, value) VALUES (%s, %s, %s) RETURNING id, value"

# `artist` and `name` are the two halves of a rule that names a track or an album.
RULE = f"""
    rule AS MATERIALIZED (
        SELECT id, kind, value, lower(split_part(value, '{BETWEEN}', 1)) AS artist,
               lower(substr(value, strpos(value, '{BETWEEN}') + {len(BETWEEN)})) AS name
        FROM exclusion WHERE account_id = %(account_id)s AND id <> %(besides)s
    )
"""
# A track by its URI or names goes with every version of its recording, as this listener sees recordings.
TRACKS = f"""
    named (rule_id, track_id) AS (
        SELECT rule.id, track.id FROM rule JOIN track ON track.uri = rule.value WHERE kind = 'track'
        UNION SELECT rule.id, track.id FROM rule JOIN track ON lower(track.name) = rule.name
            WHERE kind = 'track' AND (lower(track.artist_name) = rule.artist OR rule.artist IN (
                SELECT lower(artist.name) FROM track_artist JOIN artist ON artist.id = artist_id
                WHERE track_id = track.id))
    ), seed (id) AS (SELECT track_id FROM named), {KEYED}
"""
ARTISTS = """
    of_artist (rule_id, artist_id) AS (
        SELECT rule.id, artist.id FROM rule
        JOIN artist ON rule.value = 'spotify:artist:' || artist.spotify_id OR lower(artist.name) = lower(rule.value)
        WHERE kind = 'artist'
    ), of_album (rule_id, album_id) AS (
        SELECT rule.id, album.id FROM rule LEFT JOIN artist ON lower(artist.name) = rule.artist
        JOIN album ON rule.value = 'spotify:album:' || album.spotify_id
            OR album.artist_id = artist.id AND lower(album.name) = rule.name
        WHERE kind = 'album'
        UNION SELECT rule_id, album.id FROM of_artist JOIN album USING (artist_id)
    )
"""
HIDDEN = """
    hidden AS MATERIALIZED (
        SELECT track_id, min(rule_id) AS rule_id FROM (
            SELECT rule_id, version.track_id
                FROM named JOIN keyed mine USING (track_id) JOIN keyed version USING (recording)
            UNION ALL SELECT rule_id, track_id FROM of_artist JOIN track_artist USING (artist_id)
            UNION ALL SELECT rule_id, track.id FROM of_album JOIN track USING (album_id)
        ) found GROUP BY track_id
    )
"""
# Where the listener lived when: the first zone holds for ever before.
ZONES = """
    zone AS MATERIALIZED (
        SELECT time_zone, CASE WHEN row_number() OVER moves = 1 THEN '-infinity' ELSE since END AS since,
               coalesce(lead(since) OVER moves, 'infinity') AS until
        FROM account_time_zone WHERE account_id = %(account_id)s WINDOW moves AS (ORDER BY since)
    )
"""
# Rules about how a play was heard; looked at for every play, so only where there are any.
HEARD = """
    SELECT min(rule.id) FROM rule
    WHERE kind = 'incognito' AND play.incognito
       OR kind = 'device' AND strpos(lower(play.platform), value) > 0
       OR kind = 'hours' AND (SELECT CASE WHEN starts < ends THEN clock >= starts AND clock < ends
                                          ELSE clock >= starts OR clock < ends END
            FROM (SELECT left(value, 5)::time AS starts, right(value, 5)::time AS ends,
                         (play.played_at AT TIME ZONE time_zone)::time AS clock
                  FROM zone WHERE since <= play.played_at AND play.played_at < until) local)
"""
APPLY = f"""
    WITH {RULE}, {TRACKS}, {ARTISTS}, {HIDDEN}, {ZONES}, verdict AS (
        SELECT play.id, least(hidden.rule_id, CASE WHEN %(by_hearing)s THEN ({HEARD}) END) AS rule_id
        FROM play LEFT JOIN hidden USING (track_id)
        WHERE account_id = %(account_id)s
          AND played_at >= coalesce(%(start)s, '-infinity'::timestamptz)
          AND played_at <= coalesce(%(end)s, 'infinity'::timestamptz)
    )
    UPDATE play SET excluded_by = verdict.rule_id FROM verdict
    WHERE play.account_id = %(account_id)s AND play.id = verdict.id
      AND play.excluded_by IS DISTINCT FROM verdict.rule_id
"""


@dataclass(frozen=True, slots=True)
class AppliedRule:
    """A rule as it is stored, and how many reports of plays changed with it."""

    id: int
    value: str
    changed: int


def apply_exclusions(account_id: int, start: datetime | None = None, end: datetime | None = None) -> int:
    """Let every report with start <= played_at <= end say which rule hides it now; part of the caller's transaction.

    Returns how many changed. Without rules there is nothing to do: no rule goes while a play names it.
    """
    return _apply(account_id, start, end) if rows(KINDS_THERE, account_id, 0) else 0


def add_exclusion(account_id: int, kind: str, value: str | None = None) -> AppliedRule:
    """Hide what the rule says, now and from now on. One that is there already stays as it is. Raises ExclusionError."""
    stored = stored_value(kind, value)
    with database.atomic():
        wait_for_plays_lock(account_id)
        known = row(KNOWN, account_id, kind, stored)
        rule_id, stored = known or row(ADD, account_id, kind, stored) or (0, stored)
        changed = _apply(account_id)
        bump_data_version(account_id)
    return AppliedRule(rule_id, stored, changed)


def remove_exclusion(account_id: int, exclusion_id: int) -> int:
    """Show again what only this rule hid; returns how many reports changed. Raises ExclusionError."""
    with database.atomic():
        wait_for_plays_lock(account_id)
        if row("SELECT 1 FROM exclusion WHERE account_id = %s AND id = %s", account_id, exclusion_id) is None:
            raise ExclusionError(f"There is no exclusion {exclusion_id}: `exclusions list` shows them.")
        changed = _apply(account_id, besides=exclusion_id)
        database.execute_sql("DELETE FROM exclusion WHERE account_id = %s AND id = %s", (account_id, exclusion_id))
        bump_data_version(account_id)
    return changed


def _apply(account_id: int, start: datetime | None = None, end: datetime | None = None, besides: int = 0) -> int:
    """As if the rule `besides` were not there."""
    kinds = {kind for (kind,) in rows(KINDS_THERE, account_id, besides)}
    named = {
        "account_id": account_id,
        "besides": besides,
        "by_hearing": bool(kinds & {"hours", "device", "incognito"}),
        "start": start,
        "end": end,
    }
    changed = int(database.execute_sql(APPLY, named).rowcount)
    if changed:
        forget_sums(account_id, start, end)
    return changed
