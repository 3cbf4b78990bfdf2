"""A run that is killed anywhere, a hundred times: the next one goes on, and nothing is lost or asked twice."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from db.engine.connection import connected, database
from demo.fake_wire import Answer, Request
from tests.enrich.music.looking_up import enriched, everything, stored, subjects
from tests.enrich.refreshes import Night, heard, night, tracks_of
from tests.fake import CATALOGUE

pytestmark = pytest.mark.programs

KILLS, FARTHEST = 100, 60  # statements until a run is killed
TRACKS = tracks_of(*CATALOGUE.artists[:8])
FORGET = """
    TRUNCATE genre, track_genre, track_year, track_sound, artist_origin, artist_identity, track_identity,
        known_recording, known_release_group, known_artist, tag, artist_tag, music_lookup, enrichment_progress
"""
EVIDENCE = (
    "SELECT uri, mbid, source, votes FROM track_identity JOIN track ON track.id = track_id ORDER BY 1, 2",
    "SELECT name, mbid, source, votes FROM artist_identity JOIN artist ON artist.id = artist_id ORDER BY 1, 2",
    """
    SELECT entity, tag.mbid, source, tag.name, count, genre.name
    FROM tag LEFT JOIN genre ON genre.id = genre_id ORDER BY 1, 2, 4
    """,
    "SELECT question, subject, found FROM music_lookup ORDER BY 1, 2",
)


class Killed(BaseException):
    """As abrupt as a signal: nothing handles it."""


@contextmanager
def killed_after(statements: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Kill the process before its next statement number `statements`; the database then takes its lock back."""
    left, execute = [statements], type(database.obj).execute_sql

    def counted(self: Any, *arguments: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        return execute(self, *arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(type(database.obj), "execute_sql", counted)
        yield


class Watched:
    """What was answered, and which of that was lost with a run before it could be stored."""

    def __init__(self, here: Night, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answered: Counter[tuple[str, str]] = Counter()
        self.lost: Counter[tuple[str, str]] = Counter()
        self.latest: Request | None = None
        self._answer = here.fake.answer
        monkeypatch.setattr(here.fake, "answer", self.answer)

    def answer(self, method: str, url: str, headers: Any, body: bytes) -> Answer:
        self.latest = Request(method, url, headers, body)
        self.answered.update(subjects(self.latest))
        return self._answer(method, url, headers, body)

    def note_loss(self) -> None:
        self.lost.update(subjects(self.latest) if self.latest else [])
        self.latest = None


def evidence() -> list[list[tuple[Any, ...]]]:
    return [stored(sql) for sql in EVIDENCE]


def enriched_again_and_again(here: Night) -> None:
    """Until a kill."""
    while True:
        enriched(here)


def test_a_hundred_kills_lose_nothing_and_ask_nothing_twice(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = night("listenbrainz", "musicbrainz", "lastfm", "reccobeats", token="fake-token")
    here.listener("alice", heard(TRACKS))
    watched = Watched(here, monkeypatch)
    enriched(here)
    undisturbed = watched.answered.copy()
    expected, proof = everything(), evidence()
    with connected():
        database.execute_sql(FORGET)
    watched.answered.clear()
    chance = random.Random(18)
    for _ in range(KILLS):
        with pytest.raises(Killed), killed_after(chance.randint(1, FARTHEST), monkeypatch):
            enriched_again_and_again(here)
        watched.note_loss()
    enriched(here)
    assert everything() == expected
    assert evidence() == proof
    assert watched.answered - watched.lost - undisturbed == Counter()
