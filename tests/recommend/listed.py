"""Lists of earlier nights, made up by hand, and what was heard after them."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from db.engine.connection import connected, row, rows
from recommend.listening.names import song_key
from tests.web import seed

DAY = date(2026, 9, 1)
AS_OF = datetime(2026, 9, 1, 4, tzinfo=UTC)
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
NUMBERS = count()
MANY = """
    INSERT INTO recommendation_run (account_id, date, as_of, time_zone, engine, status)
    SELECT %(account_id)s, day, day + interval '4 hours', 'UTC', 2, 'ok' FROM unnest(%(days)s) day RETURNING 1
"""
MANY_SHOWN = """
    INSERT INTO recommendation (account_id, date, rank, kind, track_id, score, reason, evidence, song_key, providers)
    SELECT %(account_id)s, day, rank, kind, track_id, 1, 'It fits.', '{}',
           lower(track.artist_name) || chr(31) || lower(track.name), providers::jsonb
    FROM unnest(%(days)s) day, unnest(%(kinds)s::text[], %(tracks)s::bigint[], %(providers)s::text[]) WITH ORDINALITY
        AS shown (kind, track_id, providers, rank)
    JOIN track ON track.id = track_id RETURNING 1
"""
MANY_SIMPLE = """
    INSERT INTO recommendation_baseline (account_id, date, rank, kind, track_id, song_key)
    SELECT %(account_id)s, day, rank, kind, track_id, lower(track.artist_name) || chr(31) || lower(track.name)
    FROM unnest(%(days)s) day, unnest(%(kinds)s::text[], %(tracks)s::bigint[]) WITH ORDINALITY
        AS simple (kind, track_id, rank)
    JOIN track ON track.id = track_id RETURNING 1
"""
Shown = tuple[str, int, Sequence[str]]  # kind, track, providers
Simple = tuple[str, int]  # kind, track


def track(title: str | None, artist: str | None = "The Lanterns") -> int:
    return seed.track(uri=f"spotify:track:{next(NUMBERS):022}", name=title, artist_name=artist)


def night(
    account_id: int, shown: Sequence[Shown] = (), simple: Sequence[Simple] = (), day: date = DAY, **columns: object
) -> None:
    """A list made at 04:00 UTC of `day`, and the simple one beside it."""
    run = {"as_of": datetime.combine(day, time(4), UTC), "time_zone": "UTC", "engine": 2, "status": "ok"} | columns
    seed.insert("recommendation_run", account_id=account_id, date=day, **run)
    for rank, (kind, track_id, providers) in enumerate(shown, 1):
        seed.insert(
            "recommendation", account_id=account_id, date=day, rank=rank, kind=kind, track_id=track_id,
            score=1.0, reason="It fits.", evidence="{}", song_key=_key(track_id),
            providers=json.dumps(dict.fromkeys(providers, rank)),
        )  # fmt: skip
    for rank, (kind, track_id) in enumerate(simple, 1):
        seed.insert(
            "recommendation_baseline", account_id=account_id, date=day, kind=kind, rank=rank, track_id=track_id,
            song_key=_key(track_id),
        )  # fmt: skip


def _key(track_id: int) -> str:
    with connected():
        name, artist = row(
            "SELECT coalesce(name, uri), coalesce(artist_name, uri) FROM track WHERE id = %s", track_id
        ) or ("", "")
    return song_key(artist, name)


def nights(account_id: int, days: Iterable[date], shown: Sequence[Shown], simple: Sequence[Simple]) -> None:
    """The same list on each of these days; needs tracks that have names."""
    days = list(days)
    with connected():
        rows(MANY, account_id=account_id, days=days)
        rows(
            MANY_SHOWN, account_id=account_id, days=days, kinds=[kind for kind, _, _ in shown],
            tracks=[track_id for _, track_id, _ in shown],
            providers=[json.dumps(dict.fromkeys(names, 1)) for _, _, names in shown],
        )  # fmt: skip
        rows(
            MANY_SIMPLE, account_id=account_id, days=days, kinds=[kind for kind, _ in simple],
            tracks=[track_id for _, track_id in simple],
        )  # fmt: skip
