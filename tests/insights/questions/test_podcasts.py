"""Podcasts and audiobooks: the same as counted by hand."""

import secrets
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Literal, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.parameters import By
from insights.answers.values import moment
from insights.plays.scope import Scope
from insights.questions.podcasts import (
    AudiobookTotals,
    HeardEpisode,
    Podcasts,
    PodcastTotals,
    TopAudiobook,
    TopShow,
    podcasts,
)
from people.days import Zones
from tests.insights.listening import MOMENTS, Moment, periods, zones
from tests.suite.random_cases import costly
from tests.web.seed import change, insert

pytestmark = pytest.mark.usefixtures("database_url")
NUMBERS, MINUTE = count(), timedelta(minutes=1)
Kind = Literal["episode", "chapter"]
EPISODES: tuple[tuple[Kind, str | None, str | None], ...] = (  # kind, name, show
    ("episode", "One", "Night Trains"),
    ("episode", "Two", "Night Trains"),
    ("episode", "One", "Aftershow"),
    ("episode", None, None),
    ("chapter", "One", "The Long Book"),
    ("chapter", "Two", "The Long Book"),
    ("chapter", "One", "Night Trains"),  # a book of the same name
)
spoken = st.builds(
    Moment,
    st.builds(
        lambda base, minutes: base + timedelta(minutes=minutes), st.sampled_from(MOMENTS), st.integers(-600, 600)
    ),
    st.integers(0, len(EPISODES) - 1),
    st.sampled_from([None, 0, 29_999, 30_000, 95_000, 3_600_000]),
    st.sampled_from([None, None, None, "superseded", "excluded"]),
)


@dataclass(frozen=True)
class Heard:
    """A play that counts."""

    episode_id: int
    kind: Kind
    name: str | None
    show: str | None
    played_at: datetime
    ms: int


def play(account_id: int, column: str, item_id: int, each: Moment, excluded_by: int | None) -> None:
    insert(
        "play",
        account_id=account_id,
        source="extended",
        played_at=each.played_at,
        ms_played=each.ms_played,
        excluded_by=excluded_by,
        context_uri="hidden" if each.hidden == "superseded" else None,
        digest=secrets.randbits(62),
        **{column: item_id},
    )


class Listening:
    """An account that hears podcasts and audiobooks, and a song at each of their times."""

    def __init__(self, history: list[Moment]) -> None:
        number = next(NUMBERS)
        self.history = history
        self.account_id = insert("account", username=f"spoken{number}")
        self.uris = [f"spotify:episode:{number:011}{place:011}" for place in range(len(EPISODES))]
        self.episode_ids = [
            insert("episode", kind=kind, uri=uri, name=name, show_name=show)
            for (kind, name, show), uri in zip(EPISODES, self.uris, strict=True)
        ]
        self.song = insert("track", uri=f"spotify:track:{number:022}", name="Paper Boats")
        self._store()

    def _store(self) -> None:
        rule = insert("exclusion", account_id=self.account_id, kind="incognito")
        for each in self.history:
            for column, item_id in (("episode_id", self.episode_ids[each.song]), ("track_id", self.song)):
                excluded_by = rule if each.hidden == "excluded" else None
                play(self.account_id, column, item_id, each, excluded_by)
        change("UPDATE play SET superseded_by = id WHERE account_id = %s AND context_uri = 'hidden'", self.account_id)

    def plays(self, scope: Scope) -> list[Heard]:
        return [
            Heard(self.episode_ids[each.song], *EPISODES[each.song], each.played_at, each.ms_played or 0)
            for each in self.history
            if each.hidden is None
            and scope.period.start <= each.played_at < scope.period.end
            and (scope.min_seconds <= 30 if each.ms_played is None else each.ms_played >= scope.min_seconds * 1000)
        ]


Top = TypeVar("Top", TopShow, TopAudiobook)
BY: tuple[By, ...] = ("plays", "time")


def totals(plays: list[Heard]) -> tuple[int, int, int, int]:
    shows, parts = {play.show for play in plays} - {None}, {play.episode_id for play in plays}
    return len(plays), sum(play.ms for play in plays), len(shows), len(parts)


def top(plays: list[Heard], by: str, limit: int, kind: type[Top]) -> tuple[Top, ...]:
    shows: dict[str, list[Heard]] = defaultdict(list)
    for play in plays:
        if play.show is not None:
            shows[play.show].append(play)
    counts = [(name, len(own), sum(play.ms for play in own), own) for name, own in shows.items()]
    first, second = (1, 2) if by == "plays" else (2, 1)
    counts.sort(key=lambda counted: (-counted[first], -counted[second], counted[0]))  # type: ignore[operator] # numbers
    return tuple(
        kind(rank, name, number, ms, len({play.episode_id for play in own}), *first_and_last(own))
        for rank, (name, number, ms, own) in enumerate(counts[:limit], 1)
    )


def first_and_last(plays: list[Heard]) -> tuple[str, str]:
    times = [play.played_at for play in plays]
    return moment(min(times)), moment(max(times))


def latest(listening: Listening, plays: list[Heard], limit: int) -> tuple[HeardEpisode, ...]:
    episodes = []
    for episode_id, uri in zip(listening.episode_ids, listening.uris, strict=True):
        if own := [play for play in plays if play.episode_id == episode_id]:
            kind, name, show, ms = own[0].kind, own[0].name, own[0].show, sum(play.ms for play in own)
            url = uri.replace("spotify:episode:", "https://open.spotify.com/episode/")
            episodes.append(HeardEpisode(kind, name, show, uri, url, len(own), ms, *first_and_last(own)))
    return tuple(
        sorted(episodes, key=lambda episode: episode.last_played_at, reverse=True)[:limit]
    )  # equals stay in order


@costly()
@given(
    history=st.lists(spoken, max_size=15),
    zones=zones,
    by=st.sampled_from(BY),
    limit=st.sampled_from([1, 2, 20]),
    data=st.data(),
)
def test_podcasts_are_those_counted_by_hand(
    history: list[Moment], zones: Zones, by: By, limit: int, data: st.DataObject
) -> None:
    listening = Listening(history)
    scope = Scope(listening.account_id, zones, data.draw(periods(zones)), data.draw(st.sampled_from([0, 30, 31, 90])))
    with connected():
        answer = podcasts(scope, by, limit)
    plays = listening.plays(scope)
    episodes, chapters = ([play for play in plays if play.kind == kind] for kind in ("episode", "chapter"))
    assert answer == Podcasts(
        by,
        PodcastTotals(*totals(episodes), top(episodes, by, limit, TopShow)),
        AudiobookTotals(*totals(chapters), top(chapters, by, limit, TopAudiobook)),
        latest(listening, plays, limit),
    )
