"""What a listener says of a track, an artist or an album: the last word counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from db.engine.connection import database, row, rows
from db.library.same_items import counted_as_one
from db.people.accounts import bump_data_version

Target = Literal["track", "artist", "album"]
Verb = Literal["like", "dislike", "block", "not_now"]
TARGETS: tuple[Target, ...] = get_args(Target)
VERBS: tuple[Verb, ...] = get_args(Verb)
SET = """
    INSERT INTO recommendation_feedback (account_id, {target}_id, verb, until) VALUES (%s, %s, %s, %s)
    ON CONFLICT (account_id, track_id, artist_id, album_id) DO UPDATE
    SET verb = excluded.verb, until = excluded.until, at = now()
    WHERE (recommendation_feedback.verb, recommendation_feedback.until)
        IS DISTINCT FROM (excluded.verb, excluded.until)
    RETURNING id
"""
FORGET = "DELETE FROM recommendation_feedback WHERE account_id = %s AND {target}_id = ANY(%s) RETURNING id"
VERDICTS = """
    SELECT said.track_id, said.artist_id, said.album_id,
           coalesce(own.name, track.name, album.name, artist.name, track.uri),
           coalesce(own.artist_name, track.artist_name, album_artist.name, artist.name), verb, until, at
    FROM recommendation_feedback said
    LEFT JOIN track ON track.id = said.track_id
    LEFT JOIN account_track own ON own.account_id = said.account_id AND own.track_id = said.track_id
    LEFT JOIN artist ON artist.id = said.artist_id
    LEFT JOIN album ON album.id = said.album_id LEFT JOIN artist album_artist ON album_artist.id = album.artist_id
    WHERE said.account_id = %s AND coalesce(until > %s, true) ORDER BY at, said.id
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds of exactly one of the three; `until` is given for "not_now" only, and is when it ends.

    `name` is what the account calls the track, album or artist (a track known by its URI only has that); `artist` whom
    it is of.
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
    """Say it in place of what was said before of this, or of what the account counts as the same.

    `until` belongs to "not_now". Saying the same again changes nothing.
    """
    with database.atomic():
        others = counted_as_one(account_id, target, [target_id])[target_id] - {target_id}
        forgotten = rows(FORGET.format(target=target), account_id, sorted(others)) if others else []
        if row(SET.format(target=target), account_id, target_id, verb, until) or forgotten:
            bump_data_version(account_id)


def forget_verdict(account_id: int, target: Target, target_id: int) -> None:
    """Take back what was said of this, or of what the account counts as the same, if anything was."""
    with database.atomic():
        same = counted_as_one(account_id, target, [target_id])[target_id]
        if rows(FORGET.format(target=target), account_id, sorted(same)):
            bump_data_version(account_id)


def verdicts(account_id: int, now: datetime) -> list[Verdict]:
    """Those in force at an instant, in the order in which they were said."""
    return [Verdict(*found) for found in rows(VERDICTS, account_id, now)]
