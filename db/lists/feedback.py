"""Store a listener's feedback on tracks, artists and albums: the latest verdict on each counts."""

from datetime import datetime
from typing import Literal, get_args

import msgspec

from db.engine.connection import database, row, rows
from db.engine.records import records
from db.library.same_items import counted_as_one
from db.people.accounts import bump_data_version

Target = Literal["track", "artist", "album"]
Verb = Literal["like", "dislike", "block", "not_now"]
TARGETS: tuple[Target, ...] = get_args(Target)
VERBS: tuple[Verb, ...] = get_args(Verb)
SET = """
    INSERT INTO recommendation_feedback (account_id, {target}_id, verb, until) VALUES (%s, %s, %s, %s)
    ON CONFLICT (account_id, track_id, artist_id, album_id) DO UPDATE
    SET verb = excluded.verb, until = excluded.until, at = excluded.at
    WHERE (recommendation_feedback.verb, recommendation_feedback.until)
        IS DISTINCT FROM (excluded.verb, excluded.until)
    RETURNING id
"""
FORGET = "DELETE FROM recommendation_feedback WHERE account_id = %s AND {target}_id = ANY(%s) RETURNING id"
VERDICTS = """
    SELECT verdict.track_id, verdict.artist_id, verdict.album_id,
           coalesce(own.name, track.name, album.name, artist.name, track.uri) AS name,
           coalesce(own.artist_name, track.artist_name, album_artist.name, artist.name) AS artist, verb, until, at
    FROM recommendation_feedback verdict
    LEFT JOIN track ON track.id = verdict.track_id
    LEFT JOIN account_track own ON own.account_id = verdict.account_id AND own.track_id = verdict.track_id
    LEFT JOIN artist ON artist.id = verdict.artist_id
    LEFT JOIN album ON album.id = verdict.album_id LEFT JOIN artist album_artist ON album_artist.id = album.artist_id
    WHERE verdict.account_id = %s AND coalesce(until > %s, true) ORDER BY at, verdict.id
"""


class Verdict(msgspec.Struct, frozen=True):
    """A listener's verdict on a track, an artist or an album; exactly one of the three ids is set.

    `until` is the end of a "not_now", None for other verbs. `name` is the account's name for the item, or the URI of a
    track without a name.
    """

    track_id: int | None
    artist_id: int | None
    album_id: int | None
    name: str
    artist: str | None
    verb: Verb
    until: datetime | None
    at: datetime

    @property
    def target(self) -> Target:
        if self.track_id is not None:
            return "track"
        return "artist" if self.artist_id is not None else "album"


def set_verdict(account_id: int, target: Target, target_id: int, verb: Verb, until: datetime | None = None) -> None:
    """Replace the verdict on this item and on everything that the account counts as the same.

    `until` belongs to "not_now". Repeating a verdict changes nothing.
    """
    with database.atomic():
        others = counted_as_one(account_id, target, [target_id])[target_id] - {target_id}
        forgotten = rows(FORGET.format(target=target), account_id, sorted(others)) if others else []
        if row(SET.format(target=target), account_id, target_id, verb, until) or forgotten:
            bump_data_version(account_id)


def forget_verdict(account_id: int, target: Target, target_id: int) -> None:
    """Delete any verdict on this item and on everything that the account counts as the same."""
    with database.atomic():
        same = counted_as_one(account_id, target, [target_id])[target_id]
        if rows(FORGET.format(target=target), account_id, sorted(same)):
            bump_data_version(account_id)


def verdicts(account_id: int, now: datetime) -> list[Verdict]:
    """The verdicts in force at an instant, the oldest first."""
    return records(Verdict, VERDICTS, (account_id, now))
