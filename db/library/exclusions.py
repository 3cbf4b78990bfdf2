"""Exclusion rules, which hide plays from every answer without deleting them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from db.engine.connection import database, row, rows
from db.engine.locks import wait_for_plays_lock
from db.engine.records import record, records
from db.library.exclusion_rules import BETWEEN, ExclusionError, stored_value
from db.library.songs import TOLERANCE
from db.people.accounts import bump_data_version
from db.sums import forget_sums
from music import name_key

RULES = "SELECT id, kind, value FROM exclusion WHERE account_id = %s AND id <> %s"
KNOWN = "SELECT id, value FROM exclusion WHERE account_id = %s AND kind = %s AND lower(value) = lower(%s)"
# Names have changed since the rules were last applied to all plays: db/library/contents.py.
DUE = "UPDATE account_version SET rules_due = true WHERE account_id = %s"
DONE = "UPDATE account_version SET rules_due = false WHERE account_id = %s AND rules_due"
ADD = "INSERT INTO exclusion (account_id, kind, value) VALUES (%s, %s, %s) RETURNING id, value"

# Rules with the keys of their names, which are equal for all spellings (music.name_key): an artist's rule has `artist`,
# the rule of a track or album has `artist` and `name`.
RULE = """
    rule AS MATERIALIZED (
        SELECT * FROM unnest(%(ids)s::bigint[], %(kinds)s::text[], %(values)s::text[], %(artists)s::text[],
                             %(names)s::text[]) AS rule (id, kind, value, artist, name)
    ), own AS MATERIALIZED (SELECT * FROM account_track WHERE account_id = %(account_id)s)
"""
# Any artist credited with a track, first or not.
CREDITED = """
    own.artist_key = rule.artist
    OR EXISTS (SELECT FROM track_name WHERE track_id = own.track_id AND artist_key = rule.artist)
"""
# A track's rule, by URI or names, hides every version of its song in this listener's library.
TRACKS = f"""
    named (rule_id, song_id) AS (
        SELECT rule.id, own.song_id FROM rule JOIN track ON track.uri = rule.value JOIN own ON own.track_id = track.id
        WHERE kind = 'track'
        UNION SELECT rule.id, own.song_id FROM rule JOIN own ON own.title_key = rule.name
        WHERE kind = 'track' AND ({CREDITED})
        -- Also if the listener has played only another version of it.
        UNION SELECT rule.id, own.song_id FROM rule JOIN track ON track.uri = rule.value
        JOIN own ON own.isrc = track.isrc OR abs(own.duration_ms - track.duration_ms) <= {TOLERANCE} AND EXISTS (
            SELECT FROM track_name
            WHERE track_id = track.id AND title_key = own.title_key AND artist_key = own.artist_key)
        WHERE kind = 'track' AND track.id NOT IN (SELECT track_id FROM own)
    )
"""
ARTISTS = f"""
    by_artist (rule_id, track_id) AS (
        SELECT rule.id, own.track_id FROM rule JOIN own
            ON ({CREDITED}) OR split_part(own.album_key, chr(31), 1) = rule.artist
        WHERE kind = 'artist'
        UNION SELECT rule.id, own.track_id FROM rule
        JOIN artist ON rule.value = 'spotify:artist:' || artist.spotify_id
        JOIN own ON own.artist_id = artist.id
            OR EXISTS (SELECT FROM track_artist WHERE track_id = own.track_id AND artist_id = artist.id)
            OR EXISTS (SELECT FROM album WHERE album.id = own.album_id AND album.artist_id = artist.id)
        WHERE kind = 'artist'
    ), by_album (rule_id, track_id) AS (
        SELECT rule.id, own.track_id FROM rule JOIN own ON own.album_key = rule.artist || chr(31) || rule.name
        WHERE kind = 'album'
        UNION SELECT rule.id, own.track_id FROM rule JOIN album ON rule.value = 'spotify:album:' || album.spotify_id
        JOIN own ON album.id IN (own.album_id, own.told_album_id) WHERE kind = 'album'
    )
"""
HIDDEN = """
    hidden AS MATERIALIZED (
        SELECT track_id, min(rule_id) AS rule_id FROM (
            SELECT rule_id, own.track_id FROM named JOIN own USING (song_id)
            UNION ALL SELECT rule_id, track_id FROM by_artist
            UNION ALL SELECT rule_id, track_id FROM by_album
        ) matches GROUP BY track_id
    )
