"""The most played artists and albums: the rankings match a count by hand."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from db.engine.connection import connected
from insights.answers.parameters import By
from insights.answers.values import moment
from insights.items.ranking import Ranked
from insights.plays.scope import Scope
from insights.questions.top_albums import TopAlbum, TopAlbums, top_albums
from insights.questions.top_artists import TopArtist, TopArtists, top_artists
from insights.shown.music import Artist, ItemAlbum
from music import name_key
from tests.insights.listening import Life, Played, lives, measures, periods
from tests.suite.random_cases import costly

pytestmark = pytest.mark.usefixtures("database_url")
LIMITS = st.sampled_from([1, 2, 50])
MIN_SECONDS = st.sampled_from([0, 30, 100])


def item_id(life: Life, kind: str, played: Played) -> int | None:
    song = played.song
    if kind == "artist":
        return life.artist_ids[song.artist] if song.artist else None
    return life.album_ids[song.artist, song.album] if song.album else None


def in_order(life: Life, scope: Scope, kind: str, by: str) -> list[tuple[int, list[Played]]]:
    of_item: dict[int, list[Played]] = defaultdict(list)
    for played in life.plays(scope):
        if (key := item_id(life, kind, played)) is not None:
            of_item[key].append(played)

    def place(item: tuple[int, list[Played]]) -> tuple[int, int, str, str]:
        plays, ms, song = len(item[1]), sum(played.ms for played in item[1]), item[1][0].song
        name = name_key(song.artist or ""), name_key(song.album or "") if kind == "album" else ""
        return (-plays, -ms, *name) if by == "plays" else (-ms, -plays, *name)

    return sorted(of_item.items(), key=place)


def share(plays: list[Played], everything: list[Played], by: str) -> float:
    if by == "plays":
        return len(plays) / len(everything)
    ms = sum(played.ms for played in everything)
    return sum(played.ms for played in plays) / ms if ms else 0.0


def ranked_by_hand(life: Life, scope: Scope, kind: str, by: str) -> list[Ranked]:
    before = in_order(life, scope.before, kind, by) if scope.before else []
    earlier = {key: rank for rank, (key, _) in enumerate(before, 1)}
    return [
        Ranked(
            rank,
            earlier.get(key),
            key,
            len({played.song.recording for played in plays}),
            len(plays),
            sum(played.ms for played in plays),
            round(share(plays, life.plays(scope), by), 6),
            moment(plays[0].played_at),
            moment(plays[-1].played_at),
        )
        for rank, (key, plays) in enumerate(in_order(life, scope, kind, by), 1)
    ]


@costly()
@given(life=lives(), by=measures, limit=LIMITS, min_seconds=MIN_SECONDS, data=st.data())
def test_the_ranking_of_artists_matches_one_by_hand(
    life: Life, by: By, limit: int, min_seconds: int, data: st.DataObject
) -> None:
    scope = life.scope(data.draw(periods(life.zones)), min_seconds)
    with connected():
        answer = top_artists(scope, by, limit)
    ranked = ranked_by_hand(life, scope, "artist", by)
    name = {number: name for name, number in life.artist_ids.items()}
    assert TopArtists(by, answer.total, tuple(map(without_url, answer.artists))) == TopArtists(
        by,
        len(ranked),
        tuple(TopArtist(*item.named(Artist(name[item.id], None))) for item in ranked[:limit]),
    )
    assert answer.by == by


def without_url(top: TopArtist) -> TopArtist:
    return replace(top, artist=Artist(top.artist.name, None))


@costly()
@given(life=lives(), by=measures, limit=LIMITS, min_seconds=MIN_SECONDS, data=st.data())
def test_the_ranking_of_albums_matches_one_by_hand(
    life: Life, by: By, limit: int, min_seconds: int, data: st.DataObject
) -> None:
    scope = life.scope(data.draw(periods(life.zones)), min_seconds)
    with connected():
        answer = top_albums(scope, by, limit)
    ranked = ranked_by_hand(life, scope, "album", by)
    names = {number: key for key, number in life.album_ids.items()}
    assert TopAlbums(by, answer.total, tuple(map(without_urls, answer.albums))) == TopAlbums(
        by, len(ranked), tuple(TopAlbum(*item.named(album(*names[item.id]))) for item in ranked[:limit])
    )
    assert answer.by == by


def album(artist: str | None, name: str) -> ItemAlbum:
    return ItemAlbum(name, None, None, Artist(artist or "", None))


def without_urls(top: TopAlbum) -> TopAlbum:
    artist = Artist(top.album.artist.name, None) if top.album.artist else None
    return replace(top, album=ItemAlbum(top.album.name, None, top.album.image_url, artist))
