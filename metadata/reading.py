"""Read values of an answer: anything missing, invalid or of the wrong type becomes None or is left out."""

import json
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from metadata.answers import MOST, NamedTrack, SimilarArtist
from metadata.errors import ServiceDown
from music import shown_name

LONGEST = 300  # characters of a name
MBID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Item = TypeVar("Item", SimilarArtist, NamedTrack)
Json = dict[str, Any]


def parsed(body: bytes) -> Any:
    """The body as JSON, or None."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def unexpected_answer(service: str) -> ServiceDown:
    return ServiceDown(service, f"{service} sent an unexpected answer; the next run tries again.")


def text(value: Any) -> str | None:
    """A name that is visible, not too long, and fit for the database; otherwise None."""
    if not isinstance(value, str):
        return None
    return shown_name("".join(filter(str.isprintable, " ".join(value[: LONGEST * 2].split())))[:LONGEST])


def number(value: Any) -> float | None:
    """A number above 0, also if it is text, as in Last.fm's answers."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        result = float(value)
    except (ValueError, OverflowError):
        return None
    return result if math.isfinite(result) and result > 0 else None


def mbid(value: Any) -> str | None:
    return value.lower() if isinstance(value, str) and MBID.fullmatch(value.lower()) else None


def inner(value: Any, *names: str) -> Any:
    """The value at a path of names, None if anything on the path is not an object."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def objects(value: Any) -> list[Json]:
    """The objects of a list; Last.fm sometimes sends a list of one object as the object alone."""
    items = [value] if isinstance(value, dict) else value
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def ranked(service: str, items: Sequence[Json], read: Callable[[Json], Item | None]) -> tuple[Item, ...]:
    """The readable items without duplicates, the best first with a score of 1 and the others relative to it.

    Raises ServiceDown if there are items but none of them can be read.
    """
    results = [result for item in items if (result := read(item)) is not None]
    if items and not results:
        raise unexpected_answer(service)
    # ListenBrainz's labs do not guarantee an order.
    results.sort(key=lambda result: (-result.score, result.name))
    best = _distinct(results)[:MOST]
    return tuple(replace(result, score=round(result.score / best[0].score, 6)) for result in best)


def _distinct(results: Iterable[Item]) -> list[Item]:
    kept: dict[tuple[str, str], Item] = {}
    for result in results:
        artist = result.artist if isinstance(result, NamedTrack) else ""
        kept.setdefault((artist.casefold(), result.name.casefold()), result)
    return list(kept.values())
