"""`rotation`: what the listener keeps coming back to now."""

from collections.abc import Callable
from datetime import timedelta

from recommend.listening.candidates import Candidate
from recommend.listening.context import Context
from recommend.listening.songs import Song
from recommend.proposals.naming import times

COLD_HALF_LIFE = 30  # days: of a history too short for habits
WINDOW = timedelta(days=60)  # before the last play; what is older is forgotten, or was never loved


def candidates(context: Context, limit: int) -> list[Candidate]:
    """What is likely heard tomorrow or within a week, by the sum of both scores: a list is opened in the morning, and
    its songs may be heard for days.
    """
    if context.is_cold:
        ranked = _ranked(context, lambda song: song.decay(COLD_HALF_LIFE))
    else:
        ranked = _ranked(context, lambda song: song.tomorrow + song.next_week)
    return [_candidate(context, song, score) for score, song in ranked[:limit]]


def tomorrow(context: Context) -> list[Song]:
    """What is likely heard within a day: nDCG@10 .174 on two long histories, where plays halved every 7 days reach .157
    and play counts .014.
    """
    return [song for _, song in _ranked(context, lambda song: song.tomorrow)]


def next_week(context: Context) -> list[Song]:
    """What is likely heard within a week: .404, where plays of 30 days reach .349 and play counts .047."""
    return [song for _, song in _ranked(context, lambda song: song.next_week)]


def _ranked(context: Context, score: Callable[[Song], float]) -> list[tuple[float, Song]]:
    """With their scores, rounded, so that no order of summing shows."""
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
