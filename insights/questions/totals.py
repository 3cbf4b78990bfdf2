"""/totals/<username>: how much was heard in a period, and how that compares with the period before."""

from typing import Annotated

from msgspec import Meta, Struct

from db.engine.connection import row
from db.engine.records import records
from insights.answers.values import Count, Milliseconds, Number, Part, Safe, says
from insights.items.songs import heard_ids
from insights.plays.scope import Scope
from insights.plays.sources import days_with_plays
from insights.question import COMPLETENESS, COUNTING, OF, PERIOD, Question

# What was heard is counted by track first: there are far fewer tracks than plays. `artists` are first artists.
MUSIC = """
    SELECT coalesce(sum(plays), 0)::bigint AS plays, coalesce(sum(ms), 0)::bigint AS ms_played,
           (SELECT count(*) FROM (SELECT DISTINCT song_id FROM {heard}) song) AS tracks,
           (SELECT count(artist_id) FROM (SELECT DISTINCT artist_id FROM {heard}) artist) AS artists,
           (SELECT count(album_id) FROM (SELECT DISTINCT album_id FROM {heard}) album) AS albums
    FROM {heard}
"""
MUSIC_ALONE = f"""
    WITH heard AS MATERIALIZED (SELECT plays, ms, song_id, artist_id, album_id FROM ({heard_ids(of_many=True)}) heard)
    {MUSIC.format(heard="heard")}
"""
DAYS = f"SELECT count(DISTINCT day) FROM ({days_with_plays()}) days"


class MusicRecord(Struct, frozen=True):
    """How much was heard, and how many different songs, artists and albums."""

    plays: int
    ms_played: int
    tracks: int
    artists: int
    albums: int


class Totals(Part, frozen=True):
    plays: Count
    ms_played: Milliseconds
    tracks: Count
    artists: Count
    albums: Count
    days: Count
    plays_per_day: Annotated[Number, Meta(ge=0)]
    ms_played_per_day: Milliseconds


class TotalsChange(Part, frozen=True):
    plays: Number | None
    ms_played: Number | None
    tracks: Number | None
    artists: Number | None
    albums: Number | None
    days: Number | None


class TotalsAnswer(Part, frozen=True):
    totals: Safe[Totals]
    before: Annotated[
        Safe[Totals | None],
        says(
            "The totals of the previous period, or of the same part of it if this period is not over; null if there "
            "is none."
        ),
    ]
    change: Annotated[
        Safe[TotalsChange | None],
        says(
            "How much more than before, as a fraction: 0.25 is a quarter more. Null if there is no period before; a "
            "member is null if it was 0 before."
        ),
    ]


def totals(scope: Scope) -> TotalsAnswer:
    """How much you played, compared with the period before.

    `days` is the number of your own days on which a play ended, and the averages are per such day. `tracks` counts
    songs: the same recording under several ids counts once, as in the rankings. `artists` counts the artist that each
    track names first, except "Various Artists". The period before is of the same kind (2024 for 2025); a period with
    bounds is compared with the equally long time before it. A period that is not over is compared with the same part of
    the period before, up to the same day and hour.
    """
    before = scope.before
    earlier = _totals(_music(before), days_with_music(before)) if before else None
    return compared(_totals(_music(scope), days_with_music(scope)), earlier)


def totals_of(scope: Scope, days: int, music: MusicRecord, music_before: MusicRecord) -> TotalsAnswer:
    """The answer from music that has been counted already, and from the number of days with plays."""
    before = scope.before
    return compared(_totals(music, days), _totals(music_before, days_with_music(before)) if before else None)


def compared(current: Totals, earlier: Totals | None) -> TotalsAnswer:
    return TotalsAnswer(current, earlier, _change(current, earlier) if earlier else None)


def _music(scope: Scope) -> MusicRecord:
    (music,) = records(MusicRecord, MUSIC_ALONE, scope.values())
    return music


def days_with_music(scope: Scope) -> int:
    """One query, and one for the bounds."""
    (days,) = row(DAYS, **scope.local_values()) or (0,)
    return int(days)


def _totals(music: MusicRecord, days: int) -> Totals:
    plays_per_day, ms_per_day = round(music.plays / (days or 1), 2), round(music.ms_played / (days or 1))
    return Totals(
        music.plays, music.ms_played, music.tracks, music.artists, music.albums, days, plays_per_day, ms_per_day
    )


def _change(current: Totals, earlier: Totals) -> TotalsChange:
    pairs = ((getattr(current, name), getattr(earlier, name)) for name in TotalsChange.__struct_fields__)
    return TotalsChange(*(round(now / before - 1, 4) if before else None for now, before in pairs))


QUESTION = Question("totals", totals, takes=PERIOD + COUNTING + OF + COMPLETENESS, sums_only=True, page="Home")
