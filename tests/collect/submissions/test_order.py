"""Players, scrobblers, Spotify and exports report the same plays: each play counts once, whatever comes first."""

import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collect.submissions.listens import read_submitted
from collect.submissions.scrobbles import read_scrobble
from collect.submissions.submitting import submit_listens
from db.engine.connection import connected
from db.people.accounts import ensure_accounts
from db.submissions.plays import SubmittedListen
from people.accounts import account_named
from tests.collect.histories import NOON, TITLES, Arrival, Heard, counted, histories, state
from tests.collect.submissions.listening import as_json
from tests.suite.random_cases import costly

pytestmark = pytest.mark.programs

LATEST = NOON + timedelta(days=30)
SOURCES = ("new", "recent", "player", "scrobbler")
SOME = st.sets(st.sampled_from(SOURCES), min_size=1).map(frozenset)


def somebody() -> int:
    """An account of its own for every example."""
    name = f"u{secrets.token_hex(6)}"
    with connected():
        ensure_accounts([name], "Europe/Berlin")
        return account_named(name).id


def began(heard: Heard) -> int:
    return int((heard.ended_at - timedelta(milliseconds=heard.ms_played)).timestamp())


def listen(heard: Heard) -> SubmittedListen:
    named = {"track_name": TITLES[heard.title], "artist_name": "The Lanterns, A Guest"}
    info = {"duration_ms": heard.ms_played, "artist_names": ["The Lanterns", "A Guest"]}
    sent = {"listened_at": began(heard), "track_metadata": {**named, "additional_info": info}}
    return read_submitted(as_json(sent), LATEST)


def scrobble(heard: Heard) -> SubmittedListen:
    """With its duration, because the tracks of these histories have none."""
    duration, timestamp = str(heard.ms_played // 1000), str(began(heard) + 2)
    named = {"track": TITLES[heard.title], "artist": "The Lanterns"}
    return read_scrobble({**named, "timestamp": timestamp, "duration": duration}, LATEST)


PLAYERS = {"player": listen, "scrobbler": scrobble}


def arrive(account_id: int, arrivals: Sequence[Arrival]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for arrival in arrivals:
            if arrival.source in PLAYERS:
                submit_listens(account_id, list(map(PLAYERS[arrival.source], arrival.plays)))
            else:
                arrival.arrive(account_id, Path(folder))


def arrivals_of(history: Sequence[Heard]) -> list[Arrival]:
    """What each source reports, in two pieces that overlap."""
    arrivals = []
    for source in SOURCES:
        plays = tuple(heard for heard in history if source in heard.sources)
        half = len(plays) // 2
        arrivals += [Arrival(source, piece) for piece in (plays[: half + 1], plays[half:]) if piece]
    return arrivals


@costly()
@given(st.data())
def test_the_order_of_arrival_leaves_no_trace(database_url: str, data: st.DataObject) -> None:
    """Plays of one length, so that no two of a song begin in the same second, which would be one report."""
    history = data.draw(histories(apart=(5, 200), sources=SOME))
    arrivals = arrivals_of([replace(heard, ms_played=40_000) for heard in history])
    one, other = somebody(), somebody()
    arrive(one, data.draw(st.permutations(arrivals)))
    arrive(other, data.draw(st.permutations(arrivals)))
    assert state(one) == state(other)
    arrive(other, data.draw(st.lists(st.sampled_from(arrivals), max_size=4)))
    assert state(one) == state(other), "twice is once"


@costly()
@given(st.data())
def test_every_play_counts_once_however_many_sources_report_it(database_url: str, data: st.DataObject) -> None:
    """Further apart than any two clocks: no beginning is near another play's end."""
    history = data.draw(histories(apart=(300, 900), shift=9_000, sources=SOME))
    account_id = somebody()
    arrive(account_id, data.draw(st.permutations(arrivals_of(history))))
    assert len(counted(account_id)) == len(history)
