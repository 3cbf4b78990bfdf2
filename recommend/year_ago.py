"""A year ago this week: the songs heard most in the same ISO week of earlier years."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from db.lists.recommendations import Item
from music import is_nobody
from people.days import Zones
from recommend.choosing.slots import SIZE
from recommend.content import Content, Input
from recommend.gathering import wishes_of
from recommend.list_dates import same_week
from recommend.listening.names import artist_key
from recommend.played_between import PlayedSong, Span, played_between
from recommend.proposals.naming import times

ENGINE = 1
YEARS, FIRST_YEAR = 30, 1970
OF_AN_ARTIST = 4
A_WEEK = timedelta(days=7)
Songs = Mapping[int, Sequence[PlayedSong]]  # by year


def year_ago(source: Input, day: date, as_of: datetime) -> Content:
    """Each song in the year in which it was heard most, the latest of several; the latest year first."""
    no_music = source.context(day, as_of).no_music
    unwanted = wishes_of(source.account.id, as_of).verdicts.forbid
    songs = _songs(source.account.id, day, source.account.zones)
    music = [item for item in _items(day, songs) if artist_key(item.artist) not in no_music and not unwanted(item)]
    return Content(ENGINE, sorted(_few_of_each(_by_plays(music)), key=lambda item: -_year(item)))


def _songs(account_id: int, day: date, zones: Zones) -> Songs:
    this_year = day.isocalendar().year
    years = range(this_year - 1, max(this_year - 1 - YEARS, FIRST_YEAR - 1), -1)
    spans = [_week(same_week(day, year), zones) for year in years]
    return dict(zip(years, played_between(account_id, spans), strict=True))


def _week(monday: date, zones: Zones) -> Span:
    return zones.start_of(monday), zones.start_of(monday + A_WEEK)


def _items(day: date, songs: Songs) -> Iterator[Item]:
    for year, of_year in songs.items():
        for song in of_year:
            reason = f"You played it {times(song.plays)} in this week of {year}"
            evidence = {"year": year, "week": day.isocalendar().week, "plays_in_week": song.plays}
            yield song.item("year_ago", "in_week_of_year", reason, evidence)


def _by_plays(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: (-item.score, -_year(item), item.key))


def _few_of_each(items: Sequence[Item]) -> list[Item]:
    """The first SIZE items: each song once, and at most OF_AN_ARTIST songs of an artist."""
    picked: dict[str, Item] = {}
    artists: Counter[str] = Counter()
    for item in items:
        artist = artist_key(item.artist)
        if len(picked) < SIZE and item.key not in picked and artists[artist] < OF_AN_ARTIST:
            picked[item.key] = item
            artists[artist] += not is_nobody(item.artist)
    return list(picked.values())


def _year(item: Item) -> int:
    return int(str(item.evidence["year"]))
