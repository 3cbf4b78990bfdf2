"""Listeners made up by hand and answers of services, in the form in which providers get them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zlib import crc32

from recommend.listening.context import Cached, Context, Reader
from recommend.listening.names import song_key
from recommend.listening.other_listeners import EMPTY, House
from recommend.listening.played_keys import Library
from recommend.listening.songs import HALF_LIVES, NEWNESS_HALF_LIFE, Song

TODAY = date(2026, 11, 20)
AS_OF = datetime(2026, 11, 20, 3, tzinfo=UTC)  # 04:00 in Berlin
Answer = tuple[str, str, Cached]  # question, key, what a service said


def song(
    name: str,
    artist: str = "A",
    album: str | None = None,
    *,
    plays: int = 1,
    ago: float | Sequence[float] = 1.0,
    uri: str | None = None,
    track_id: int | None = None,
) -> Song:
    """A song heard on each day in `ago`; or `plays` times, a day apart, lastly `ago` days before the cut-off.

    It is simplified: ages count back from the cut-off, weights do not change in steps of a week, and `next_week` and
    `tomorrow` are sums of decayed plays only.
    """
    days = sorted([ago + number for number in range(plays)] if isinstance(ago, int | float) else ago)
    key = song_key(artist, name)
    most, most_ago = max((count, -week) for week, count in Counter(int(day // 7) for day in days).items())
    return Song(
        key=key,
        track_id=crc32(key.encode()) if track_id is None else track_id,
        uri=uri or f"spotify:track:{crc32(key.encode()):022d}",
        name=name,
        artist=artist,
        album=album,
        plays=len(days),
        fortnight=sum(day <= 14 for day in days),
        month=sum(day <= 30 for day in days),
        quarter=sum(day <= 90 for day in days),
        first=AS_OF - timedelta(days=days[-1]),
        last=AS_OF - timedelta(days=days[0]),
        next_week=sum(0.5 ** (day / 30) + 0.5 ** (day / 3) for day in days),
        tomorrow=sum(0.5 ** (day / 7) for day in days),
        weeks=sum(0.5 ** (week / 8) for week in {int(day // 7) for day in days}),
        weights=tuple(round(sum(0.5 ** (day / half_life) for day in days), 9) for half_life in HALF_LIVES),
        newness=0.5 ** (timedelta(days=days[-1]) / NEWNESS_HALF_LIFE),
        season=sum(week % 52 in {50, 51, 0, 1, 2} and 50 <= week <= 158 for week in (int(day // 7) for day in days)),
        most_in_week=most,
        most_weeks_ago=-most_ago,
    )


def answered(
    question: str, key: str, payload: Any, service: str = "listenbrainz", *, stale: bool = False
) -> Answer:  # fmt: skip
    """The answer of `service` to `question` about `key`, a day before the cut-off."""
    return question, key, Cached(service, payload, AS_OF - timedelta(days=1), stale)


def shelf(answers: Iterable[Answer], *, all_without_keys: bool = False) -> Reader:
    """A cache with these answers. Read without keys, an account's own cache gives all of them (`all_without_keys`)."""
    kept = list(answers)

    def read(question: str, keys: Sequence[str]) -> Mapping[str, Sequence[Cached]]:
        collected: dict[str, list[Cached]] = {}
        for answered_question, key, answer in kept:
            if answered_question == question and (key in keys or (all_without_keys and not keys)):
                collected.setdefault(key, []).append(answer)
        return collected

    return read


def context(
    *songs: Song,
    cached: Iterable[Answer] = (),
    own: Iterable[Answer] = (),
    begun: Iterable[str] = (),
    shown: Mapping[str, Sequence[date]] | None = None,
    house: House = EMPTY,
    today: date = TODAY,
    time_zone: str = "Europe/Berlin",
    faint: Mapping[str, int] | None = None,
    is_cold: bool = False,
) -> Context:
    """The night of `today` for a listener of `songs`; `begun` has keys of songs that were only begun, `faint` the plays
    of long ago by artist key.
    """
    return Context(
        account_id=1,
        date=today,
        as_of=AS_OF + (today - TODAY),
        time_zone=time_zone,
        songs=songs,
        begun=Library([*begun, *(each.key for each in songs)]),
        shown=shown or {},
        house=house,
        cached=shelf(cached),
        own_cached=shelf(own, all_without_keys=True),
        faint=faint or {},
        is_cold=is_cold,
    )
