"""`rotation`: songs that the listener keeps returning to now."""

from collections.abc import Callable
from datetime import timedelta

from recommend.listening.candidates import Candidate
from recommend.listening.context import Context
from recommend.listening.songs import Song
from recommend.proposals.naming import times

COLD_HALF_LIFE = 30  # days, for a history that is too short for habits
WINDOW = timedelta(days=60)  # before the last play; older songs are forgotten, or were never loved


def candidates(context: Context, limit: int) -> list[Candidate]:
    """Songs likely to be heard tomorrow or within a week, by the sum of both scores: listeners open a list in the
    morning, and may play its songs for days.
    """
    if context.is_cold:
        ranked = _ranked(context, lambda song: song.decay(COLD_HALF_LIFE))
    else:
        ranked = _ranked(context, lambda song: song.tomorrow + song.next_week)
    return [_candidate(context, song, score) for score, song in ranked[:limit]]


def tomorrow(context: Context) -> list[Song]:
    """Songs likely to be heard within a day. On two long histories, nDCG@10 is .174; plays halved every 7 days reach
    .157, and play counts .014.
    """
    return [song for _, song in _ranked(context, lambda song: song.tomorrow)]


def next_week(context: Context) -> list[Song]:
    """Songs likely to be heard within a week: .404; plays of 30 days reach .349, and play counts .047."""
    return [song for _, song in _ranked(context, lambda song: song.next_week)]


def _ranked(context: Context, score: Callable[[Song], float]) -> list[tuple[float, Song]]:
    """Songs with their scores, which are rounded so that the order of summation does not matter."""
    since = context.last - WINDOW if context.last else context.as_of
    scored = [(round(score(song), 9), song) for song in context.songs if song.last >= since]
    return sorted(scored, key=lambda pair: (-pair[0], -pair[1].last.timestamp(), pair[1].key))


def _candidate(context: Context, song: Song, score: float) -> Candidate:
    return Candidate(
        "rotation",
        song.name,
        song.artist,
        score,
        "played_lately" if song.fortnight else "last_heard",
        _reason(context, song),
        {"plays_in_two_weeks": song.fortnight, "plays": song.plays, "last_played_at": song.last.isoformat()},
        song.track_id,
        song.uri,
        song.album,
        song.key,
    )


def _reason(context: Context, song: Song) -> str:
    if song.fortnight:
        return f"You played it {times(song.fortnight)} in the last two weeks"
    return f"{song.plays} {'play' if song.plays == 1 else 'plays'}, last heard in {context.month(song.last)}"