"""
# The listener's time zones; the first one also holds for all time before.
ZONES = """
    zone AS MATERIALIZED (
        SELECT time_zone, CASE WHEN row_number() OVER moves = 1 THEN '-infinity' ELSE since END AS since,
               coalesce(lead(since) OVER moves, 'infinity') AS until
        FROM account_time_zone WHERE account_id = %(account_id)s WINDOW moves AS (ORDER BY since)
    )
"""
# Rules about how a play was heard. They must be checked for every play, so only if there are any.
HEARD = """
    SELECT min(rule.id) FROM rule
    WHERE kind = 'incognito' AND play.incognito
       OR kind = 'device' AND strpos(lower(play.platform), value) > 0
       OR kind = 'hours' AND (SELECT CASE WHEN starts < ends THEN clock >= starts AND clock < ends
                                          ELSE clock >= starts OR clock < ends END
            FROM (SELECT left(value, 5)::time AS starts, right(value, 5)::time AS ends,
                         (play.ended_at AT TIME ZONE time_zone)::time AS clock
                  FROM zone WHERE since <= play.ended_at AND play.ended_at < until) local)
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
    """A stored rule, and the number of reports that it changed."""

    id: int
    value: str
    changed: int


class Rule(msgspec.Struct, frozen=True):
    id: int
    kind: str
    value: str


class _StoredValue(msgspec.Struct, frozen=True):
    id: int
    value: str


def mark_rules_due(account_id: int) -> None:
    """Note that rules must be applied to all plays the next time: one may match a track's new name."""
    database.execute_sql(DUE, (account_id,))


def apply_exclusions_again(account_id: int, start: datetime, end: datetime) -> None:
    """Apply the rules to the reports from `start` to `end`, or to all reports if that is due."""
    if database.execute_sql(DONE, (account_id,)).rowcount:
        apply_exclusions(account_id)
    else:
        apply_exclusions(account_id, start, end)


def apply_exclusions(account_id: int, start: datetime | None = None, end: datetime | None = None) -> int:
    """Set which rule hides each report with start <= played_at <= end, in the caller's transaction.

    Returns the number of changed reports. Without rules there is nothing to do, because a rule cannot be deleted while
    it hides a play.
    """
    return _apply(account_id, start, end) if rows(RULES, account_id, 0) else 0


def add_exclusion(account_id: int, kind: str, value: str | None = None) -> AppliedRule:
    """Hide past and future plays that match the rule. An existing rule stays unchanged. Raises ExclusionError."""
    values = (account_id, kind, stored_value(kind, value))
    with database.atomic():
        wait_for_plays_lock(account_id)
        rule = record(_StoredValue, KNOWN, values) or records(_StoredValue, ADD, values)[0]
        changed = _apply(account_id)
        bump_data_version(account_id)
    return AppliedRule(rule.id, rule.value, changed)


def remove_exclusion(account_id: int, exclusion_id: int) -> int:
    """Show the plays again that only this rule hid; returns the number of changed reports. Raises ExclusionError."""
    with database.atomic():
        wait_for_plays_lock(account_id)
        if row("SELECT 1 FROM exclusion WHERE account_id = %s AND id = %s", account_id, exclusion_id) is None:
            raise ExclusionError(f"There is no exclusion {exclusion_id}: `exclusions list` shows them.")
        changed = _apply(account_id, besides=exclusion_id)
        database.execute_sql("DELETE FROM exclusion WHERE account_id = %s AND id = %s", (account_id, exclusion_id))
        bump_data_version(account_id)
    return changed


def _apply(account_id: int, start: datetime | None = None, end: datetime | None = None, besides: int = 0) -> int:
    """Apply all rules except `besides`."""
    rules = records(Rule, RULES, (account_id, besides))
    kinds = {rule.kind for rule in rules}
    values = {
        "account_id": account_id,
        "by_hearing": bool(kinds & {"hours", "device", "incognito"}),
        "start": start,
        "end": end,
    } | rule_columns(rules)
    changed = int(database.execute_sql(APPLY, values).rowcount)
    if changed:
        forget_sums(account_id, start, end)
    return changed


def rule_columns(rules: Sequence[Rule]) -> dict[str, list[Any]]:
    """Rules in the form that RULE reads."""
    halves = [rule.value.partition(BETWEEN) for rule in rules]
    return {
        "ids": [rule.id for rule in rules],
        "kinds": [rule.kind for rule in rules],
        "values": [rule.value for rule in rules],
        "artists": [name_key(rule.value if rule.kind == "artist" else half[0])
                    for rule, half in zip(rules, halves, strict=True)],
        "names": [name_key(half[2]) for half in halves],
    }  # fmt: skip
