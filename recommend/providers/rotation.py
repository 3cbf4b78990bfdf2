"""`rotation`: what the listener keeps coming back to now."""

from datetime import timedelta

from recommend.candidates import Candidate
from recommend.context import Context
from recommend.songs import Song

COLD_HALF_LIFE = 30  # days: of a history too short for habits
WINDOW = timedelta(days=60)  # before the last play; what is older is forgotten, or was never loved
SMOOTHING = 20


def candidates(context: Context, limit: int) -> list[Candidate]:
    """What is likely heard tomorrow and within a week, both rankings fused: a list is opened in the morning, and its
    songs may be heard for days.
    """
    if context.is_cold:
        scores = {song.key: round(song.decay(COLD_HALF_LIFE), 9) for song in _lately(context)}
    else:
        scores = _fused(tomorrow(context), next_week(context))
    ranked = sorted(_lately(context), key=lambda song: (-scores[song.key], -song.last.timestamp(), song.key))
    return [_candidate(context, song, scores[song.key]) for song in ranked[:limit]]


def tomorrow(context: Context) -> list[Song]:
    """What is likely heard within a day: nDCG@10 .174 on two long histories, where plays halved every 7 days reach .157
    and play counts .014.
    """
    return sorted(_lately(context), key=lambda song: (-round(song.tomorrow, 9), -song.last.timestamp(), song.key))


def next_week(context: Context) -> list[Song]:
    """What is likely heard within a week: .404, where plays of 30 days reach .349 and play counts .047."""
    return sorted(_lately(context), key=lambda song: (-round(song.next_week, 9), -song.last.timestamp(), song.key))


def _lately(context: Context) -> list[Song]:
    since = context.last - WINDOW if context.last else context.as_of
    return [song for song in context.songs if song.last >= since]


def _fused(*rankings: list[Song]) -> dict[str, float]:
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, song in enumerate(ranking, 1):
            scores[song.key] = scores.get(song.key, 0.0) + 1 / (SMOOTHING + rank)
    return {key: round(score, 9) for key, score in scores.items()}


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
        return f"You played it {_times(song.fortnight)} in the last two weeks"
    return f"{song.plays} {'play' if song.plays == 1 else 'plays'}, last heard in {context.month(song.last)}"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
