"""Find the best of tens of thousands of songs or artists."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Music = TypeVar("Music")


def best_of(
    music: Sequence[Music], scores: Sequence[float], limit: int, among_equals: Callable[[Music], Any]
) -> list[Music]:
    """At most `limit`, the highest of the `scores` first; ties are ordered by a key.

    Like `nsmallest`, which would make a key of every song, and take three times as long.
    """
    if limit <= 0:
        return []
    least = sorted(scores)[-limit] if limit < len(scores) else min(scores, default=0.0)
    ranked = [(score, each) for score, each in zip(scores, music, strict=True) if score >= least]
    ranked.sort(key=lambda pair: (-pair[0], among_equals(pair[1])))
    return [each for _, each in ranked[:limit]]
