"""What a recap and the home say of the music heard: totals and rankings, from one reading of the sums."""

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import json

from db.engine.connection import row
from insights.answers.parameters import By
from insights.items.kinds import ALBUM, ARTIST, Kind
from insights.items.ranking import ItemRecord, Ranking, items_of_heard, ranked
from insights.items.songs import heard_ids, heard_items
from insights.plays.scope import Scope
from insights.questions.top_albums import TopAlbums, shown_top_albums
from insights.questions.top_artists import TopArtists, shown_top_artists
from insights.questions.top_tracks import SongRecord, TopTracks, shown_top_tracks, songs_of_heard
from insights.questions.totals import MUSIC, MusicRecord, TotalsAnswer, days_with_music, totals_of

# Reading the sums takes longer than ranking. A part is JSON, because each part has its own columns.
TOGETHER = f"""
    WITH heard AS MATERIALIZED ({heard_ids(of_many=True)}),
    heard_before AS MATERIALIZED ({heard_items("before_", of_many=True)})
    SELECT ARRAY[{{parts}}]
"""
PART = "(SELECT coalesce(json_agg(part), '[]') FROM ({sql}) part)::text"


class Music(NamedTuple):
    """The answers of the questions with these names."""

    totals: TotalsAnswer
    tracks: TopTracks
    artists: TopArtists
    albums: TopAlbums


def recapped_music(scope: Scope, by: By, limit: int, days: int) -> Music:
    """The answers of these questions, given the number of `days` with plays.

    Runs three queries, and two more if there is a period before.
    """
    texts = _together(_parts(scope, by), scope.values_with_before() | {"limit": limit})
    music, before = (json.decode(texts[name], type=list[MusicRecord])[0] for name in ("music", "before"))
    return Music(
        totals_of(scope, days, music, before),
        shown_top_tracks(json.decode(texts["tracks"], type=list[SongRecord]), by),
        shown_top_artists(scope.account_id, _ranked(texts["artists"], by), by),
        shown_top_albums(scope.account_id, _ranked(texts["albums"], by), by),
    )


def top_music(scope: Scope, limit: int) -> tuple[TotalsAnswer, TopArtists, TopTracks]:
    """The same without albums, by plays. Four queries, and four for a period before."""
    parts = _parts(scope, "plays")
    del parts["albums"]
    texts = _together(parts, scope.values_with_before() | {"limit": limit})
    music, before = (json.decode(texts[name], type=list[MusicRecord])[0] for name in ("music", "before"))
    return (
        totals_of(scope, days_with_music(scope), music, before),
        shown_top_artists(scope.account_id, _ranked(texts["artists"], "plays"), "plays"),
        shown_top_tracks(json.decode(texts["tracks"], type=list[SongRecord]), "plays"),
    )


def _parts(scope: Scope, by: By) -> dict[str, str]:
    return {
        "music": MUSIC.format(heard="heard"),
        "before": MUSIC.format(heard="heard_before"),
        "tracks": songs_of_heard(scope, by, "heard_before"),
        "artists": _items(scope, ARTIST, by),
        "albums": _items(scope, ALBUM, by),
    }


def _items(scope: Scope, kind: Kind, by: By) -> str:
    return items_of_heard(scope, kind, by, "heard_before own")


def _ranked(items: str, by: By) -> Ranking:
    return ranked(json.decode(items, type=list[ItemRecord]), by)


def _together(parts: Mapping[str, str], values: Mapping[str, object]) -> dict[str, str]:
    """The rows of each part, as JSON."""
    (texts,) = row(TOGETHER.format(parts=", ".join(PART.format(sql=sql) for sql in parts.values())), **values) or ([],)
    return dict(zip(parts, texts, strict=True))
